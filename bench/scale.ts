// Lookup, transition and search after years of repairs: the same calls on a small and on large databases by turns, and what they take on disk.
// Prints its seed, which says for which tickets is asked, how it goes, and its figures as JSON.
// node bench/scale.ts [biggest] [middle] [lookups] [repairs]; SCALE_SEED repeats a run.
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { buildApp } from '#app.ts';
import type { TicketView } from '#tickets/ticket.ts';
import { random, seedOf } from '../test/support/model/random.ts';
import { quantile } from './ground.ts';
import { type Read, type Reads, readBy, since } from './reads.ts';
import { type Years, yearsOfRepairs } from './scale-fill.ts';
import { isOpen, serialOf } from './scale-statements.ts';
import { record, told } from './support.ts';
import { headersOf, openTickets, steps } from './transition-ground.ts';

const [biggest = 10_000_000, middle = 1_000_000, calls = 2_000, repairs = 300] = process.argv.slice(2).map(Number);
const SMALL = 10_000;
const WARM = 0.2;
const GOAL = { p50: 1.2, p99: 1.5 };
const seed = seedOf(process.env['SCALE_SEED']);
console.log(`seed ${seed}`);

interface Side {
  years: Years;
  app: FastifyInstance;
  made: TicketView[];
}

async function open(tickets: number): Promise<Side> {
  const years = await yearsOfRepairs(tickets);
  if (years.seconds !== null) console.log(`${tickets} tickets in ${years.seconds.toFixed(0)} s`);
  const app = await buildApp(years.services);
  await app.ready();
  return { years, app, made: [] };
}

/** Where in the numbers it begins to ask. */
const beginning = random(seed, 0).next();

/** The nth number of those that fit, spread over all tickets in no order. */
function numbered({ years: { first, tickets } }: Side, n: number, fits: (i: number) => boolean): number {
  let i = first + Math.floor(((beginning + n * 0.618_033_988_749_895) % 1) * tickets);
  while (!fits(i)) i += i === first + tickets - 1 ? -tickets + 1 : 1;
  return i;
}

/** One call, and the status it must have. */
interface Call {
  method: 'GET' | 'POST';
  url: string;
  headers?: Record<string, string>;
  payload?: object;
}

async function timed({ app }: Side, call: Call): Promise<number> {
  const began = performance.now();
  const answer = await app.inject(call);
  const ms = performance.now() - began;
  if (answer.statusCode !== 200) throw new Error(`${call.url}: ${answer.body}`);
  return ms;
}

const asBrand = ({ years }: Side): Record<string, string> => ({ authorization: `Bearer ${years.keys.brand}` });
const searching =
  (query: (side: Side, n: number) => string) =>
  (side: Side, n: number): Call => ({
    method: 'GET',
    url: `/v1/tickets?${query(side, n)}`,
    headers: asBrand(side),
  });

const anyOpen = (side: Side, n: number): string => serialOf(numbered(side, n, (i) => isOpen(i, side.years)));
const any = (side: Side, n: number): string => serialOf(numbered(side, n, () => true));
/** What is asked so many times of every database; only the first and the transition have a goal. */
const asked: Record<string, (side: Side, n: number) => Call> = {
  'lookup, open repairs': (side, n) => ({ method: 'GET', url: `/v1/lookup/${anyOpen(side, n)}` }),
  'lookup, any serial of three years': (side, n) => ({ method: 'GET', url: `/v1/lookup/${any(side, n)}` }),
  'search, all': searching(() => ''),
  'search, serial': searching((side, n) => `serial=${any(side, n)}`),
  'search, status': searching(() => 'status=in_repair'),
  'search, overdue': searching(() => 'overdue=true'),
  'search, changed within a day': searching(() => `updatedSince=${new Date(Date.now() - 86_400_000).toISOString()}`),
};

