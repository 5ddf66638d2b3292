// Where storms rage: a throw-away database with a brand, a center and its key, and one API process over it.
import type { Kysely } from 'kysely';
import { Agent, request } from 'undici';
import type { Database } from '#platform/db/database.ts';
import type { Services } from '#services.ts';
import { openCounter } from '../test/support/bare-brand.ts';
import { openOwner } from '../test/support/owner.ts';
import type { Ask } from '../test/support/storms.ts';
import { openApiGround } from './api-ground.ts';

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

/** Opens it, with fsync; `connections`: of `ask`, at most; `awayMs`: how far its database is from the API, each way. */
export async function openStorm(logLevel: 'info' | 'error', connections = 8, awayMs = 0): Promise<Storm> {
  const ground = await openApiGround({ LOG_LEVEL: logLevel }, awayMs);
  const { services, port, baseUrl } = ground;
  const { brandId, key } = await openCounter(services, 'storm');
  const api = await ground.start();
  const owner = openOwner(ground.databaseUrl, { name: 'storm-owner' });
  const agent = new Agent({ connections });
  return {
    ...{ port, services, brandId, key, owner },
    rss: () => api.rss(),
    starvedMs: () => api.starvedMs(),
    async ask({ method, url, headers, body }) {
      const answer = await request(`${baseUrl}${url}`, {
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
      await owner.destroy();
      await ground.close();
    },
  };
}
