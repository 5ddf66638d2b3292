// Every route of the contract, called with another brand's ids: it answers as if there were nothing, and changes nothing.
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp, unique } from '../../support/app.ts';
import { bodyFor, wireBody } from '../../support/contract/bodies.ts';
import { addressOf, type Operation, operations } from '../../support/contract/contract.ts';
import { linkIn } from '../../support/contract/link-calls.ts';
import { fill, type World } from '../../support/contract/world.ts';

let app: TestApp;
let ours: World;
let theirs: World;
/** Of their brand too, but of another center, and another courier: neighbors see nothing either. */
let neighbors: { center: string; courier: string };

/** Everything of theirs, in one text: it must be the same afterwards. */
async function stateOfTheirs(): Promise<string> {
  const { rows: tables } = await sql<{ table_name: string }>`
    select table_name from information_schema.columns where column_name = 'brand_id' and table_schema = 'public' and table_name not in (
      select table_name from information_schema.views where table_schema = 'public') order by table_name`.execute(app.owner);
  const states = [];
  for (const { table_name: table } of tables) {
    const { rows } = await sql<{ state: string }>`
      select count(*) || ':' || coalesce(md5(string_agg(to_jsonb(t)::text, ',' order by to_jsonb(t)::text)), '') as state
        from ${sql.table(table)} t where brand_id = ${theirs.brandId} and ${table} not in ('idempotency_keys', 'lookup_counters')`.execute(app.owner);
    states.push(`${table}=${rows[0]?.state}`);
  }
  return states.filter((state) => !state.startsWith('api_keys')).join('\n');
}

beforeAll(async () => {
  app = await startApp({ STREAM_SECONDS: '0.1' });
  ours = await fill(app, app);
  theirs = await fill(app, await app.addBrand());
  const now = new Date();
  const other = {
    brand_id: theirs.brandId,
    id: theirs.centerId.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    code: 'OTHER',
    name: 'Other',
    kind: 'own' as const,
  };
  const where = { phone: '+864000000001', address: 'Elsewhere', locale: 'en' as const, time_zone: 'Asia/Shanghai', created_at: now, updated_at: now };
  await app.owner
    .insertInto('service_centers')
    .values({ ...other, ...where })
    .execute();
  neighbors = {
    center: (await app.addKey({ kind: 'center', brandId: theirs.brandId, centerId: other.id })).text,
    courier: (await app.addKey({ kind: 'courier', brandId: theirs.brandId })).text,
  };
});
afterAll(() => app?.close());

const secured = operations.filter((operation) => operation.secured && !operation.byLink);
const byLink = operations.filter((operation) => operation.byLink);
/** Parameters that name nothing of anyone's: every brand has a text of that name. */
const common = new Set(['textName', 'locale']);
const isNamed = (operation: Operation): boolean => operation.pathParameters.some((name) => !common.has(name));
const named = secured.filter(isNamed);
const unnamed = secured.filter((operation) => !isNamed(operation));

const call = (
  operation: Operation,
  key: string,
  options: { parameters?: Record<string, string>; query?: string; body?: unknown; brand?: string } = {},
) => {
  const sent = operation.hasBody ? wireBody(operation, options.body ?? bodyFor(operation, theirs)) : undefined;
  return app.call(key, {
    method: operation.method,
    url: addressOf(operation, options.parameters ?? {}) + (options.query ?? ''),
    headers: {
      ...(operation.headers.includes('If-Match') ? { 'if-match': `"v${theirs.ticketVersion}"` } : {}),
      ...(options.brand === undefined ? {} : { 'glassbench-brand': options.brand }),
      ...(sent === undefined ? {} : { 'content-type': sent.type }),
    },
    ...(sent === undefined ? {} : { payload: sent.payload }),
  });
};

/** The ids that the caller itself sent may come back in a problem; nothing else of theirs may. */
const leaks = (body: string, sent: string): string[] => theirs.secrets.filter((secret) => body.includes(secret) && !sent.includes(secret));

