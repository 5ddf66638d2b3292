// The whole API over a database that is there, with a brand, a center and a key of every kind; for programs that are no tests too.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { type Kysely, sql } from 'kysely';
import type { Scope } from '#access/actor.ts';
import { type KeyKind, makeKey } from '#access/api-key.ts';
import { scopesOf } from '#access/scopes.ts';
import { buildApp } from '#app.ts';
import { readConfig } from '#config.ts';
import type { Database } from '#platform/db/database.ts';
import { newId } from '#platform/id.ts';
import type { Services } from '#services.ts';
import { createServices, type ServiceOverrides } from '#services.ts';
import { complaintOf } from '../client/contract.ts';
import { openOwner } from './owner.ts';

/** A brand with one center and a key of every kind that belongs to it. */
export interface TestBrand {
  brandId: string;
  centerId: string;
  keys: Record<Exclude<KeyKind, 'admin'>, string>;
}

/** A key and the id it is stored under. */
export interface TestKey {
  id: string;
  text: string;
}

/** A started app. */
export interface TestApp extends TestBrand {
  app: FastifyInstance;
  services: Services;
  /** Full rights, no row-level security: to look at what was written, and to prepare. */
  owner: Kysely<Database>;
  /** URL of this app's own database. */
  databaseUrl: string;
  adminKey: string;
  /** Another tenant, to try what it must not see. */
  addBrand(): Promise<TestBrand>;
  addKey(key: { kind: KeyKind; brandId?: string; centerId?: string; scopes?: Scope[]; expiresAt?: Date }): Promise<TestKey>;
  /** Calls as the holder of a key; unsafe methods get a fresh Idempotency-Key where none is given. */
  call(key: string | null, options: InjectOptions): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
}

/** The installation's secret in every test: links made by one app are good for another. */
export const SECRET = 'for tests only and long enough for the check';
let counter = 0;

/** Fresh text for keys and names. */
export const unique = (prefix: string): string => `${prefix}-${process.pid}-${(counter += 1)}`;

/** Whatever is answered must stand in the contract: a test that sees another answer fails on the spot. */
function heldToContract(app: FastifyInstance): void {
  const ask = app.inject.bind(app) as (options: InjectOptions) => Promise<LightMyRequestResponse>;
  const held = async (options: InjectOptions | string): Promise<LightMyRequestResponse> => {
    const asked = typeof options === 'string' ? { url: options } : options;
    const answer = await ask(asked);
    const url = typeof asked.url === 'string' ? asked.url : (asked.url?.pathname ?? '/');
    const { statusCode: status, body } = answer;
    const complaint = complaintOf({
      method: asked.method ?? 'GET',
      url,
      status,
      contentType: String(answer.headers['content-type'] ?? '') || null,
      body,
    });
    if (complaint !== null) throw new Error(`${complaint}\n${body.slice(0, 400)}`);
    return answer;
  };
  app.inject = held as FastifyInstance['inject'];
}

/** Starts the app over a migrated database, which is dropped with it; `overrides` bring a clock or a logger, `env` further settings. */
export async function openApp(
  database: { url: string; drop(): Promise<void> },
  env: Record<string, string> = {},
  overrides: ServiceOverrides = {},
): Promise<TestApp> {
  const folder = mkdtempSync(path.join(tmpdir(), 'glassbench-test-'));
  const settings = {
    DATA_DIR: folder,
    DATABASE_URL: database.url,
    SECRETS: SECRET,
    LOG_LEVEL: 'silent',
    RATE_LIMITS: 'false',
    COALESCE_SECONDS: '0',
    ...env,
  };
  const services = createServices(readConfig(settings), overrides);
  // A busy machine can stand still for seconds: who only looks and prepares does not give up over it.
  const owner = openOwner(database.url, { patient: true });
  const app = await buildApp(services);
  await app.ready();
  heldToContract(app);

  const addKey: TestApp['addKey'] = async ({ kind, brandId, centerId, scopes, expiresAt }) => {
    const key = makeKey(services.seal, kind);
    const values = {
      id: key.id,
      holder: key.id,
      brand_id: kind === 'admin' ? null : (brandId ?? null),
      center_id: kind === 'center' ? (centerId ?? null) : null,
      kind,
      name: `${kind} key`,
      scopes: [...(scopes ?? scopesOf[kind])],
      secret_hash: key.hash,
      expires_at: expiresAt ?? null,
      revoked_at: null,
      last_used_at: null,
      created_at: new Date(),
    };
    await owner.insertInto('api_keys').values(values).execute();
    return { id: key.id, text: key.text };
  };

  const addBrand = async (): Promise<TestBrand> => {
    const now = new Date();
    const brandId = newId('brand');
    const centerId = newId('center');
    const stamps = { created_at: now, updated_at: now };
    const brand = { brand_id: brandId, slug: unique('brand'), name: 'Prism', contact_line: 'Call 400-000-0000', ...stamps };
    await owner.insertInto('brands').values(brand).execute();
    const where = { phone: '+864000000000', address: 'Nanjing Road 1, Shanghai', locale: 'zh-CN' as const, time_zone: 'Asia/Shanghai' };
    const center = { brand_id: brandId, id: centerId, code: 'SHA1', name: 'Prism Shanghai', kind: 'own' as const, ...where, ...stamps };
    await owner.insertInto('service_centers').values(center).execute();
    const key = async (kind: KeyKind): Promise<string> => (await addKey({ kind, brandId, centerId })).text;
    return { brandId, centerId, keys: { brand: await key('brand'), center: await key('center'), courier: await key('courier') } };
  };

  return {
    app,
    services,
    owner,
    databaseUrl: database.url,
    adminKey: (await addKey({ kind: 'admin' })).text,
    ...(await addBrand()),
    addBrand,
    addKey,
    call(key, options) {
      const safe = options.method === undefined || ['GET', 'HEAD', 'OPTIONS'].includes(options.method.toUpperCase());
      const headers = {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(safe || key === null ? {} : { 'idempotency-key': unique('key') }),
        ...options.headers,
      };
      return app.inject({ ...options, headers });
    },
    async close() {
      await app.close();
      await services.close();
      await owner.destroy();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** How many rows a table holds, whoever they belong to. */
export async function countOf(owner: Kysely<Database>, table: keyof Database): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`.execute(owner);
  return rows[0]?.n ?? 0;
}
