// The ticket search at two sizes by turns: every filter and many of their combinations, through the API, page after page.
// node bench/search.ts [large] [small] [calls a case and side].
import pg from 'pg';
import { buildApp } from '#app.ts';
import { recordStatements } from '../test/support/statements.ts';
import { type Filled, filledDatabase } from './fill.ts';
import { asking, type Case, cases, type Side } from './search-cases.ts';
import { record } from './support.ts';

const [large = 1_000_000, small = 10_000, turns = 400] = process.argv.slice(2).map(Number);
const WARM = 25;
const GOAL = 3;

type Measured = Side & { filled: Filled };

async function open(tickets: number): Promise<Measured> {
  const filled = await filledDatabase(tickets);
  const app = await buildApp(filled.services);
  await app.ready();
  return { app, filled, ...filled };
}

interface Figures {
  p50: number;
  p99: number;
  /** Pages of 8 KiB that PostgreSQL looks at for the first page of the list: a figure without noise. */
  blocks: number;
}

interface Timing {
  what: Case;
  rows: number;
  small: Figures;
  large: Figures;
  ratio: number;
}

function percentiles(values: readonly number[]): { p50: number; p99: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

/** Both sides by turns, so that a slow moment of the machine hits both. */
async function time(few: Measured, many: Measured, what: Case): Promise<Timing> {
  const [askFew, askMany] = [asking(few, what), asking(many, what)];
  for (let i = 0; i < WARM; i += 1) await Promise.all([askFew(), askMany()]);
  const [msFew, msMany]: [number[], number[]] = [[], []];
  let [rows, calls] = [0, 0];
  // A case that seems too slow is asked three times as often: one pause of the machine in a hundred calls is its p99.
  const enough = (): boolean => calls >= turns && (calls >= 3 * turns || percentiles(msMany).p99 <= GOAL * percentiles(msFew).p99);
  for (; !enough(); calls += 1) {
    msFew.push((await askFew()).ms);
    const answer = await askMany();
    msMany.push(answer.ms);
    rows += answer.rows;
  }
  const a = { ...percentiles(msFew), blocks: blocksOf(await planOf(few, what)) };
  const b = { ...percentiles(msMany), blocks: blocksOf(await planOf(many, what)) };
  return { what, rows: rows / calls, small: a, large: b, ratio: b.p99 / a.p99 };
}

/** A value as text that PostgreSQL reads as the parameter it was. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (value instanceof Date) return pg.escapeLiteral(value.toISOString());
  if (Buffer.isBuffer(value)) return pg.escapeLiteral(`\\x${value.toString('hex')}`);
  if (Array.isArray(value)) return pg.escapeLiteral(`{${value.join(',')}}`);
  return pg.escapeLiteral(typeof value === 'string' ? value : JSON.stringify(value));
}

/** How PostgreSQL answers it, as the application's own role, with the plan for any values that it keeps from the sixth call on. */
async function planOf(side: Measured, what: Case): Promise<string> {
  const statements = await recordStatements(side.filled.services, asking(side, what));
  const search = statements.find(({ text }) => text.includes('with page as'));
  if (search === undefined) throw new Error('the search was not seen');
  const client = await side.filled.services.db.pool.connect();
  try {
    await client.query(`set app.brand_id to '*'; set plan_cache_mode to force_generic_plan`);
    await client.query(`prepare search as ${search.text}`);
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain (analyze, buffers, costs off) execute search(${search.values.map(literal).join(', ')})`,
    );
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  } finally {
    client.release(true);
  }
}

/** The first line of buffers is that of the whole statement. */
function blocksOf(plan: string): number {
  const line = /Buffers: shared ([^\n]*)/.exec(plan)?.[1] ?? '';
  return [...line.matchAll(/(?:hit|read)=(\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0);
}

const few = await open(small);
const many = await open(large);
try {
  const timings: Timing[] = [];
  for (const what of cases) {
    const timing = await time(few, many, what);
    timings.push(timing);
    console.log(`${timing.ratio.toFixed(2)}  ${timing.large.p99.toFixed(1)} ms  ${timing.large.blocks} blocks  ${what.asker} ?${what.query}`);
  }
  const sorted = timings.toSorted((a, b) => b.ratio - a.ratio);
  const figures = ({ p50, p99, blocks }: Figures): string => `${p50.toFixed(1)} / ${p99.toFixed(1)} | ${blocks}`;
  const lines = sorted.map(
    ({ what, rows, small: a, large: b, ratio }) =>
      `| ${what.asker} | \`${what.query || '(none)'}\` | ${rows.toFixed(0)} | ${figures(a)} | ${figures(b)} | ${ratio.toFixed(2)} |`,
  );
  for (const { what } of sorted.slice(0, 3)) console.log(`\n${what.asker} ?${what.query}\n${await planOf(many, what)}`);
  const missed = sorted.filter(({ ratio }) => ratio > GOAL).length;
  const [fewName, manyName] = [small.toLocaleString('en'), large.toLocaleString('en')];
  record(
    'Search',
    `node bench/search.ts ${large} ${small} ${turns}`,
    `\`GET /v1/tickets\` in process, ${turns} calls a case and side (three times as many where the goal seems missed, all counted),
sides by turns, each up to the tenth page; ${manyName} and ${fewName} open tickets
in the brand that is asked (20 centers, one with three tenths of them), of which about 5 % are overdue, due soon, stuck or on hold, and further brands beside
it ("calm": 0.01 %). PostgreSQL without fsync, 4 GB of shared buffers. "Blocks": pages of 8 KiB that PostgreSQL looks at for the first page. Worst first.

| asked by | filter | rows | at ${fewName}: p50 / p99 ms | blocks | at ${manyName}: p50 / p99 ms | blocks | p99 ratio |
|---|---|---|---|---|---|---|---|
${lines.join('\n')}

${cases.length - missed} of ${cases.length} cases within the goal (ratio ≤ ${GOAL}); worst **${sorted[0]?.ratio.toFixed(2)}**.`,
  );
} finally {
  for (const { app, filled } of [few, many]) {
    await app.close();
    await filled.stop();
  }
}
