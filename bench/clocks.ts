// The sweeps over very many open tickets: what they touch, what a thousand due rows cost, and what it costs that nothing is due.
// node bench/clocks.ts [open tickets] [how many are due, one after the other]….

import { existsSync, readFileSync } from 'node:fs';
import { CompiledQuery, type RawBuilder } from 'kysely';
import pg from 'pg';
import type { Deed } from '#access/deed.ts';
import { asSystem } from '#access/perform.ts';
import { inIndexOrderSql, ringClocksSql } from '#alerts/clock-store.ts';
import { RING_BATCH, ringClocks } from '#alerts/ring-clocks.ts';
import { newId } from '#platform/id.ts';
import { sweeps } from '#sweeps.ts';
import { holdsDue, quotesDue, ticketsDue } from '#tickets/ladder-store.ts';
import { wordDue } from '#tickets/sweep-store.ts';
import { indexesOf, recordStatements } from '../test/support/statements.ts';
import { filledDatabase } from './fill.ts';
import { median, record } from './support.ts';

const [tickets = 1_000_000, ...dues] = process.argv.slice(2).map(Number);
const rounds = dues.length === 0 ? [1_000, 10_000, 50_000, 1_000] : dues;
const GOAL_MS = 50;

const filled = await filledDatabase(tickets);
const { services, now } = filled;
const owner = new pg.Client({ connectionString: filled.url });
await owner.connect();

const elapsed = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};

const TICK_MS = 10;

/** Processor time of the connections of the sweep so far, in ms: what remains where others use the machine too. Linux only. */
async function processorMs(): Promise<number> {
  const { rows } = await owner.query<{ pid: number }>(`select pid from pg_stat_activity where application_name = 'glassbench-api'`);
  const ticks = rows.map(({ pid }) => {
    const file = `/proc/${pid}/stat`;
    const fields = existsSync(file) ? readFileSync(file, 'utf8').split(') ')[1]?.split(' ') : undefined;
    return Number(fields?.[11] ?? 0) + Number(fields?.[12] ?? 0);
  });
  return ticks.reduce((sum, n) => sum + n, 0) * TICK_MS;
}

/** As many running clocks, anywhere: every third is a warning that its promise is at risk, the others have passed their target. */
async function makeDue(count: number): Promise<void> {
  await owner.query(
    `with chosen as (
       select ctid, row_number() over () as n
         from (select ctid from clocks where stopped_at is null and paused_since is null and alarm_at > $1 order by random() limit $2) as picked
     )
     update clocks c set alarm_at = $1::timestamptz - interval '15 seconds' - n * interval '1 millisecond', breached_at = null,
            due_at = case when c.name = 'promise' and n % 3 = 0 then $1::timestamptz + interval '1 day' else $1::timestamptz - n * interval '1 millisecond' end
       from chosen where c.ctid = chosen.ctid`,
    [now, count],
  );
}

/** What PostgreSQL does for it, as the application's own role, and then undone. */
async function planOf(statement: (deed: Deed) => RawBuilder<unknown>): Promise<string> {
  let plan = '';
  const undone = new Error('undone');
  await asSystem(services, '*', async (deed) => {
    await inIndexOrderSql.execute(deed.trx);
    const compiled = statement(deed).compile(deed.trx);
    const explain = CompiledQuery.raw(`explain (analyze, buffers, costs off) ${compiled.sql}`, [...compiled.parameters]);
    const { rows } = await deed.trx.executeQuery<{ 'QUERY PLAN': string }>(explain);
    plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    throw undone;
  }).catch((error: unknown) => {
    if (error !== undone) throw error;
  });
  return plan;
}

const ring = (deed: Deed): RawBuilder<unknown> =>
  ringClocksSql(
    deed.now,
    deed.now,
    Array.from({ length: RING_BATCH }, () => newId('alert')),
  );

// As where it has run for a while: what every sweep goes through is in the buffers, and has been vacuumed.
await owner.query('vacuum analyze clocks');
await owner.query('select count(center_id), min(updated_at) from tickets');
await owner.query('select count(*) from (select brand_id, id from tickets order by brand_id, id offset 0) as ids');
const { rows: sizes } = await owner.query<{ clocks: string; alarms: string }>(`select count(*) as clocks, count(alarm_at) as alarms from clocks`);
await ringClocks(services);
const idle = async (): Promise<number> => {
  const times: number[] = [];
  for (let i = 0; i < 50; i += 1) times.push(await elapsed(() => ringClocks(services)));
  return median(times);
};

