// Migrations can be run again, and by several processes at once, on an empty database.
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { expectedMigrations, migrateToLatest } from '#platform/db/migrate.ts';
import { until } from '../../support/until.ts';

const name = `migrations_${process.pid}`;
let server: pg.Client;
let url: string;

beforeAll(async () => {
  server = new pg.Client({ connectionString: inject('postgres') });
  await server.connect();
  await server.query(`create database ${name}`);
  const address = new URL(inject('postgres'));
  address.pathname = `/${name}`;
  url = address.href;
});
afterAll(async () => {
  await server.query(`drop database if exists ${name} with (force)`);
  await server.end();
});

it('run once where three processes migrate an empty database together', async () => {
  const ran = await Promise.all([migrateToLatest(url), migrateToLatest(url), migrateToLatest(url)]);
  expect(ran.flat().toSorted()).toEqual(expectedMigrations());
});

it('do nothing when they are run again', async () => {
  expect(await migrateToLatest(url)).toEqual([]);
});

it('step back from a lock that is held for long, and come again', async () => {
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  // What Kysely takes for the time of a migration.
  await other.query(`select pg_advisory_lock(3853314791062309107)`);
  let done = false;
  const running = migrateToLatest(url).finally(() => (done = true));
  const waits = async (): Promise<boolean> => {
    const { rows } = await other.query<{ waits: boolean }>(`
      select exists (select from pg_locks l join pg_stat_activity a using (pid)
                      where a.datname = current_database() and a.application_name = 'glassbench-migrate' and not l.granted) as waits`);
    return rows[0]?.waits ?? false;
  };
  // It waits, steps back, and comes again, however long a busy machine takes for each.
  for (const waiting of [true, false, true]) {
    await until(
      async () => (await waits()) === waiting,
      5_000,
      () => (waiting ? 'nobody who waits' : 'somebody who waits on'),
    );
  }
  expect(done).toBe(false);
  await other.end();
  expect(await running).toEqual([]);
});
