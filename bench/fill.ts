// A database of very many open tickets: one brand with all but a tenth of them over 20 centers, a brand where little is due, and a third.
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { readConfig } from '#config.ts';
import { luhnDigit } from '#lookup/normalize.ts';
import { newTicketCode } from '#platform/id.ts';
import { createServices, type Services } from '#services.ts';
import { keyOf, openBrand, openCenterOf } from '../test/support/bare-brand.ts';
import { drawn, inserts } from './fill-statements.ts';
import { SECRET, startServer } from './support.ts';

/** A brand that was filled, with keys and with names of some of its tickets. */
export interface FilledBrand {
  brandId: string;
  centers: string[];
  keys: {
    brand: string /** Of the first center, which has three in ten tickets. */;
    large: string;
    small: string /** Where next to nothing is due. */;
    calm: string;
  };
  samples: { serial: string; imei: string | null; code: string; waybill: string | null }[];
}

interface Plan {
  slug: string;
  centers: number;
  tickets: number;
  /** Of all tickets: this share is overdue, as many are due soon, about as many stuck, as many on hold. */
  share: number;
}

const SAMPLES = 300;

/** A server with very many tickets, and the instant at which they are what they are. */
export interface Filled {
  services: Services;
  url: string;
  tickets: number;
  now: Date;
  busy: FilledBrand;
  calm: FilledBrand;
  stop(): Promise<void>;
}

const settings = { shared_buffers: '4GB', max_wal_size: '8GB', max_connections: '50' };

/**
 * Starts a server, without fsync, and fills it. With BENCH_DATA it stays in that folder and the next run finds it there;
 * a million tickets take about 8 GB and some minutes.
 */
