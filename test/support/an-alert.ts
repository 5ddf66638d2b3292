// An alert out of nothing, for tests of what becomes of alerts; who raises them has tests of its own.
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { asSystem } from '#access/perform.ts';
import type { NewAlert } from '#alerts/alert.ts';
import { raiseCtes } from '#alerts/raise.ts';
import type { TestApp } from './app-over.ts';

let last = 0;

/** Raises it as a step of the ticket would; answers its id. */
export async function anAlert(
  test: TestApp,
  on: { brandId: string; centerId: string; ticketId: string },
  alert: NewAlert = { kind: 'quality_failed_twice', data: { failures: 2 } },
): Promise<string> {
  // Two alerts of one millisecond are in no order.
  while (Date.now() <= last) await sleep(1);
  await asSystem(test.services, on.brandId, async (deed) => {
    await sql`with ${sql.join(raiseCtes(deed, on.ticketId, on.centerId, [alert]))} select 1`.execute(deed.trx);
  });
  last = Date.now();
  const { rows } = await sql<{ id: string }>`select id from alerts where ticket_id = ${on.ticketId} order by raised_at desc, id desc limit 1`.execute(
    test.owner,
  );
  return rows[0]?.id ?? '';
}
