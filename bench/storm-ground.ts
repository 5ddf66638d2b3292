// Where storms rage: a throw-away database with a brand, a center and its key, and one API process over it.
import { Kysely, PostgresDialect } from 'kysely';
import { Agent, request } from 'undici';
import { createBrand } from '#access/manage-brands.ts';
import { createKey } from '#access/manage-keys.ts';
import { asSystem } from '#access/perform.ts';
import { readConfig } from '#config.ts';
import { openPool } from '#platform/db/connect.ts';
import type { Database } from '#platform/db/database.ts';
import { freePort } from '#platform/db/embedded.ts';
import { openCenter } from '#service-centers/manage-centers.ts';
import { createServices, type Services } from '#services.ts';
import type { Ask } from '../test/support/storms.ts';
import { SECRET, startProcess, throwAwayDatabase } from './support.ts';

/** A started API, and a way to call it with the key of a center. */
export interface Storm {
  port: number;
  services: Services;
  brandId: string;
  key: string;
  ask: Ask;
  /** As the owner of the tables, past row-level security. */
  owner: Kysely<Database>;
  /** Resident memory of the API, in MiB. */
  rss(): number;
  /** How long its main thread has waited for a processor, in ms; null where the system does not tell. */
  starvedMs(): number | null;
  close(): Promise<void>;
}

/** Opens it, with fsync; `connections`: of `ask`, at most. */
export async function openStorm(logLevel: 'info' | 'error', connections = 8): Promise<Storm> {
  const database = await throwAwayDatabase(true);
  const port = await freePort();
  const env = {
    DATABASE_URL: database.url,
    SECRETS: SECRET,
    LOG_LEVEL: logLevel,
    RATE_LIMITS: 'false',
    PORT: String(port),
    OPS_PORT: '0',
    DRAIN_SECONDS: '0',
  };
  const services = createServices(readConfig({ ...env, LOG_LEVEL: 'error' }));
  const brand = await asSystem(services, '*', (deed) =>
    createBrand(deed, { slug: 'storm', name: 'Storm', lookupMode: 'open', locale: 'en', timeZone: 'UTC', contactLine: 'nobody' }),
  );
  const where = { phone: '1', address: 'Here', locale: 'en', timeZone: 'UTC' } as const;
  const center = await asSystem(services, brand.id, (deed) => openCenter(deed, { code: 'S1', name: 'Storm', kind: 'own', ...where }));
  const { key } = await asSystem(services, brand.id, (deed) => createKey(deed, { kind: 'center', name: 'storm', centerId: center.id }));
  const api = await startProcess('src/api.ts', env, `http://127.0.0.1:${port}/livez`);
  const owner = new Kysely<Database>({ dialect: new PostgresDialect({ pool: openPool({ url: database.url, max: 2, name: 'storm-owner' }) }) });
  const agent = new Agent({ connections });
  return {
    port,
    services,
    brandId: brand.id,
    key,
    owner,
    rss: () => api.rss(),
    starvedMs: () => api.starvedMs(),
    async ask({ method, url, headers, body }) {
      const answer = await request(`http://127.0.0.1:${port}${url}`, {
        method,
        headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        body: body === undefined ? null : JSON.stringify(body),
        dispatcher: agent,
      });
      const etag = answer.headers['etag'];
      return {
        status: answer.statusCode,
        etag: typeof etag === 'string' ? etag : null,
        replayed: answer.headers['idempotency-replayed'] === 'true',
        body: await answer.body.text(),
      };
    },
    async close() {
      await agent.close();
      await api.stop();
      await owner.destroy();
      await services.close();
      await database.stop();
    },
  };
}