describe('another brand', () => {
  it('walks the whole contract', () => {
    expect(named.length).toBeGreaterThan(10);
    expect(unnamed.length).toBeGreaterThan(8);
  });

  it.each(named.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))('%s answers 404 or 403', async (_, operation) => {
    const before = await stateOfTheirs();
    const url = addressOf(operation, theirs.parameters);
    for (const [kind, key] of Object.entries(ours.keys)) {
      const answer = await call(operation, key, { parameters: theirs.parameters });
      expect([kind, answer.statusCode, leaks(answer.body, url)]).toEqual([
        kind,
        expect.toSatisfy((status: number) => status === 404 || status === 403),
        [],
      ]);
    }
    expect(await stateOfTheirs()).toBe(before);
  });

  it.each(named.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
    '%s is closed to neighbors',
    async (_, operation) => {
      // A brand's centers and carriers' accounts are known to its couriers and centers: only what belongs to one of them is closed.
      const open = new Set(['getServiceCenter']);
      if (open.has(operation.name)) return;
      const before = await stateOfTheirs();
      const url = addressOf(operation, theirs.parameters);
      for (const key of Object.values(neighbors)) {
        const answer = await call(operation, key, { parameters: theirs.parameters });
        expect([answer.statusCode, leaks(answer.body, url)]).toEqual([expect.toSatisfy((status: number) => status === 404 || status === 403), []]);
      }
      expect(await stateOfTheirs()).toBe(before);
    },
  );

  it.each(unnamed.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
    '%s shows and takes nothing of theirs',
    async (_, operation) => {
      const before = await stateOfTheirs();
      for (const key of Object.values(ours.keys)) {
        const body = operation.hasBody ? bodyFor(operation, theirs) : undefined;
        const answer = await call(operation, key, { parameters: theirs.parameters, ...(body === undefined ? {} : { body }) });
        expect(leaks(answer.body, JSON.stringify(body ?? ''))).toEqual([]);
        expect(answer.statusCode).toBeLessThan(500);
      }
      expect(await stateOfTheirs()).toBe(before);
    },
  );

  it.each(byLink.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
    '%s is for the one ticket of its link, and for no key',
    async (_, operation) => {
      // A neighbor of theirs may change the neighbor's own ticket, so that only reading is asked.
      const links = [ours.link, ...(operation.method === 'GET' ? [await linkIn(app, theirs)] : [])];
      const before = await stateOfTheirs();
      const body = operation.hasBody ? bodyFor(operation, theirs) : undefined;
      for (const link of links) {
        const answer = await call(operation, link, { parameters: theirs.parameters, ...(body === undefined ? {} : { body }) });
        expect(leaks(answer.body, JSON.stringify(body ?? ''))).toEqual([]);
        expect(answer.statusCode).toBeLessThan(500);
      }
      const keys = [...Object.values(ours.keys), ...Object.values(theirs.keys), app.adminKey];
      for (const key of keys) {
        const answer = await call(operation, key, { parameters: theirs.parameters, ...(body === undefined ? {} : { body }) });
        expect(answer.statusCode).toBe(401);
      }
      expect(await stateOfTheirs()).toBe(before);
    },
  );

  it('finds nothing by any filter', async () => {
    const { ticketId, centerId, endpointId } = theirs.parameters;
    const filters: Record<string, string | undefined> = { serial: theirs.serial, waybill: theirs.waybill, centerId, ticketId, endpointId };
    for (const operation of unnamed.filter(({ method }) => method === 'GET')) {
      for (const filter of operation.queryParameters.filter((name) => filters[name] !== undefined)) {
        const query = `?${filter}=${filters[filter]}${operation.queryParameters.includes('orphan') ? '&orphan=true' : ''}`;
        const answer = await call(operation, ours.keys.brand, { query, parameters: theirs.parameters });
        expect([operation.name, filter, leaks(answer.body, query)]).toEqual([operation.name, filter, []]);
        if (answer.statusCode === 200)
          expect([operation.name, filter, answer.json<{ data: unknown[] }>().data]).toEqual([operation.name, filter, []]);
      }
    }
  });

  it('cannot be named in a header, nor continue a list by its cursor', async () => {
    const named = await app.call(ours.keys.brand, { method: 'GET', url: '/v1/tickets', headers: { 'glassbench-brand': theirs.brandId } });
    expect(named.statusCode).toBe(403);
    await app.call(theirs.keys.center, {
      method: 'POST',
      url: '/v1/tickets',
      payload: {
        channel: 'walk_in',
        device: { kind: 'phone', serial: unique('SERIAL').toUpperCase() },
        contact: {},
        faultReported: 'Dark',
        returnMethod: 'pick_up',
        jurisdiction: 'CN',
      },
    });
    const page = (await app.call(theirs.keys.brand, { method: 'GET', url: '/v1/tickets?limit=1' })).json<{ nextCursor: string }>();
    const answer = await app.call(ours.keys.brand, { method: 'GET', url: `/v1/tickets?limit=1&cursor=${encodeURIComponent(page.nextCursor)}` });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([400, 'cursor_invalid']);
  });
});
