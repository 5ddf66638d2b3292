// PostgreSQL breaks off the note that a call was made, because it took it for one side of a deadlock: it is written again, and nobody is called twice.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWork, type Work } from '#work.ts';
import { eventually, type Outgoing, openOutgoing } from '../../support/outgoing.ts';

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

/**
 * Wants the lane as soon as somebody waits for us, within the server: the one who waits looks for a deadlock a single time, a second after it began to, and
 * a test that came later would be waited for without end.
 */
const closingTheCircle = sql`
  do $$ begin
    while not exists (select from pg_locks where not granted and transactionid = pg_current_xact_id()::xid) loop
      perform pg_sleep(0.01);
    end loop;
    perform from lanes where subject = 'deadlock' for update;
  end $$`;

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
    await closingTheCircle.execute(trx);
  });
  await eventually(async () => expect(await out.rows('deadlock')).toMatchObject([{ state: 'sent', attempts: 1 }]));
  expect(out.receiver.to('/deadlock')).toHaveLength(1);
});