/** What calls took in ms, and what the server read for them; null where the system does not tell. */
interface Found {
  ms: number[];
  read: Read | null;
}

/** By turns, so that a slow moment of the machine hits all; the first ones are not counted. */
async function byTurns(sides: readonly Side[], what: string, count: number, callOf: (side: Side, n: number) => Call): Promise<Found[]> {
  const found = sides.map((): number[] => []);
  const warm = Math.ceil(count * WARM);
  let before: (Reads | null)[] = [];
  let n = 0;
  const all = async (): Promise<void> => {
    for (; n < count + warm; n += 1) {
      if (n === warm) before = sides.map(({ years }) => readBy(years.pid));
      for (const [which, side] of sides.entries()) {
        const ms = await timed(side, callOf(side, n));
        if (n >= warm) found[which]?.push(ms);
      }
    }
  };
  await told(() => `${what}: ${n} of ${count + warm}`, all());
  return sides.map(({ years }, which) => ({ ms: found[which] ?? [], read: since(before[which] ?? null, readBy(years.pid)) }));
}

async function bytesOf(url: string): Promise<{ total: number; tables: Record<string, number> }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ name: string; bytes: string }>(
    `select relname as name, pg_total_relation_size(oid)::text as bytes from pg_class
      where relkind = 'r' and relnamespace = 'public'::regnamespace order by pg_total_relation_size(oid) desc limit 6`,
  );
  const { rows: all } = await client.query<{ bytes: string }>('select pg_database_size(current_database())::text as bytes');
  await client.end();
  return { total: Number(all[0]?.bytes), tables: Object.fromEntries(rows.map(({ name, bytes }) => [name, Number(bytes)])) };
}

/** What was filled in minutes and not in years is written out first: else its way to the disk would stand beside the calls. */
async function writtenOut({ years }: Side): Promise<void> {
  const client = new pg.Client({ connectionString: years.url });
  await client.connect();
  await client.query('set statement_timeout = 0');
  await client.query('checkpoint');
  await client.end();
}

const sizes = [SMALL, middle, biggest].filter((size, index, list) => list.indexOf(size) === index);
const sides: Side[] = [];
for (const size of sizes) sides.push(await open(size));
await Promise.all(sides.map(writtenOut));
execFileSync('sync');
await sleep(2_000);

const lines: string[] = [];
const reads: string[] = [];
const missed: string[] = [];
/** By what was asked: a row of figures a size, and the largest to the smallest. */
const rows: Record<string, { sizes: object[]; ratio: { p50: number; p99: number } }> = {};
function note(what: string, found: readonly Found[], goal: boolean): void {
  const figures = found.map(({ ms }) => ({ p50: quantile(ms, 0.5), p99: quantile(ms, 0.99) }));
  const [few, many] = [figures[0], figures.at(-1)];
  if (few === undefined || many === undefined) return;
  const ratio = { p50: many.p50 / few.p50, p99: many.p99 / few.p99 };
  rows[what] = {
    sizes: figures.map((one, which) => ({ tickets: sizes[which], ...one, calls: found[which]?.ms.length, read: found[which]?.read })),
    ratio,
  };
  if (goal && ratio.p50 > GOAL.p50) missed.push(`${what}: p50 × ${ratio.p50.toFixed(2)}`);
  if (goal && ratio.p99 > GOAL.p99) missed.push(`${what}: p99 × ${ratio.p99.toFixed(2)}`);
  const cells = figures.map(({ p50, p99 }) => `${p50.toFixed(2)} / ${p99.toFixed(2)}`);
  lines.push(`| ${what} | ${cells.join(' | ')} | ${ratio.p50.toFixed(2)} / ${ratio.p99.toFixed(2)} |`);
  const kib = (bytes: number, calls: number): string => (bytes / calls / 1024).toFixed(1);
  const read = found.map(({ ms, read }) => (read === null ? '–' : `${kib(read.asked, ms.length)} / ${kib(read.disk, ms.length)}`));
  reads.push(`| ${what} | ${read.join(' | ')} |`);
  console.log(`${lines.at(-1)} KiB read, of them off the disk: ${read.join(', ')}`);
}

