// Migrations can be run again, and by several processes at once, on an empty database.
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { expectedMigrations, migrateToLatest } from '#platform/db/migrate.ts';

const name = `migrations_${process.pid}`;
let server: pg.Client;
let url: string;

beforeAll(async () => {
  server = new pg.Client({ connectionString: inject('postgres') });
  await server.connect();
  await server.query(`create database ${name}`);
  const address = new URL(inject('postgres'));
  address.pathname = `/${name}`;
  url = address.href;
});
afterAll(async () => {
  await server.query(`drop database if exists ${name} with (force)`);
  await server.end();
});

it('run once where three processes migrate an empty database together', async () => {
  const ran = await Promise.all([migrateToLatest(url), migrateToLatest(url), migrateToLatest(url)]);
  expect(ran.flat().toSorted()).toEqual(expectedMigrations());
});

it('do nothing when they are run again', async () => {
  expect(await migrateToLatest(url)).toEqual([]);
});
