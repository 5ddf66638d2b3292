// A step that had to wait for another one decides on what the other one left, not on what stood there before.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asSystem } from '#access/perform.ts';
import { advanceTicket } from '#tickets/advance-ticket.ts';
import { settleDelivered } from '#tickets/settle-delivered.ts';
import { advanced, aTicket, bodies } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { movingTime, stored } from '../../support/moving-time.ts';
import { until } from '../../support/until.ts';

let app: TestApp;
const time = movingTime();

beforeAll(async () => {
  app = await startApp({}, { clock: time.clock });
});
afterAll(() => app.close());

const somebodyWaits = async (): Promise<boolean> => {
  const { rows } = await sql<{ n: number }>`
    select count(*)::integer as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(app.owner);
  return (rows[0]?.n ?? 0) > 0;
};

test('a delivered ticket that is put on hold while the sweep waits for it is not closed', async () => {
  const ticket = await aTicket(app);
  const received = await advanced(app, ticket, bodies.receive(ticket.device.identifiers[0]?.value ?? ''));
  const ready = await advanced(app, received, { action: 'ticket.cancel', input: { requestedBy: 'center' }, reason: 'Not worth it' });
  await advanced(app, ready, bodies.handOver);
  time.later(15);
  const resumeBy = new Date(time.now().getTime() + 86_400_000).toISOString();
  const { sweep } = await asSystem(app.services, app.brandId, async (deed) => {
    await advanceTicket(deed, {
      ticketId: ticket.id,
      expectedVersion: null,
      command: { action: 'hold.open', input: { reason: 'legal_block', resumeBy } },
    });
    const sweeping = settleDelivered(app.services);
    await until(somebodyWaits, 4_000, () => 'nobody waits');
    return { sweep: sweeping };
  });
  expect(await sweep).toBe(0);
  expect(await stored(app, ticket.id)).toMatchObject({ status: 'delivered', hold_reason: 'legal_block' });
});
