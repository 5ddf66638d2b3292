// The database as the owner of its tables sees it: past row-level security, to look at what was written, and to prepare.
import { Kysely, PostgresDialect } from 'kysely';
import { openPool } from '#platform/db/connect.ts';
import type { Database } from '#platform/db/database.ts';

const PATIENT_MS = 120_000;

/** Opens it. Long statements are let run where `patient`; `name` is shown in pg_stat_activity. */
export const openOwner = (url: string, { max = 2, name = 'test-owner', patient = false } = {}): Kysely<Database> =>
  new Kysely<Database>({
    dialect: new PostgresDialect({ pool: openPool({ url, max, name, ...(patient ? { statementTimeoutMs: PATIENT_MS } : {}) }) }),
  });
