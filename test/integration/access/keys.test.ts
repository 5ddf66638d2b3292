// Who may call: keys are shown once, checked without a query where they can be, and end when they are ended.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openKeyRing } from '#access/key-ring.ts';
import { startApp, type TestApp } from '../../support/app.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startApp();
});
afterAll(() => t.close());

const list = (key: string | null, headers: Record<string, string> = {}) => t.call(key, { url: '/v1/service-centers', headers });

it('asks for a key, and says nothing about why a wrong one is wrong', async () => {
  const { text } = await t.addKey({ kind: 'brand', brandId: t.brandId });
  const flipped = `${text.slice(0, 30)}${text[30] === 'A' ? 'B' : 'A'}${text.slice(31)}`;
  for (const authorization of [
    '',
    'Basic abc',
    'Bearer',
    `Bearer ${flipped}`,
    `Bearer ${text} x`,
    `Bearer ${text}x`,
    `Bearer ${'x'.repeat(5_000)}`,
  ]) {
    const response = await t.app.inject({ url: '/v1/service-centers', headers: { authorization } });
    expect(response.statusCode, authorization.slice(0, 20)).toBe(401);
    expect(response.headers['www-authenticate']).toBe('Bearer');
    expect(response.json().code).toBe('unauthorized');
  }
});

it('spends no query on a bad checksum, and one on a key asked for often', async () => {
  const { text } = await t.addKey({ kind: 'brand', brandId: t.brandId });
  let queries = 0;
  const counting = new Proxy(t.services.db, {
    get: (db, name) => {
      if (name === 'open') queries += 1;
      return Reflect.get(db, name) as unknown;
    },
  });
  const ring = openKeyRing({ ...t.services, db: counting });
  expect(await ring.actorOf(`${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`)).toBeNull();
  expect(queries).toBe(0);
  await Promise.all(Array.from({ length: 50 }, () => ring.actorOf(text)));
  expect(queries).toBe(1);
});

it('refuses an expired key', async () => {
  const key = await t.addKey({ kind: 'brand', brandId: t.brandId, expiresAt: new Date(Date.now() - 1_000) });
  expect((await list(key.text)).statusCode).toBe(401);
});

it('refuses a revoked key: at once where it was revoked, within two seconds elsewhere', async () => {
  const made = await t.call(t.keys.brand, { method: 'POST', url: '/v1/keys', payload: { kind: 'courier', name: 'SF' } });
  expect(made.statusCode, made.body).toBe(201);
  const { id, key } = made.json();
  expect((await list(key)).statusCode).toBe(200);
  const elsewhere = openKeyRing(t.services);
  expect(await elsewhere.actorOf(key)).toMatchObject({ kind: 'courier', brandId: t.brandId });

  const revoked = await t.call(t.keys.brand, { method: 'DELETE', url: `/v1/keys/${id}` });
  expect(revoked.statusCode).toBe(200);
  expect(revoked.json().revokedAt).not.toBeNull();
  expect((await list(key)).statusCode).toBe(401);
  await new Promise((resolve) => setTimeout(resolve, 1_600));
  expect(await elsewhere.actorOf(key)).toBeNull();
});

it('rotates: both keys work during the grace period, with the same rights', async () => {
  const made = await t.call(t.keys.brand, { method: 'POST', url: '/v1/keys', payload: { kind: 'center', centerId: t.centerId, name: 'Desk' } });
  const old = made.json();
  const rotated = await t.call(t.keys.brand, { method: 'POST', url: `/v1/keys/${old.id}/rotate`, payload: { graceHours: 1 } });
  expect(rotated.statusCode, rotated.body).toBe(201);
  expect(rotated.json()).toMatchObject({ kind: 'center', centerId: t.centerId, scopes: old.scopes });
  expect((await list(old.key)).statusCode).toBe(200);
  expect((await list(rotated.json().key)).statusCode).toBe(200);
  const none = await t.call(t.keys.brand, { method: 'POST', url: `/v1/keys/${old.id}/rotate`, payload: { graceHours: 0 } });
  expect(none.statusCode).toBe(201);
  expect((await list(old.key)).statusCode).toBe(401);
});

