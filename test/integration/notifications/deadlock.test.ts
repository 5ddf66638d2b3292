// PostgreSQL breaks off the note that a call was made, because it took it for one side of a deadlock: it is written again, and nobody is called twice.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWork, type Work } from '#work.ts';
import { eventually, type Outgoing, openOutgoing } from '../../support/outgoing.ts';
import { until } from '../../support/until.ts';

let out: Outgoing;
let work: Work;

beforeAll(async () => {
  out = await openOutgoing();
  work = await startWork(out.app.services);
});
afterAll(async () => {
  await work.close();
  await out.close();
});

const waitingForLocks = async (): Promise<number> => {
  const { rows } = await sql<{ n: number }>`
    select count(*)::integer as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(out.app.owner);
  return rows[0]?.n ?? 0;
};

test('what has arrived is told again at once', { timeout: 30_000 }, async () => {
  const endpoint = await out.endpoint('/deadlock');
  const [arrived, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  out.receiver.answer('/deadlock', (_call, response) => {
    arrived.resolve();
    void answer.promise.then(() => response.writeHead(204).end());
  });
  await out.tell(endpoint, 'deadlock', [1]);
  await arrived.promise;
  const [row] = await out.rows('deadlock');
  await out.app.owner.transaction().execute(async (trx) => {
    // The other side is patient: whoever settles the row has locked its lane, waits for the row, and is the one that is broken off.
    await sql`set local deadlock_timeout = '1min'`.execute(trx);
    await sql`set local statement_timeout = '1min'`.execute(trx);
    await sql`set local idle_in_transaction_session_timeout = '1min'`.execute(trx);
    await sql`select from outbox where id = ${row?.id} for update`.execute(trx);
    answer.resolve();
    await until(waitingForLocks, 10_000);
    await sql`select from lanes where subject = 'deadlock' for update`.execute(trx);
  });
  await eventually(async () => expect(await out.rows('deadlock')).toMatchObject([{ state: 'sent', attempts: 1 }]));
  expect(out.receiver.to('/deadlock')).toHaveLength(1);
});
