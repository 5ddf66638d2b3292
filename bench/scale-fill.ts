// A database after years of repairs: made inside the server, indexes last, in one transaction that needs no log.
import { hkdfSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { readConfig } from '#config.ts';
import { createServices, type Services } from '#services.ts';
import { dropIndexes, type FilledBrand, prepareBrand } from './fill.ts';
import { inserts, serialOf } from './scale-statements.ts';
import { SECRET, startServer, told } from './support.ts';

const FIRST = 1_000_000;

/** A server with so many tickets of one brand. */
export interface Years {
  tickets: number;
  brandId: string;
  /** Numbers of its tickets, for `serialOf`. */
  first: number;
  services: Services;
  keys: FilledBrand['keys'];
  centers: string[];
  url: string;
  /** The server's first process. */
  pid: number;
  /** How long filling took; null where it was found filled. */
  seconds: number | null;
  stop(): Promise<void>;
}

type Brand = Pick<FilledBrand, 'brandId' | 'keys' | 'centers'>;

/** The two halves of the key, as HMAC puts them before the text and before the inner hash. */
function halvesOfKey(): { ipad: string; opad: string } {
  const key = Buffer.concat([Buffer.from(hkdfSync('sha256', SECRET, 'glassbench', 'hash:identifier', 32)), Buffer.alloc(32)]);
  const half = (mask: number): string => `'\\x${Buffer.from(key.map((byte) => byte ^ mask)).toString('hex')}'::bytea`;
  return { ipad: half(0x36), opad: half(0x5c) };
}

async function fill(services: Services, url: string, { brandId, centers }: Brand, tickets: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const values: Record<string, string> = {
    ...halvesOfKey(),
    brand: `'${brandId}'`,
    centers: `array[${centers.map((center) => `'${center}'`).join(',')}]`,
    now: `'${new Date().toISOString()}'::timestamptz`,
    first: `${FIRST}`,
    count: `${tickets}`,
    sealed: `'\\x${services.seal.seal(serialOf(FIRST)).toString('hex')}'::bytea`,
  };
  try {
    await client.query(`set session_replication_role = replica; set maintenance_work_mem = '1GB'; set statement_timeout = 0`);
    await client.query('begin');
    await client.query('truncate contacts, devices, device_identifiers, tickets, ticket_events, promises, clocks cascade');
    // Hashes come in no order: their key is made at the end, like the indexes.
    const key = 'constraint device_identifiers_pkey';
    await client.query(`alter table device_identifiers drop ${key}`);
    const indexes = [...(await dropIndexes(client)), `alter table device_identifiers add ${key} primary key (brand_id, value_hash, type)`];
    const statements = [...inserts, ...indexes, 'commit', 'vacuum analyze'];
    for (const [nth, statement] of statements.entries()) {
      const began = performance.now();
      const how = (): string =>
        `${tickets} tickets, statement ${nth + 1} of ${statements.length}, ${((performance.now() - began) / 1000).toFixed(0)} s: ${statement.trim().slice(0, 70).replaceAll(/\s+/g, ' ')}`;
      await told(how, client.query(statement.replaceAll(/(?<!:):([a-z]+)/g, (_, name: string) => values[name] ?? '')));
    }
    const { rows } = await client.query<{ hash: Buffer }>(`select value_hash as hash from device_identifiers where value_hash = $1`, [
      services.seal.hash('identifier', serialOf(FIRST + tickets - 1)),
    ]);
    if (rows.length !== 1) throw new Error('the serials were hashed in another way than the service does it');
  } finally {
    await client.end();
  }
}

/** Starts a server, without fsync, and fills it. With BENCH_DATA it stays in that folder and the next run finds it there. */
export async function yearsOfRepairs(tickets: number): Promise<Years> {
  const kept = process.env['BENCH_DATA'];
  const folder = kept === undefined ? mkdtempSync(path.join(tmpdir(), 'glassbench-bench-')) : path.join(kept, `scale-${tickets}`);
  const manifest = path.join(folder, 'manifest.json');
  const settings = { shared_buffers: '2GB', max_wal_size: '8GB', max_connections: '40', wal_level: 'minimal', max_wal_senders: '0' };
  const server = await startServer(path.join(folder, 'data'), kept === undefined ? folder : null, { durable: false, settings });
  const services = createServices(readConfig({ DATABASE_URL: server.url, SECRETS: SECRET, LOG_LEVEL: 'error', RATE_LIMITS: 'false' }));
  const known = existsSync(manifest) ? (JSON.parse(readFileSync(manifest, 'utf8')) as Brand) : null;
  const began = performance.now();
  const brand = known ?? (await prepareBrand(services, { slug: 'years', centers: 20 }));
  if (known === null) {
    await fill(services, server.url, brand, tickets);
    writeFileSync(manifest, JSON.stringify(brand));
  }
  return {
    ...brand,
    tickets,
    first: FIRST,
    services,
    url: server.url,
    pid: server.pid,
    seconds: known === null ? (performance.now() - began) / 1000 : null,
    async stop() {
      await services.close();
      await server.stop();
    },
  };
}
