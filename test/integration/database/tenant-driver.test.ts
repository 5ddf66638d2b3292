// BEGIN with the first statement and the last statement with COMMIT: what is sent, what is kept, and what of it is thrown.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { APP_ROLE, openDb, openPool, type Trx } from '#platform/db/connect.ts';
import { executeAlong } from '#platform/db/tenant-driver.ts';
import { newId } from '#platform/id.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { recordStatements } from '../../support/statements.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startApp();
  await sql`create table kept (n integer primary key check (n < 100))`.execute(t.owner);
  await sql`grant all on kept to public`.execute(t.owner);
});
afterAll(() => t.close());

const within = <T>(work: (trx: Trx) => Promise<T>): Promise<T> => t.services.db.of(t.brandId).transaction().execute(work);
const keep = (trx: Trx, n: number): Promise<unknown> => sql`insert into kept values (${n})`.execute(trx);
const keepLast = (trx: Trx, n: number): Promise<void> => executeAlong(trx, sql`insert into kept values (${n})`);
const kept = async (): Promise<number[]> => (await sql<{ n: number }>`select n from kept order by n`.execute(t.owner)).rows.map(({ n }) => n);
const sent = async (work: (trx: Trx) => Promise<unknown>): Promise<string[]> =>
  (await recordStatements(t.services, () => within(work).catch(() => undefined))).map(({ text }) => text.replaceAll(/\s+/g, ' ').slice(0, 24));

it('the tenant is set for the first statement already', async () => {
  const { rows } = await within((trx) => sql<{ brand: string }>`select current_setting('app.brand_id') as brand`.execute(trx));
  expect(rows).toEqual([{ brand: t.brandId }]);
  const { rows: after } = await sql<{ brand: string }>`select current_setting('app.brand_id', true) as brand`.execute(t.services.db.open);
  expect(after[0]?.brand ?? '').toBe('');
});

it('a transaction in which nothing is asked costs no trip, whether it ends well or not', async () => {
  expect(await sent(async () => 1)).toEqual([]);
  expect(await sent(() => Promise.reject(new Error('no')))).toEqual([]);
});

it('keeps everything of a transaction in its order', async () => {
  const texts = await sent(async (trx) => {
    await keep(trx, 1);
    await keepLast(trx, 2);
    await keep(trx, 3);
    await keepLast(trx, 4);
  });
  expect(texts.map((text) => text.split(' ')[0])).toEqual(['start', 'insert', 'insert', 'insert', 'insert', 'commit']);
  expect(await kept()).toEqual([1, 2, 3, 4]);
  await within((trx) => keepLast(trx, 5));
  expect(await kept()).toContain(5);
});

it('nothing is kept of a transaction whose last statement fails, and its own error is thrown', async () => {
  const before = await kept();
  const failing = within(async (trx) => {
    await keep(trx, 10);
    await keepLast(trx, 1);
  });
  await expect(failing).rejects.toMatchObject({ code: '23505' });
  await expect(within((trx) => keepLast(trx, 100))).rejects.toMatchObject({ code: '23514' });
  expect(await kept()).toEqual(before);
});

it('nothing is kept of one whose first statement fails, and of one that is thrown out of', async () => {
  const before = await kept();
  await expect(within((trx) => keep(trx, 100))).rejects.toMatchObject({ code: '23514' });
  const thrown = within(async (trx) => {
    await keep(trx, 11);
    await keepLast(trx, 12);
    throw new Error('changed my mind');
  });
  await expect(thrown).rejects.toThrow('changed my mind');
  const swallowed = within(async (trx) => {
    await keep(trx, 13);
    await keep(trx, 1).catch(() => undefined);
  });
  await expect(swallowed).rejects.toThrow('rolled back instead of committed');
  expect(await kept()).toEqual(before);
});

it('a connection is as good as new after each of them', async () => {
  const ways: ((n: number) => Promise<unknown>)[] = [
    (n: number) => within((trx) => keep(trx, n)),
    () => within((trx) => keep(trx, 1)),
    () => within((trx) => keepLast(trx, 1)),
    () => within(() => Promise.reject(new Error('no'))),
  ];
  const all = Array.from({ length: 40 }, async (_, n) => ways[n % ways.length]?.(n + 20));
  const ends = await Promise.allSettled(all);
  expect(ends.map(({ status }) => status === 'fulfilled')).toEqual(ends.map((_, n) => n % ways.length === 0));
  expect(await kept()).toEqual([1, 2, 3, 4, 5, ...Array.from({ length: 10 }, (_, n) => 20 + 4 * n)]);
  expect(t.services.db.pool.idleCount).toBe(t.services.db.pool.totalCount);
});

it('options in the address stand, and take neither the role nor the tenant away', async () => {
  const address = new URL(t.databaseUrl);
  address.searchParams.set('options', `-c work_mem=7MB -c role=none -c app.brand_id=${t.brandId}`);
  const pool = openPool({ url: address.href, max: 1, name: 'test-options', role: APP_ROLE, brandId: '*' });
  const { rows } = await pool.query(`select current_user as role, current_setting('app.brand_id') as brand, current_setting('work_mem') as memory`);
  await pool.end();
  expect(rows).toEqual([{ role: APP_ROLE, brand: '*', memory: '7MB' }]);
});

it('a tenant is kept at hand, and not every one that was ever named', async () => {
  const db = openDb(openPool({ url: t.databaseUrl, max: 1, name: 'test-tenants' }));
  const kept = db.of(t.brandId);
  expect(db.of(t.brandId)).toBe(kept);
  for (let n = 0; n < 1_000; n += 1) db.of(newId('brand'));
  expect(db.of(t.brandId)).not.toBe(kept);
  const { rows } = await db
    .of(t.brandId)
    .transaction()
    .execute((trx) => sql`select current_setting('app.brand_id') as brand`.execute(trx));
  expect(rows).toEqual([{ brand: t.brandId }]);
  await db.close();
});
