// Webhook endpoints over the API: what each kind of key may open, see and change, and which addresses are refused.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
const url = '/v1/webhook-endpoints';
const body = { url: 'https://partner.example/hooks', events: ['ticket.advanced'] };
const open = (key: string, payload: object = body) => app.call(key, { method: 'POST', url, payload });

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

test('the secret is shown once, and a rotation keeps the one before until it is retired', async () => {
  const opened = await open(app.keys.brand);
  expect(opened.statusCode).toBe(201);
  const { id, secret } = opened.json<{ id: string; secret: string }>();
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const one = `${url}/${id}`;
  expect((await app.call(app.keys.brand, { method: 'GET', url: one })).json()).not.toHaveProperty('secret');
  const rotated = await app.call(app.keys.brand, { method: 'POST', url: `${one}/rotate-secret` });
  expect(rotated.json()).toMatchObject({ liveSecrets: 2 });
  expect(rotated.json<{ secret: string }>().secret).not.toBe(secret);
  const again = await app.call(app.keys.brand, { method: 'POST', url: `${one}/rotate-secret` });
  expect(again.json()).toMatchObject({ liveSecrets: 2 });
  expect((await app.call(app.keys.brand, { method: 'POST', url: `${one}/retire-secret` })).json()).toMatchObject({ liveSecrets: 1 });
});

test('it is changed, disabled and deleted', async () => {
  const { id } = (await open(app.keys.brand)).json<{ id: string }>();
  const one = `${url}/${id}`;
  const change = (payload: object) => app.call(app.keys.brand, { method: 'PATCH', url: one, payload });
  expect((await change({ events: ['note.added', 'ticket.opened'], strictOrder: true })).json()).toMatchObject({
    events: ['note.added', 'ticket.opened'],
    strictOrder: true,
  });
  expect((await change({ disabled: true })).json()).toMatchObject({ disabledReason: 'by_request' });
  expect((await change({ disabled: false })).json()).toMatchObject({ disabledAt: null, disabledReason: null });
  expect((await change({})).statusCode).toBe(400);
  expect((await change({ url: 'http://partner.example' })).json()).toMatchObject({
    code: 'validation_failed',
    errors: [{ pointer: '/url', code: 'not_https' }],
  });
  expect((await app.call(app.keys.brand, { method: 'DELETE', url: one })).json()).toMatchObject({ disabledReason: 'deleted' });
  for (const method of ['GET', 'DELETE'] as const) expect((await app.call(app.keys.brand, { method, url: one })).statusCode).toBe(404);
});

test.each([
  ['http://partner.example/', 'not_https'],
  ['https://user:secret@partner.example/', 'has_credentials'],
  ['https://127.0.0.1/', 'not_public'],
  ['https://[::ffff:10.0.0.1]/', 'not_public'],
  ['https://0x7f.1/', 'not_public'],
  ['https://localhost/', 'not_public'],
  ['partner.example', 'not_a_url'],
])('%s is refused: %s', async (address, code) => {
  const answer = await open(app.keys.brand, { ...body, url: address });
  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toMatchObject({ errors: [{ pointer: '/url', code }] });
});

test('a center and a courier have their own, a brand sees all, another tenant none', async () => {
  const [ofCenter, ofCourier] = [await open(app.keys.center), await open(app.keys.courier)].map((answer) =>
    answer.json<{ id: string; owner: string }>(),
  );
  expect([ofCenter?.owner, ofCourier?.owner]).toEqual(['center', 'courier']);
  const status = async (key: string, id = '') => (await app.call(key, { method: 'GET', url: `${url}/${id}` })).statusCode;
  expect(await status(app.keys.center, ofCourier?.id)).toBe(404);
  expect(await status(app.keys.courier, ofCenter?.id)).toBe(404);
  expect(await status(app.keys.brand, ofCenter?.id)).toBe(200);
  const other = await app.addBrand();
  expect(await status(other.keys.brand, ofCenter?.id)).toBe(404);
  const listed = (await app.call(app.keys.courier, { method: 'GET', url })).json<{ data: { id: string }[] }>();
  expect(listed.data.map(({ id }) => id)).toEqual([ofCourier?.id]);
});

test('the list goes on from page to page', async () => {
  const brand = await app.addBrand();
  for (let count = 0; count < 3; count += 1) await open(brand.keys.brand);
  const first = (await app.call(brand.keys.brand, { method: 'GET', url: `${url}?limit=2` })).json<{ data: unknown[]; nextCursor: string }>();
  const second = (await app.call(brand.keys.brand, { method: 'GET', url: `${url}?limit=2&cursor=${first.nextCursor}` })).json<{
    data: unknown[];
    hasMore: boolean;
  }>();
  expect([first.data.length, second.data.length, second.hasMore]).toEqual([2, 1, false]);
});

test('there are twenty of one owner at most, and a deleted one makes room', async () => {
  const brand = await app.addBrand();
  const opened = await Promise.all(Array.from({ length: 25 }, () => open(brand.keys.brand)));
  expect(opened.map(({ statusCode }) => statusCode).toSorted()).toEqual([...Array(20).fill(201), ...Array(5).fill(409)]);
  expect(opened.find(({ statusCode }) => statusCode === 409)?.json()).toMatchObject({
    code: 'too_many_endpoints',
    detail: expect.stringContaining('Delete one'),
  });
  // A center's are its own.
  expect((await open(brand.keys.center)).statusCode).toBe(201);
  const { id } = opened.find(({ statusCode }) => statusCode === 201)?.json<{ id: string }>() ?? { id: '' };
  expect((await app.call(brand.keys.brand, { method: 'DELETE', url: `${url}/${id}` })).statusCode).toBe(200);
  expect((await open(brand.keys.brand)).statusCode).toBe(201);
});

test('unknown events and fields are refused', async () => {
  expect((await open(app.keys.brand, { ...body, events: ['ticket.exploded'] })).statusCode).toBe(400);
  expect((await open(app.keys.brand, { ...body, secret: 'mine' })).statusCode).toBe(400);
  expect((await app.call(app.keys.brand, { method: 'POST', url: `${url}/whe_01kam3w0xf8q9r2s4t6v8w0x1y/ping` })).statusCode).toBe(404);
});
