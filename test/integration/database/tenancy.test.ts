// Row-level security as a backstop: with every filter of the application left out, a brand still sees only itself.
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { cloneDatabase } from '../../support/postgres.ts';
import { BRANDS, connect, insertBrand, insertStep } from './rows.ts';

const [mine, other] = BRANDS;
let database: Awaited<ReturnType<typeof cloneDatabase>>;
let owner: pg.Client;
let app: pg.Client;
let tenantTables: string[];

beforeAll(async () => {
  database = await cloneDatabase(inject('postgres'));
  owner = await connect(database.url);
  await insertBrand(owner, mine);
  await insertBrand(owner, other);
  app = await connect(database.url, mine);
  const { rows } = await owner.query<{ name: string }>(`
    select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'brand_id'
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1`);
  tenantTables = rows.map(({ name }) => name);
});
afterAll(async () => {
  await app.end();
  await owner.end();
  await database.drop();
});

describe('tenancy', () => {
  it('has row-level security on every table of a tenant', async () => {
    const { rows } = await owner.query<{ name: string }>(`
      select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relrowsecurity order by 1`);
    expect(rows.map(({ name }) => name)).toEqual(tenantTables);
    expect(tenantTables.length).toBeGreaterThan(15);
  });

  it('has the tenant in every primary key', async () => {
    const { rows } = await owner.query<{ name: string }>(
      `
      select t.relname as name from pg_class t
       where t.relname = any ($1) and not exists (
         select from pg_index i join pg_attribute a on a.attrelid = t.oid and a.attnum = any (i.indkey)
          where i.indrelid = t.oid and i.indisprimary and a.attname = 'brand_id')`,
      [tenantTables],
    );
    // A key is found by its id before its brand is known; an admin key has none.
    expect(rows.map(({ name }) => name)).toEqual(['api_keys']);
  });

  it('the application role owns nothing and may not bypass', async () => {
    const { rows } = await owner.query(`
      select (select count(*)::int from pg_class where relowner = r.oid) as owned, rolbypassrls, rolsuper, rolcreaterole from pg_roles r
       where rolname = 'glassbench_app'`);
    expect(rows).toEqual([{ owned: 0, rolbypassrls: false, rolsuper: false, rolcreaterole: false }]);
  });

  it('shows no row of another brand in any table, without a filter', async () => {
    for (const table of tenantTables) {
      const { rows } = await app.query<{ brand_id: string | null }>(`select brand_id from ${table}`);
      expect(
        rows.filter(({ brand_id }) => brand_id !== mine),
        table,
      ).toEqual([]);
    }
    const { rows } = await app.query('select count(*)::int as seen from tickets');
    expect(rows).toEqual([{ seen: 1 }]);
  });

  it('changes no row of another brand', async () => {
    const { rowCount } = await app.query(`update tickets set external_ref = 'x'`);
    expect(rowCount).toBe(1);
    const { rows } = await owner.query('select brand_id from tickets where external_ref is not null');
    expect(rows).toEqual([{ brand_id: mine }]);
  });

  it('writes no row for another brand', async () => {
    await expect(insertStep(app, other, 'tkt_1', 2, 'created', 'received')).rejects.toMatchObject({ code: '42501' });
  });

  it('shows nothing at all while no brand is set', async () => {
    const nobody = await connect(database.url, '');
    const { rows } = await nobody.query('select count(*)::int as seen from tickets');
    await nobody.end();
    expect(rows).toEqual([{ seen: 0 }]);
  });

  it('shows every brand to the worker, which names *', async () => {
    const worker = await connect(database.url, '*');
    const { rows } = await worker.query('select count(*)::int as seen from tickets');
    await worker.end();
    expect(rows).toEqual([{ seen: 2 }]);
  });
});
