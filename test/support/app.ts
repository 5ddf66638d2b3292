// The whole API over a database of its own, with a brand, a center and a key of every kind: what integration tests start from.
import { inject } from 'vitest';
import { APP_ROLE, openDb, openPool } from '#platform/db/connect.ts';
import type { ServiceOverrides } from '#services.ts';
import { openApp, type TestApp } from './app-over.ts';
import { cloneDatabase } from './postgres.ts';

export { countOf, SECRET, type TestApp, type TestBrand, unique } from './app-over.ts';

/** Starts the app; `overrides` bring a clock or a logger, `env` further settings. */
export const startApp = async (env: Record<string, string> = {}, overrides: ServiceOverrides = {}): Promise<TestApp> =>
  openApp(await cloneDatabase(inject('postgres')), env, overrides);

/** Longer than any machine stands still. */
const PATIENT_MS = 60_000;

/**
 * The same with statements that may take a minute, for tests that keep what others wait for: they let go once those wait, and a machine that stands
 * still for three seconds meanwhile would have them give up, which is another story.
 */
export async function startPatientApp(env: Record<string, string> = {}): Promise<TestApp> {
  const database = await cloneDatabase(inject('postgres'));
  const pool = openPool({ url: database.url, max: 8, name: 'glassbench-api', role: APP_ROLE, statementTimeoutMs: PATIENT_MS });
  return openApp(database, env, { db: openDb(pool) });
}
