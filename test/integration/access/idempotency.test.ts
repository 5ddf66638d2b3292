// A repeated call has one effect and one answer, however many copies race.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { forgetOldKeys } from '#access/idempotency.ts';
import { countOf, startApp, type TestApp, unique } from '../../support/app.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startApp();
});
afterAll(() => t.close());

const center = (code: string, extra: object = {}) => ({
  code,
  name: 'Prism Pudong',
  kind: 'own',
  phone: '021-1',
  address: 'Century Avenue 1',
  locale: 'en',
  timeZone: 'Asia/Shanghai',
  ...extra,
});
const open = (key: string, payload: object, headers: Record<string, string> = {}) =>
  t.call(t.keys.brand, { method: 'POST', url: '/v1/service-centers', payload, headers: { 'idempotency-key': key, ...headers } });

it('has one effect when the same call comes 20 times at once', async () => {
  const before = await countOf(t.owner, 'service_centers');
  const key = unique('storm');
  const answers = await Promise.all(Array.from({ length: 20 }, () => open(key, center('STORM'))));
  expect(await countOf(t.owner, 'service_centers')).toBe(before + 1);
  const created = answers.filter((answer) => answer.statusCode === 201);
  expect(created.length).toBeGreaterThan(0);
  expect(created.filter((answer) => answer.headers['idempotency-replayed'] === undefined)).toHaveLength(1);
  expect(new Set(created.map((answer) => answer.body)).size).toBe(1);
  for (const answer of answers) expect([201, 409]).toContain(answer.statusCode);
  for (const answer of answers.filter(({ statusCode }) => statusCode === 409)) expect(answer.json().code).toBe('idempotency_in_progress');

  const replay = await open(key, center('STORM'));
  expect(replay.statusCode).toBe(201);
  expect(replay.headers['idempotency-replayed']).toBe('true');
  expect(replay.body).toBe(created[0]?.body);
  expect(replay.headers.location).toBe(created[0]?.headers.location);
});

it('knows the call whatever the order of its members, and takes the key quoted or bare', async () => {
  const key = unique('order');
  const first = await open(key, center('ORDER'));
  const reversed = Object.fromEntries(Object.entries(center('ORDER')).toReversed());
  const again = await open(`"${key}"`, reversed);
  expect(first.statusCode).toBe(201);
  expect(again.headers['idempotency-replayed']).toBe('true');
});

it('refuses the key with another payload, and asks for one where there is none', async () => {
  const key = unique('other');
  await open(key, center('OTHER'));
  const other = await open(key, center('OTHER', { name: 'Elsewhere' }));
  expect(other.statusCode).toBe(422);
  expect(other.json().code).toBe('idempotency_mismatch');
  const none = await t.call(t.keys.brand, {
    method: 'POST',
    url: '/v1/service-centers',
    payload: center('NONE'),
    headers: { 'idempotency-key': '' },
  });
  expect(none.statusCode).toBe(400);
  expect(none.json().code).toBe('idempotency_key_missing');
  for (const bad of ['x'.repeat(256), 'tab\there']) expect((await open(bad, center('BAD'))).statusCode).toBe(400);
});

it('keeps nothing of a refused call, so that the same call may come again', async () => {
  const taken = await open(unique('taken'), center('TAKEN'));
  expect(taken.statusCode).toBe(201);
  const key = unique('refused');
  const refused = await open(key, center('TAKEN'));
  expect(refused.statusCode).toBe(409);
  expect(refused.json().code).toBe('already_exists');
  await t.owner.deleteFrom('service_centers').where('code', '=', 'TAKEN').execute();
  expect((await open(key, center('TAKEN'))).statusCode).toBe(201);
});

it('gives another key and another route a memory of their own', async () => {
  const key = unique('shared');
  const second = await t.addKey({ kind: 'brand', brandId: t.brandId });
  const headers = { 'idempotency-key': key };
  const one = await t.call(t.keys.brand, { method: 'POST', url: '/v1/service-centers', payload: center('ONE'), headers });
  const two = await t.call(second.text, { method: 'POST', url: '/v1/service-centers', payload: center('TWO'), headers });
  const three = await t.call(t.keys.brand, { method: 'POST', url: '/v1/keys', payload: { kind: 'courier', name: 'x' }, headers });
  expect([one.statusCode, two.statusCode, three.statusCode]).toEqual([201, 201, 201]);
});

it('replays a new key with its secret, and stores it sealed', async () => {
  const headers = { 'idempotency-key': unique('secret') };
  const options = { method: 'POST', url: '/v1/keys', payload: { kind: 'courier', name: 'SF' }, headers } as const;
  const first = await t.call(t.keys.brand, options);
  const again = await t.call(t.keys.brand, options);
  expect(first.statusCode).toBe(201);
  expect(again.body).toBe(first.body);
  const rows = await t.owner.selectFrom('idempotency_keys').select('body').where('route', '=', 'POST /v1/keys').execute();
  for (const row of rows) expect(row.body).not.toContain('gb_');
});

it('forgets calls after seven days', async () => {
  const key = unique('old');
  await open(key, center('OLD'));
  await t.owner
    .updateTable('idempotency_keys')
    .set({ created_at: new Date(Date.now() - 8 * 86_400_000) } as never)
    .where('key', '=', key)
    .execute();
  expect(await forgetOldKeys(t.services)).toBe(1);
  expect(await forgetOldKeys(t.services)).toBe(0);
});