export async function filledDatabase(tickets: number): Promise<Filled> {
  const kept = process.env['BENCH_DATA'];
  const folder = kept === undefined ? mkdtempSync(path.join(tmpdir(), 'glassbench-bench-')) : path.join(kept, String(tickets));
  const manifest = path.join(folder, 'manifest.json');
  const server = await startServer(path.join(folder, 'data'), kept === undefined ? folder : null, { durable: false, settings });
  const known = existsSync(manifest) ? (JSON.parse(readFileSync(manifest, 'utf8')) as Pick<Filled, 'busy' | 'calm'> & { now: string }) : null;
  const now = known === null ? new Date() : new Date(known.now);
  const config = readConfig({ DATABASE_URL: server.url, SECRETS: SECRET, LOG_LEVEL: 'error', RATE_LIMITS: 'false' });
  // It ticks: with a clock that stands still every new id of a run would be as old as the others, and fall anywhere in an index.
  let ticks = 0;
  const services = createServices(config, { clock: { now: () => new Date(now.getTime() + (ticks += 1)) } });
  const began = performance.now();
  const { busy, calm } = known ?? (await fillBrands(services, server.url, tickets, now));
  if (known === null) writeFileSync(manifest, JSON.stringify({ now, busy, calm }));
  console.log(`${tickets} tickets in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  return {
    services,
    url: server.url,
    tickets,
    now,
    busy,
    calm,
    async stop() {
      await services.close();
      await server.stop();
    },
  };
}

/** Fills the brands. `url`: a superuser's login, because constraints and triggers rest meanwhile. */
async function fillBrands(services: Services, url: string, tickets: number, now: Date): Promise<{ busy: FilledBrand; calm: FilledBrand }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`set session_replication_role = replica; set maintenance_work_mem = '512MB'; set work_mem = '256MB'; select setseed(0.42)`);
    const indexes = await dropIndexes(client);
    const busy = await fillBrand(services, client, { slug: 'busy', centers: 20, tickets, share: 0.05 }, now, 1);
    const calm = await fillBrand(services, client, { slug: 'calm', centers: 2, tickets: Math.ceil(tickets / 10), share: 0.0001 }, now, tickets + 1);
    await fillBrand(services, client, { slug: 'third', centers: 2, tickets: Math.ceil(tickets / 20), share: 0.05 }, now, tickets * 2);
    for (const index of indexes) await client.query(index);
    await client.query('vacuum analyze');
    return { busy, calm };
  } finally {
    await client.end();
  }
}

/** Takes away what is no constraint of the tables that are filled; answers how to make it again. */
export async function dropIndexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(`
    select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
      from pg_index i join pg_class c on c.oid = i.indrelid
     where c.relnamespace = 'public'::regnamespace and not i.indisprimary
       and not exists (select from pg_constraint where conindid = i.indexrelid)
       and c.relname in ('tickets', 'contacts', 'device_identifiers', 'clocks', 'holds', 'quotes', 'part_lines', 'shipments', 'shipment_tickets')`);
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return rows.map(({ definition }) => definition);
}

async function fillBrand(services: Services, client: pg.Client, plan: Plan, now: Date, first: number): Promise<FilledBrand> {
  const { brandId, centers, keys } = await prepareBrand(services, plan);
  const step = Math.max(1, Math.floor(plan.tickets / SAMPLES));
  // Every third ticket has an IMEI too, and the others a waybill: some of each.
  const spread = Array.from({ length: SAMPLES }, (_, k) => 3 * Math.floor((first + k * step) / 3) + (k % 3));
  const numbers = [...new Set(spread)].filter((i) => i >= first && i < first + plan.tickets);
  const samples = numbers.map((i) => ({
    i,
    serial: `GB${i.toString(36).toUpperCase().padStart(8, '0')}`,
    imei: i % 3 === 0 ? String(10 ** 13 + i) + luhnDigit(String(10 ** 13 + i)) : null,
    code: newTicketCode(),
    waybill: i % 3 === 0 ? null : `EZ${i}`,
  }));
  const hash = (value: string): string => services.seal.hash('identifier', value).toString('hex');
  const known = samples.flatMap(({ i, serial, imei, code }) => [
    { i, type: 'serial', hash: hash(serial), code },
    ...(imei === null ? [] : [{ i, type: 'imei', hash: hash(imei), code }]),
  ]);
  await client.query('drop table if exists drawn');
  await client.query('drop table if exists samples');
  await client.query(`create table samples (i int, type text, hash bytea, code text)`);
  await client.query(
    `insert into samples select i, type, decode(hash, 'hex'), code from jsonb_to_recordset($1::jsonb) as s(i int, type text, hash text, code text)`,
    [JSON.stringify(known)],
  );
  const { rows } = await client.query<{ statement: string }>(
    `select ${Array.from({ length: 6 }, (_, k) => `quote_nullable($${k + 1}::text)`)
      .map((quoted, k) => `${quoted} as v${k + 1}`)
      .join(', ')}`,
    [brandId, `{${centers.join(',')}}`, plan.tickets, now.toISOString(), plan.share, first],
  );
  const values = Object.values(rows[0] ?? {}) as string[];
  // "create table as" takes no parameters.
  await client.query(drawn.replaceAll(/\$(\d)/g, (_, n: string) => values[Number(n) - 1] ?? ''));
  await client.query('analyze drawn, samples');
  const sealed = services.seal.seal('C8QH7T2KPL0M').toString('hex');
  for (const insert of inserts) await client.query(insert, insert.includes('$1') ? [sealed] : []);
  await client.query('drop table drawn, samples');
  return { brandId, centers, keys, samples };
}

/** Brand, centers and keys by the use cases that make them. */
export async function prepareBrand(services: Services, plan: Pick<Plan, 'slug' | 'centers'>): Promise<Omit<FilledBrand, 'samples'>> {
  const brandId = await openBrand(services, plan.slug);
  const centers: string[] = [];
  for (let n = 1; n <= plan.centers; n += 1) centers.push(await openCenterOf(services, brandId, `C${n}`));
  const key = (centerId?: string): Promise<string> => keyOf(services, brandId, centerId);
  const keys = { brand: await key(), large: await key(centers[0]), small: await key(centers[1]), calm: await key(centers.at(-1)) };
  return { brandId, centers, keys };
}
