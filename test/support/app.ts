// The whole API over a database of its own, with a brand, a center and a key of every kind: what integration tests start from.
import { inject } from 'vitest';
import type { ServiceOverrides } from '#services.ts';
import { openApp, type TestApp } from './app-over.ts';
import { cloneDatabase } from './postgres.ts';

export { countOf, SECRET, type TestApp, type TestBrand, unique } from './app-over.ts';

/** Starts the app; `overrides` bring a clock or a logger, `env` further settings. */
export const startApp = async (env: Record<string, string> = {}, overrides: ServiceOverrides = {}): Promise<TestApp> =>
  openApp(await cloneDatabase(inject('postgres')), env, overrides);