it('rotates a key that has been rotated: the second successor does not end with the grace of the first', async () => {
  const post = (url: string, payload: object) => t.call(t.keys.brand, { method: 'POST', url, payload });
  const forGood = (await post('/v1/keys', { kind: 'courier', name: 'Lost answer' })).json();
  await post(`/v1/keys/${forGood.id}/rotate`, { graceHours: 1 });
  expect((await post(`/v1/keys/${forGood.id}/rotate`, { graceHours: 1 })).json().expiresAt).toBeNull();
  const expiresAt = new Date(Date.now() + 90 * 86_400_000).toISOString();
  const bounded = (await post('/v1/keys', { kind: 'courier', name: 'For a season', expiresAt })).json();
  await post(`/v1/keys/${bounded.id}/rotate`, { graceHours: 1 });
  expect((await post(`/v1/keys/${bounded.id}/rotate`, { graceHours: 1 })).json().expiresAt).toBe(expiresAt);
});

it('takes no end that lies beyond the years that are written with four digits', async () => {
  for (const expiresAt of ['9999-12-31T23:59:59-23:59', '0000-01-01T00:00:00+10:00']) {
    const answer = await t.call(t.keys.brand, { method: 'POST', url: '/v1/keys', payload: { kind: 'courier', name: 'x', expiresAt } });
    expect([answer.statusCode, answer.json().errors]).toEqual([400, [expect.objectContaining({ pointer: '/expiresAt' })]]);
  }
});

it('lists keys without secrets, page by page', async () => {
  const seen = new Set<string>();
  let cursor: string | null = null;
  do {
    const next: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const response = await t.call(t.keys.brand, { url: `/v1/keys?limit=2${next}` });
    expect(response.statusCode, response.body).toBe(200);
    expect(response.body).not.toContain('gb_');
    const page = response.json();
    for (const key of page.data) {
      expect(seen.has(key.id)).toBe(false);
      seen.add(key.id);
    }
    expect(response.headers.link === undefined).toBe(!page.hasMore);
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(seen.size).toBeGreaterThanOrEqual(4);
});

it('lets nobody give away more than they hold', async () => {
  const narrow = await t.addKey({ kind: 'brand', brandId: t.brandId, scopes: ['keys:manage', 'tickets:read'] });
  const make = (key: string, payload: object, headers: Record<string, string> = {}) =>
    t.call(key, { method: 'POST', url: '/v1/keys', payload, headers });
  const wide = await make(narrow.text, { kind: 'center', centerId: t.centerId, name: 'x', scopes: ['tickets:write'] });
  expect(wide.statusCode).toBe(403);
  const fitting = await make(narrow.text, { kind: 'center', centerId: t.centerId, name: 'x' });
  expect(fitting.json().scopes).toEqual(['tickets:read']);
  expect((await make(t.keys.brand, { kind: 'brand', name: 'sibling' })).statusCode).toBe(403);
  expect((await make(t.keys.center, { kind: 'courier', name: 'x' })).statusCode).toBe(403);
  const admin = await make(t.adminKey, { kind: 'brand', name: 'second' }, { 'glassbench-brand': t.brandId });
  expect(admin.statusCode, admin.body).toBe(201);
});

it('notes the use of a key outside the request', async () => {
  const key = await t.addKey({ kind: 'brand', brandId: t.brandId });
  await list(key.text);
  await expect
    .poll(async () => (await t.owner.selectFrom('api_keys').select('last_used_at').where('id', '=', key.id).executeTakeFirstOrThrow()).last_used_at, {
      timeout: 6_000,
    })
    .not.toBeNull();
});
