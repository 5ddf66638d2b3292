// Nothing of one brand is seen by another, neither through the API nor, with its checks gone, through the database.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createServices } from '#services.ts';
import { startApp, type TestApp, type TestBrand } from '../../support/app.ts';

let t: TestApp;
let other: TestBrand;
beforeAll(async () => {
  t = await startApp();
  other = await t.addBrand();
});
afterAll(() => t.close());

it('answers 404 for another tenant’s ids', async () => {
  const key = await t.addKey({ kind: 'courier', brandId: other.brandId });
  const calls = [
    { url: `/v1/service-centers/${other.centerId}` },
    { url: `/v1/brands/${other.brandId}` },
    { method: 'PATCH', url: `/v1/brands/${other.brandId}`, payload: { name: 'Mine' } },
    { method: 'PATCH', url: `/v1/service-centers/${other.centerId}`, payload: { name: 'Mine' } },
    { method: 'DELETE', url: `/v1/keys/${key.id}` },
    { method: 'POST', url: `/v1/keys/${key.id}/rotate`, payload: {} },
    { method: 'POST', url: '/v1/keys', payload: { kind: 'center', centerId: other.centerId, name: 'x' } },
  ] as const;
  for (const options of calls) {
    const response = await t.call(t.keys.brand, options);
    expect(response.statusCode, `${options.url} ${response.body}`).toBe(404);
    expect(response.body).not.toContain(other.brandId);
  }
  const centers = await t.call(t.keys.brand, { url: '/v1/service-centers' });
  expect(centers.json().data.map((center: { id: string }) => center.id)).toEqual([t.centerId]);
});

it('lets only an admin key name the brand, and asks it to', async () => {
  const list = (key: string, headers: Record<string, string> = {}) => t.call(key, { url: '/v1/service-centers', headers });
  expect((await list(t.adminKey)).statusCode).toBe(400);
  expect((await list(t.adminKey, { 'glassbench-brand': 'brd_00000000000000000000000000' })).statusCode).toBe(404);
  expect((await list(t.adminKey, { 'glassbench-brand': "brd_'; drop table brands" })).statusCode).toBe(404);
  const named = await list(t.adminKey, { 'glassbench-brand': other.brandId });
  expect(named.json().data).toHaveLength(1);
  expect((await list(t.keys.brand, { 'glassbench-brand': other.brandId })).statusCode).toBe(403);
  expect((await list(t.keys.brand, { 'glassbench-brand': t.brandId })).statusCode).toBe(200);
});

it('lets an admin make brands, and a brand read and change itself', async () => {
  const payload = { slug: 'lumen', name: 'Lumen', contactLine: 'Call us' };
  expect((await t.call(t.keys.brand, { method: 'POST', url: '/v1/brands', payload })).statusCode).toBe(403);
  const made = await t.call(t.adminKey, { method: 'POST', url: '/v1/brands', payload });
  expect(made.statusCode, made.body).toBe(201);
  expect(made.json()).toMatchObject({ slug: 'lumen', lookupMode: 'open', locale: 'zh-CN', timeZone: 'Asia/Shanghai' });
  const twice = await t.call(t.adminKey, { method: 'POST', url: '/v1/brands', payload });
  expect(twice.statusCode).toBe(409);
  const all = await t.call(t.adminKey, { url: '/v1/brands?limit=100' });
  expect(all.json().data).toHaveLength(3);

  const own = await t.call(t.keys.brand, { url: '/v1/brands' });
  expect(own.json().data.map((brand: { id: string }) => brand.id)).toEqual([t.brandId]);
  const changed = await t.call(t.keys.brand, { method: 'PATCH', url: `/v1/brands/${t.brandId}`, payload: { lookupMode: 'proof' } });
  expect(changed.statusCode, changed.body).toBe(200);
  expect(changed.json()).toMatchObject({ lookupMode: 'proof', name: 'Prism' });
});

it('shows a center key its own center only', async () => {
  const second = await t.call(t.keys.brand, {
    method: 'POST',
    url: '/v1/service-centers',
    payload: { code: 'B2', name: 'B', kind: 'partner', phone: '1', address: 'x', locale: 'en', timeZone: 'UTC' },
  });
  expect(second.statusCode, second.body).toBe(201);
  expect((await t.call(t.keys.center, { url: `/v1/service-centers/${second.json().id}` })).statusCode).toBe(404);
  expect((await t.call(t.keys.center, { url: '/v1/service-centers' })).json().data).toHaveLength(1);
  expect((await t.call(t.keys.brand, { url: '/v1/service-centers' })).json().data).toHaveLength(2);
  expect((await t.call(t.keys.center, { method: 'PATCH', url: `/v1/service-centers/${t.centerId}`, payload: { name: 'y' } })).statusCode).toBe(403);
});

it('row-level security answers nothing of another brand to a query that forgot to ask', async () => {
  const services = createServices(t.services.config);
  try {
    const centers = await services.db
      .of(t.brandId)
      .transaction()
      .execute((trx) => trx.selectFrom('service_centers').select('brand_id').execute());
    expect(new Set(centers.map((row) => row.brand_id))).toEqual(new Set([t.brandId]));
    const write = services.db
      .of(t.brandId)
      .transaction()
      .execute((trx) => trx.updateTable('service_centers').set({ name: 'Stolen' }).where('brand_id', '=', other.brandId).executeTakeFirst());
    expect((await write).numUpdatedRows).toBe(0n);
    expect(await services.db.open.selectFrom('service_centers').select('id').execute()).toEqual([]);
  } finally {
    await services.close();
  }
});

it('refuses the cursor of another tenant, filter, list or hand', async () => {
  const first = await t.call(t.keys.brand, { url: '/v1/keys?limit=1' });
  const cursor = first.json().nextCursor as string;
  const [payload, signature] = cursor.split('.');
  for (const [key, url] of [
    [other.keys.brand, `/v1/keys?limit=1&cursor=${cursor}`],
    [t.keys.brand, `/v1/keys?kind=center&cursor=${cursor}`],
    [t.keys.brand, `/v1/service-centers?cursor=${cursor}`],
    [t.keys.brand, `/v1/keys?cursor=${Buffer.from('["2020-01-01","x"]').toString('base64url')}.${signature}`],
    [t.keys.brand, `/v1/keys?cursor=${payload}`],
  ] as const) {
    const response = await t.call(key, { url });
    expect(response.statusCode, url).toBe(400);
    expect(response.json().code).toBe('cursor_invalid');
  }
});