const lines: string[] = [`| 0 | ${(await idle()).toFixed(2)} ms a sweep | | |`];
let plan = '';
const costs: number[] = [];
for (const count of rounds) {
  await makeDue(count);
  if (plan === '') plan = await planOf(ring);
  let rung = 0;
  const before = await processorMs();
  const ms = await elapsed(async () => (rung = await ringClocks(services)));
  if (rung !== count) throw new Error(`${count} clocks were due and ${rung} rang`);
  costs.push((ms / count) * 1_000);
  const busy = (await processorMs()) - before;
  lines.push(`| ${count} | ${ms.toFixed(0)} ms | ${((ms / count) * 1_000).toFixed(1)} | ${((busy / count) * 1_000).toFixed(0)} |`);
  console.log(lines.at(-1));
}
lines.push(`| 0, after them | ${(await idle()).toFixed(2)} ms a sweep | | |`);

/** A thousand rows whose time has come, of what each other sweep looks for, and back again: the finding alone is measured. */
const finders: Record<string, { due: string; undo: string; find: (deed: Deed) => Promise<unknown[]> }> = {
  'keep-informed': { ...alarms('tickets', 'next_update_by', 'true'), find: wordDue },
  'hold-expiry': { ...alarms('holds', 'alarm_at', 'closed_at is null'), find: holdsDue },
  'quote-ladder': { ...alarms('quotes', 'alarm_at', `status = 'sent'`), find: quotesDue },
  'intake-ladder': { ...alarms('tickets', 'alarm_at', `status = 'awaiting_device'`), find: (deed) => ticketsDue(deed, 'awaiting_device') },
  'storage-ladder': { ...alarms('tickets', 'alarm_at', `status = 'ready'`), find: (deed) => ticketsDue(deed, 'ready') },
};
function alarms(table: string, column: string, where: string): { due: string; undo: string } {
  const chosen = `select ctid from ${table} where ${where} limit 1000`;
  return {
    due: `update ${table} set ${column} = $1::timestamptz - interval '1 hour' where ctid in (${chosen})`,
    undo: `update ${table} set ${column} = $1::timestamptz + interval '30 days' where ${column} <= $1`,
  };
}
const found: string[] = [];
for (const [name, { due, undo, find }] of Object.entries(finders)) {
  await owner.query(due, [now]);
  const times: number[] = [];
  let rows = 0;
  for (let i = 0; i < 50; i += 1) times.push(await elapsed(async () => (rows = (await asSystem(services, '*', find)).length)));
  const [statement] = (await recordStatements(services, () => asSystem(services, '*', find))).filter(({ text }) => text.includes('limit'));
  const indexes = await indexesOf(services.db.of('*'), statement);
  await owner.query(undo, [now]);
  found.push(`| ${name} | ${rows} | ${median(times).toFixed(2)} | ${indexes.join(', ')} |`);
}

const still: string[] = [];
for (const [name, { run }] of Object.entries(sweeps)) {
  await run(services);
  const times: number[] = [];
  for (let i = 0; i < 20; i += 1) times.push(await elapsed(() => run(services)));
  still.push(`${name} ${median(times).toFixed(2)}`);
}

record(
  'Clocks',
  `node bench/clocks.ts ${[tickets, ...dues].join(' ')}`,
  `\`ring-clocks\` (clocks and promises) over ${tickets.toLocaleString('en')} open tickets of one brand and more of others: ${Number(sizes[0]?.clocks).toLocaleString('en')} clocks, of which
${Number(sizes[0]?.alarms).toLocaleString('en')} have an alarm to come. Every third due one is a warning before a promise. Batches of ${RING_BATCH}, each a transaction, alerts written.
PostgreSQL without fsync, 4 GB of shared buffers.

| due | took | ms per 1,000 | of it processor time of PostgreSQL |
|---|---|---|---|
${lines.join('\n')}

Median **${median(costs).toFixed(1)} ms** per 1,000 due (goal ≤ ${GOAL_MS}). One batch, as PostgreSQL runs it: due rows by the alarm index, each then by its primary key.

\`\`\`
${plan}
\`\`\`

The other sweeps deal with their tickets one by one; what they look for, with 1,000 due:

| sweep | found | ms | index |
|---|---|---|---|
${found.join('\n')}

A round of every sweep with nothing due, ms: ${still.join(', ')}.`,
);
await owner.end();
await filled.stop();
