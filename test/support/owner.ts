// The database as the owner of its tables sees it: past row-level security, to look at what was written, and to prepare.
import { Kysely, PostgresDialect } from 'kysely';
import { openPool } from '#platform/db/connect.ts';
import type { Database } from '#platform/db/database.ts';

const PATIENT_MS = 120_000;

/**
 * Opens it. Long statements are let run where `patient`; a connection is waited for until `connectMs`, where the server is no part of what is tested.
 * `name` is shown in pg_stat_activity.
 */
export function openOwner(url: string, { max = 2, name = 'test-owner', patient = false, connectMs = 0 } = {}): Kysely<Database> {
  const pool = openPool({ url, max, name, ...(patient ? { statementTimeoutMs: PATIENT_MS } : {}) });
  if (connectMs > 0) pool.options.connectionTimeoutMillis = connectMs;
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}