for (const [what, callOf] of Object.entries(asked)) {
  note(what, await byTurns(sides, what, what.startsWith('lookup') ? calls : Math.ceil(calls / 5), callOf), what === 'lookup, open repairs');
}
for (const side of sides) {
  const { services, centers, brandId } = side.years;
  side.made = await openTickets(services, { brandId, centerId: centers[0] ?? '' }, Math.ceil(repairs * (1 + WARM)));
}
const stepped = sides.map((): Found => ({ ms: [], read: { asked: 0, disk: 0 } }));
for (const [round, payload] of steps.entries()) {
  const found = await byTurns(sides, payload.action, repairs, (side, n) => {
    const headers = headersOf(side.years.keys.large, round + 1);
    return { method: 'POST', url: `/v1/tickets/${side.made[n]?.id}/transitions`, headers, payload };
  });
  for (const [which, all] of stepped.entries()) {
    const { ms, read } = found[which] ?? { ms: [], read: null };
    all.ms.push(...ms);
    all.read = read && all.read && { asked: all.read.asked + read.asked, disk: all.read.disk + read.disk };
  }
}
note('transition', stepped, true);

const disk = await Promise.all(sides.map(({ years }) => bytesOf(years.url)));
const largest = Object.keys(disk.at(-1)?.tables ?? {});
const gib = (bytes: number | undefined): string => ((bytes ?? 0) / 2 ** 30).toFixed(2);
for (const { app, years } of sides) {
  await app.close();
  await years.stop();
}
const onDisk = disk.map((bytes, which) => ({ tickets: sizes[which], ...bytes }));
const filled = sides.map(({ years: { tickets, seconds } }) => ({ tickets, seconds }));
console.log(JSON.stringify({ seed, filled, rows, disk: onDisk, missed }));

const heads = sizes.map((size) => size.toLocaleString('en'));
record(
  'Scale',
  `SCALE_SEED=${seed} node bench/scale.ts ${biggest} ${middle} ${calls} ${repairs}`,
  `Calls in process, one after the other, on ${heads.join(', ')} tickets by turns: ${calls} lookups, ${Math.ceil(calls / 5)} searches of a kind, ${repairs * steps.length} transitions of
new repairs on each. They came evenly over three years; every second one of the last 66 days is open (one in 33), the others have ended; five to eight
rows of history each. Of those that have ended clocks and promises are left out. PostgreSQL without fsync, 2 GB of shared buffers for each database, three servers on one machine.${sides
    .map(({ years }) => (years.seconds === null ? '' : ` ${years.tickets.toLocaleString('en')} were made in ${years.seconds.toFixed(0)} s.`))
    .join('')}

| p50 / p99, ms | ${heads.join(' | ')} | ${heads.at(-1)} : ${heads[0]} |
|---|${heads.map(() => '---|').join('')}---|
${lines.join('\n')}

Goals for lookups of open repairs and for transitions: p50 × ${GOAL.p50}, p99 × ${GOAL.p99} at the most. ${missed.length === 0 ? 'Reached.' : `Missed: ${missed.join('; ')}.`}

| KiB a call that the database's own buffers did not hold / that came off the disk | ${heads.join(' | ')} |
|---|${heads.map(() => '---|').join('')}
${reads.join('\n')}

| GiB on disk, indexes with it | ${heads.join(' | ')} |
|---|${heads.map(() => '---|').join('')}
| whole database | ${disk.map(({ total }) => gib(total)).join(' | ')} |
${largest.map((table) => `| ${table} | ${disk.map(({ tables }) => gib(tables[table])).join(' | ')} |`).join('\n')}`,
);
process.exitCode = missed.length === 0 ? 0 : 1;
