// The demo of a new installation: made where the database is empty, and its keys shown only where they are those of this database.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { readConfig } from '#config.ts';
import { seedOnce } from '#seed.ts';
import { createServices, type Services } from '#services.ts';
import { SECRET } from '../../support/app.ts';
import { openOwner } from '../../support/owner.ts';
import { cloneDatabase } from '../../support/postgres.ts';

let folder: string;
let file: string;
let services: Services;
let database: Awaited<ReturnType<typeof cloneDatabase>>;
let owner: ReturnType<typeof openOwner>;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'glassbench-seed-'));
  file = path.join(folder, 'demo.json');
  database = await cloneDatabase(inject('postgres'));
  services = createServices(readConfig({ DATABASE_URL: database.url, DATA_DIR: folder, SECRETS: SECRET, LOG_LEVEL: 'silent' }));
  owner = openOwner(database.url);
});
afterEach(async () => {
  await services.close();
  await owner.destroy();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const brands = () => owner.selectFrom('brands').select('brand_id').execute();

it('a file that another database has left behind is written anew', async () => {
  const other = { brand: { id: 'brd_00000000000000000000000000', name: 'Aurora' }, keys: [{ name: 'admin', key: 'gb_a_gone' }], serials: [] };
  writeFileSync(file, JSON.stringify(other));
  const demo = await seedOnce(services, file);
  expect(await brands()).toEqual([{ brand_id: demo?.brand.id }]);
  expect(demo?.keys.map(({ key }) => key)).not.toContain('gb_a_gone');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(demo);
  // The second start shows the same.
  expect(await seedOnce(services, file)).toEqual(demo);
  expect(await brands()).toHaveLength(1);
});

it('a file of another database is not shown for brands that are somebody’s own, and one that breaks off stops no start', async () => {
  await seedOnce(services, file);
  writeFileSync(file, JSON.stringify({ brand: { id: 'brd_00000000000000000000000000' } }));
  expect(await seedOnce(services, file)).toBeNull();
  writeFileSync(file, '{ "brand": { "id": "brd_');
  expect(await seedOnce(services, file)).toBeNull();
  expect(await brands()).toHaveLength(1);
});

it('a demo whose keys cannot be kept is not made', async () => {
  await expect(seedOnce(services, path.join(folder, 'nowhere', 'demo.json'))).rejects.toThrow('ENOENT');
  expect(await brands()).toEqual([]);
});
