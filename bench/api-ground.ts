// Where the benches of one API process stand: a database with fsync, the services to prepare it with, and the process that is measured over it.
import type { PoolClient } from 'pg';
import { readConfig } from '#config.ts';
import { APP_ROLE, openDb, openPool } from '#platform/db/connect.ts';
import { freePort } from '#platform/db/embedded.ts';
import { createServices, type Services } from '#services.ts';
import { openSlowLine } from '../test/support/slow-line.ts';
import { type Measurable, SECRET, startProcess, throwAwayDatabase } from './support.ts';

/** A ground to measure on. */
export interface ApiGround {
  databaseUrl: string;
  port: number;
  baseUrl: string;
  /** They log errors alone, whatever the process does. */
  services: Services;
  /** Starts the API, once what is to be there has been prepared. */
  start(): Promise<Measurable>;
  /** Connections as the application has them, for what goes straight through pg. */
  straight(count: number): Promise<PoolClient[]>;
  close(): Promise<void>;
}

/** A database so many ms away, each way, as the process that is measured has it. */
async function awayFrom(databaseUrl: string, ms: number): Promise<{ url: string; close(): Promise<void> }> {
  const url = new URL(databaseUrl);
  const line = await openSlowLine(Number(url.port));
  line.weather({ slowMs: ms });
  url.host = `127.0.0.1:${line.port}`;
  return { url: url.href, close: () => line.close() };
}

/**
 * Opens it. `more`: settings beside those under which an API logs errors alone and limits nobody. `awayMs`: how far the database is from the process
 * that is measured.
 */
export async function openApiGround(more: Record<string, string> = {}, awayMs = 0): Promise<ApiGround> {
  const database = await throwAwayDatabase(true);
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const env = {
    ...{ DATABASE_URL: database.url, SECRETS: SECRET, LOG_LEVEL: 'error', RATE_LIMITS: 'false' },
    ...{ PORT: String(port), OPS_PORT: '0', DRAIN_SECONDS: '0', ...more },
  };
  const services = createServices(readConfig({ ...env, LOG_LEVEL: 'error' }));
  const ends: (() => Promise<unknown>)[] = [() => database.stop(), () => services.close()];
  return {
    databaseUrl: database.url,
    port,
    baseUrl,
    services,
    async start() {
      const away = awayMs === 0 ? null : await awayFrom(database.url, awayMs);
      if (away !== null) ends.push(() => away.close());
      const api = await startProcess('src/api.ts', { ...env, ...(away === null ? {} : { DATABASE_URL: away.url }) }, `${baseUrl}/livez`);
      ends.push(() => api.stop());
      return api;
    },
    async straight(count) {
      const db = openDb(openPool({ url: database.url, max: count, name: 'bench', role: APP_ROLE }));
      const clients = await Promise.all(Array.from({ length: count }, () => db.pool.connect()));
      ends.push(async () => {
        for (const client of clients) client.release();
        await db.close();
      });
      return clients;
    },
    async close() {
      for (const end of ends.toReversed()) await end();
    },
  };
}
