// Brings a database to the newest schema; safe to run from several processes at once.
import { promises as fs, readdirSync } from 'node:fs';
import path from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import { FileMigrationProvider, Migrator } from 'kysely/migration';
import { openPool } from './connect.ts';

const folder = path.resolve(import.meta.dirname, '../../../migrations');

/** Runs what is missing, as the login of `url`; answers the names of what ran. Throws the first failure. */
export async function migrateToLatest(url: string): Promise<string[]> {
  const pool = openPool({ url, max: 2, name: 'glassbench-migrate', statementTimeoutMs: 0 });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const migrator = new Migrator({ db, provider: new FileMigrationProvider({ fs, path, migrationFolder: folder }) });
    const { error, results } = await migrator.migrateToLatest();
    if (error !== undefined) throw error instanceof Error ? error : new Error('a migration failed', { cause: error });
    return (results ?? []).map((result) => result.migrationName);
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
