// A process says that it is ready when it does what it is there for, and not while it still gets there.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { openOwner } from '../../support/owner.ts';
import { cloneDatabase } from '../../support/postgres.ts';
import { freePort, startProcess } from '../../support/process.ts';
import { runEntry, trialSettings } from '../../support/processes.ts';
import { until } from '../../support/until.ts';

let database: Awaited<ReturnType<typeof cloneDatabase>>;
beforeAll(async () => {
  database = await cloneDatabase(inject('postgres'));
  // The queue's own tables.
  await runEntry('migrate.ts', [], trialSettings({ databaseUrl: database.url }));
});
afterAll(() => database.drop());

it('a worker is not ready before it works', async () => {
  const owner = openOwner(database.url, { patient: true });
  const port = await freePort();
  const statusOf = async (path: string): Promise<unknown> => (await fetch(`http://127.0.0.1:${port}${path}`)).json();
  const waiting = async (): Promise<boolean> => {
    const { rows } = await sql<{ there: boolean }>`
      select exists (select from pg_stat_activity
        where datname = current_database() and application_name = 'glassbench-runs' and wait_event_type = 'Lock') as there`.execute(owner);
    return rows[0]?.there === true;
  };
  // Beginning to work, it asks whose queue it works off, and waits there.
  const [locked, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const lock = owner.transaction().execute(async (trx) => {
    await sql`set local idle_in_transaction_session_timeout = 0`.execute(trx);
    await sql`lock table installation in access exclusive mode`.execute(trx);
    locked.resolve();
    await release.promise;
  });
  await Promise.race([locked.promise, lock]);
  const worker = startProcess('worker.ts', { ...trialSettings({ databaseUrl: database.url }), OPS_PORT: String(port) });
  try {
    await until(waiting, 15_000, () => worker.stdout() + worker.stderr());
    expect(await statusOf('/readyz')).toEqual({ status: 'starting' });
    expect(await statusOf('/livez')).toEqual({ status: 'alive' });
    release.resolve();
    await lock;
    await worker.says('"working"');
    expect(await statusOf('/readyz')).toEqual({ status: 'ready' });
  } finally {
    release.resolve();
    await worker.stop();
    await owner.destroy();
  }
});
