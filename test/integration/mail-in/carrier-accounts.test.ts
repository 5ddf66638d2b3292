// Carrier accounts over HTTP: who makes them, and that their secret stays sealed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp, type TestBrand } from '../../support/app.ts';
import { deliver, push, scans, sign, waybill } from '../../support/mail-in.ts';

let test: TestApp;
let other: TestBrand;
const { transit } = scans;

beforeAll(async () => {
  test = await startApp();
  other = await test.addBrand();
});
afterAll(() => test.close());

describe('carrier accounts', () => {
  const payload = { carrier: 'easypost', name: 'EasyPost', webhookSecret: 'a secret of the brand' };
  const register = (key: string, body: object = payload, headers: Record<string, string> = {}) =>
    test.call(key, { method: 'POST', url: '/v1/carrier-accounts', payload: body, headers });

  it('are made by brands and admins, and never show their secret', async () => {
    const brand = await test.addBrand();
    const mine = await register(brand.keys.brand);
    expect(mine.statusCode, mine.body).toBe(201);
    const { id } = mine.json<{ id: string }>();
    expect(mine.json()).toMatchObject({ carrier: 'easypost', name: 'EasyPost', webhookPath: `/v1/carriers/easypost/events?account=${id}` });
    expect((await register(test.adminKey, payload, { 'glassbench-brand': brand.brandId })).statusCode).toBe(201);
    const list = await test.call(brand.keys.brand, { url: '/v1/carrier-accounts?limit=1' });
    expect(list.json()).toMatchObject({ data: [{ id }], hasMore: true });
    expect(list.body + mine.body).not.toContain(payload.webhookSecret);
    const row = await test.owner.selectFrom('carrier_accounts').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    expect(row.sealed_secret.includes(payload.webhookSecret)).toBe(false);
    expect((await test.call(other.keys.brand, { url: '/v1/carrier-accounts' })).body).not.toContain(id);
    const body = push({ waybill: waybill(), details: [transit] });
    expect((await deliver(test, id, body, { 'x-hmac-signature': sign(body, payload.webhookSecret) })).statusCode).toBe(202);
  });

  it('answer 400, 401, 403, 404 as documented', async () => {
    const bad = [
      { ...payload, carrier: 'pigeon' },
      { ...payload, webhookSecret: 'short' },
      { ...payload, webhookSecret: 'x'.repeat(257) },
      { carrier: 'easypost', name: 'No secret' },
      { ...payload, carrier: 'kuaidi100', apiKey: 'a key of no use' },
      { ...payload, codes: { '44': 'teleported' } },
      { ...payload, codes: Object.fromEntries(Array.from({ length: 301 }, (_, code) => [String(code), 'customs'])) },
      { ...payload, timeZone: 'Mars/Olympus' },
      { ...payload, name: 'a\0' },
      { ...payload, x: 1 },
    ];
    for (const body of bad) expect((await register(test.keys.brand, body)).json()).toMatchObject({ status: 400, code: 'validation_failed' });
    expect((await test.call(null, { method: 'POST', url: '/v1/carrier-accounts', payload })).statusCode).toBe(401);
    for (const key of [test.keys.center, test.keys.courier]) {
      expect((await register(key)).json()).toMatchObject({ status: 403, code: 'scope_missing' });
      expect((await test.call(key, { url: '/v1/carrier-accounts' })).statusCode).toBe(403);
    }
    expect((await register(test.adminKey, payload, { 'glassbench-brand': 'brd_01kazy3v7me8rtkd8cz5nq2w4x' })).statusCode).toBe(404);
    expect((await test.call(test.keys.brand, { url: '/v1/carrier-accounts?cursor=zzz' })).json()).toMatchObject({
      status: 400,
      code: 'cursor_invalid',
    });
  });
});
