// Brings a database to the newest schema; safe to run from several processes at once.
import { promises as fs, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DialectAdapter, Kysely, PostgresAdapter, PostgresDialect, sql } from 'kysely';
import { FileMigrationProvider, type MigrationProvider, Migrator } from 'kysely/migration';
import { openPool } from './connect.ts';

const folder = path.resolve(import.meta.dirname, '../../../migrations');

/** Waited for a lock: another process migrates, or a long transaction uses a table that is to be changed. */
const LOCKED = '55P03';
const LOCK_MS = 1_000;
const AGAIN_MS = 500;
const WITHIN_MS = 600_000;

/** What Kysely holds for the time of a migration, in releases before this one too. */
const MIGRATING = sql.lit('3853314791062309107');

/** Waits for whoever migrates no longer than for any other lock: Kysely's own would wait for an hour, and look at nothing meanwhile. */
class SteppingBack extends PostgresDialect {
  override createAdapter(): DialectAdapter {
    return new (class extends PostgresAdapter {
      override async acquireMigrationLock(db: Kysely<unknown>): Promise<void> {
        await sql`select pg_advisory_lock(${MIGRATING}::bigint)`.execute(db);
      }
    })();
  }
}

/**
 * The migrations of this code, read before a migrator begins its transaction: on a busy machine that takes longer than PostgreSQL lets one be idle,
 * and ends its connection.
 */
export async function loadMigrations(): Promise<MigrationProvider> {
  const migrations = await new FileMigrationProvider({ fs, path, migrationFolder: folder }).getMigrations();
  return { getMigrations: async () => migrations };
}

/**
 * Runs what is missing, as the login of `url`; answers the names of what ran. Throws the first failure. A lock is waited for a second at a time:
 * whoever comes after a change that waits for its table waits behind it, so it steps back and tries again, for ten minutes.
 */
export async function migrateToLatest(url: string): Promise<string[]> {
  const pool = openPool({ url, max: 2, name: 'glassbench-migrate', statementTimeoutMs: 0, lockTimeoutMs: LOCK_MS });
  const db = new Kysely<unknown>({ dialect: new SteppingBack({ pool }) });
  const until = performance.now() + WITHIN_MS;
  try {
    const migrator = new Migrator({ db, provider: await loadMigrations() });
    for (;;) {
      const { error, results } = await migrator.migrateToLatest();
      if (error === undefined) return (results ?? []).map((result) => result.migrationName);
      const locked = error instanceof Error && 'code' in error && error.code === LOCKED;
      if (!locked || performance.now() > until) throw error instanceof Error ? error : new Error('a migration failed', { cause: error });
      await sleep(AGAIN_MS);
    }
  } finally {
    await db.destroy();
  }
}

/** The migrations this code was written for, oldest first. */
export const expectedMigrations = (): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.basename(file, '.ts'))
    .toSorted();
