// A worker dies without a word: what it held is told by another one, once where it had not been sent, and under the same id where it had.
import type { ChildProcess } from 'node:child_process';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWork } from '#work.ts';
import { killed, startLaneWorker } from '../../support/gates/poison.ts';
import { eventually, numbersOf, type Outgoing, openOutgoingOn } from '../../support/outgoing.ts';
import { queueBackends } from '../../support/queue-backends.ts';

const startProcess = ({ app }: Outgoing): Promise<ChildProcess> => startLaneWorker(app.services.config);

describe.each(queueBackends())('on %s', (backend) => {
  let out: Outgoing;

  beforeAll(async () => {
    out = await openOutgoingOn(backend);
  });
  afterAll(async () => {
    await out.close();
  });

  test('killed between claim and send: told exactly once', async () => {
    const endpoint = await out.endpoint('/before');
    await out.tell(endpoint, 'tkt_before', [1, 2]);
    const { owner } = out.app;
    // The row is locked: whoever takes the lane gets as far as the ledger and waits there.
    const release = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const lock = owner.transaction().execute(async (trx) => {
      // Else the server ends it after five seconds, which a busy machine takes to start the worker.
      await sql`set local idle_in_transaction_session_timeout = 0`.execute(trx);
      await sql`select 1 from outbox where subject = 'tkt_before' for update`.execute(trx);
      locked.resolve();
      await release.promise;
    });
    await locked.promise;
    const child = await startProcess(out);
    await eventually(async () => {
      const { rows } = await sql<{ waiting: number }>`
        select count(*)::integer as waiting from pg_stat_activity
         where datname = current_database() and application_name = 'glassbench-worker' and wait_event_type = 'Lock'`.execute(owner);
      expect(rows[0]?.waiting).toBe(1);
    });
    await killed(child);
    release.resolve();
    await lock;
    expect(out.receiver.to('/before')).toEqual([]);
    const work = await startWork(out.app.services);
    await eventually(async () => expect((await out.rows('tkt_before')).map(({ state }) => state)).toEqual(['sent', 'sent']));
    expect(numbersOf(out.receiver, '/before')).toEqual([1, 2]);
    await work.close();
  });

  test('killed between send and commit: the second call carries the same id', async () => {
    const endpoint = await out.endpoint('/during');
    const arrived = Promise.withResolvers<void>();
    out.receiver.answer('/during', (_call, response, calls) => {
      if (calls === 1) arrived.resolve();
      else response.writeHead(204).end();
    });
    await out.tell(endpoint, 'tkt_during', [1]);
    const child = await startProcess(out);
    await arrived.promise;
    await killed(child);
    const work = await startWork(out.app.services);
    await eventually(async () => expect((await out.rows('tkt_during')).map(({ state }) => state)).toEqual(['sent']));
    const ids = out.receiver.to('/during').map(({ id }) => id);
    expect(ids).toEqual([ids[0], ids[0]]);
    expect((await out.rows('tkt_during'))[0]?.attempts).toBe(2);
    await work.close();
  });
});
