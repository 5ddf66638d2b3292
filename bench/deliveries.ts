// Webhooks delivered per second against BullMQ jobs that do nothing, and how long a transition takes from its commit to the receiver.
// node bench/deliveries.ts [rounds] [lanes] [seconds of steady steps].
import { setTimeout as sleep } from 'node:timers/promises';
import { missingRedis } from '../test/support/queue-backends.ts';
import { perPiece, type Spent, spentBy } from './cpu.ts';
import { type Backend, type Ground, openGround, quantile } from './ground.ts';
import { measuredBy, median, record } from './support.ts';

/** How much is measured: rounds of so many lanes on each side, then latencies for so many seconds. */
export interface DeliverySizes {
  rounds: number;
  lanes: number;
  seconds: number;
}

const ENDPOINTS = 20;
const PER_SECOND = 50;
const WITHIN_MS = 180_000;

/** Lanes of one transaction: the jobs that do nothing are added a hundred at a time too. */
const AT_ONCE = 100;

interface Drained {
  perSecond: number;
  /** Milliseconds of processor time per delivery, until every lane is at rest. */
  spent: Spent | null;
}

/** Drains what is due on so many lanes, one event each; per second, from the first row written to the last call that arrived. */
async function drained(ground: Ground, round: number, lanes: number, endpoints: readonly string[]): Promise<Drained> {
  await ground.taken();
  const before = spentBy(ground.kinds());
  const began = performance.timeOrigin + performance.now();
  for (let from = 0; from < lanes; from += AT_ONCE) await ground.fill(`r${round}-${from}`, Math.min(AT_ONCE, lanes - from), 1, endpoints);
  const arrivals = await ground.arrived(lanes, WITHIN_MS);
  const perSecond = lanes / ((Math.max(...arrivals.map(({ at }) => at)) - began) / 1000);
  await ground.settled(WITHIN_MS);
  return { perSecond, spent: perPiece(before, spentBy(ground.kinds()), lanes) };
}

/** As many calls with the rows that tell of them, but without a queue: what is left of a delivery when it promises nothing else. */
async function bare(ground: Ground, round: number, lanes: number, endpoints: readonly string[]): Promise<Drained> {
  const { databaseUrl, brandId, receiverUrl } = ground;
  const { bench: _, worker: __, redis: ___, ...others } = ground.kinds();
  const before = spentBy(others);
  const made = (await measuredBy('bare-deliveries.ts', { databaseUrl, brandId, receiverUrl, endpoints, prefix: `b${round}`, lanes })) as {
    perSecond: number;
    ms: number | null;
  };
  const after = spentBy(others);
  const worker = made.ms;
  await ground.taken();
  if (after === null || worker === null) return { perSecond: made.perSecond, spent: null };
  return { perSecond: made.perSecond, spent: perPiece({ ...before, worker: 0 }, { ...after, worker }, lanes) };
}

/** Transitions at an even rate, each committed by itself and told to the relays as the API does; milliseconds from commit to receiver. */
async function latencies(ground: Ground, seconds: number, endpoints: readonly string[]): Promise<number[]> {
  await ground.taken();
  const count = PER_SECOND * seconds;
  const committed = new Map<string, number>();
  const began = performance.now();
  const under: Promise<void>[] = [];
  for (let n = 0; n < count; n += 1) {
    await sleep(Math.max(0, (n * 1000) / PER_SECOND - (performance.now() - began)));
    const tell = async (): Promise<void> => {
      await ground.tell(endpoints[n % endpoints.length] ?? '', `l-${n}`, [n]);
      committed.set(String(n), performance.timeOrigin + performance.now());
    };
    under.push(tell());
  }
  await Promise.all(under);
  const arrivals = await ground.arrived(count, WITHIN_MS);
  return arrivals.map(({ n, at }) => at - (committed.get(String(n)) ?? at));
}

/** What was measured on one back end: per second, and milliseconds. */
export interface DeliveryFigures {
  backend: Backend;
  ours: number[];
  noop: number[];
  /** Ours to no-op jobs, by round. */
  ratios: number[];
  /** The calls and the rows without a queue, per second. */
  bare: number[];
  /** Milliseconds of processor time per delivery by kind of process, medians of the rounds: ours, and of the bare calls and rows. */
  spent: Spent | null;
  bareSpent: Spent | null;
  /** Milliseconds from the commit to the receiver; null where nobody asked for them. */
  p50: number | null;
  p99: number | null;
}

/** The median of each kind over the rounds. */
function middle(rounds: readonly Drained[]): Spent | null {
  const spent = rounds.flatMap((round) => (round.spent === null ? [] : [round.spent]));
  if (spent.length === 0) return null;
  return Object.fromEntries(Object.keys(spent[0] ?? {}).map((kind) => [kind, median(spent.map((of) => of[kind] ?? 0))]));
}

/** Measures on one back end. */
export async function measureDeliveries(backend: Backend, { rounds, lanes, seconds }: DeliverySizes): Promise<DeliveryFigures> {
  const ground = await openGround(backend, true);
  try {
    const endpoints = await Promise.all(Array.from({ length: ENDPOINTS }, (_, n) => ground.endpoint(`/e${n}`)));
    const { redisUrl, databaseUrl } = ground;
    const jobs = { databaseUrl, jobs: lanes, concurrency: 20, ...(redisUrl === undefined ? {} : { redisUrl }) };
    await ground.worker();
    await drained(ground, 0, lanes, endpoints);
    const [ours, noop, floor]: [Drained[], number[], Drained[]] = [[], [], []];
    for (let round = 1; round <= rounds; round += 1) {
      ours.push(await drained(ground, round, lanes, endpoints));
      noop.push(((await measuredBy('noop-jobs.ts', jobs)) as { perSecond: number }).perSecond);
      floor.push(await bare(ground, round, lanes, endpoints));
      console.log(
        `${backend}, round ${round} of ${rounds}: ${ours.at(-1)?.perSecond.toFixed(0)} delivered/s, ${noop.at(-1)?.toFixed(0)} no-op jobs/s`,
      );
    }
    const ratios = ours.map(({ perSecond }, round) => perSecond / (noop[round] ?? Number.POSITIVE_INFINITY));
    const found = seconds === 0 ? null : await latencies(ground, seconds, endpoints);
    const rates = (of: readonly Drained[]): number[] => of.map(({ perSecond }) => Math.round(perSecond));
    return {
      ...{ backend, ours: rates(ours), noop, ratios, bare: rates(floor), spent: middle(ours), bareSpent: middle(floor) },
      ...{ p50: found && quantile(found, 0.5), p99: found && quantile(found, 0.99) },
    };
  } finally {
    await ground.close();
  }
}

/** The back ends that can be measured here. */
export const deliveryBackends: Backend[] = missingRedis === null ? ['redis', 'postgres'] : ['postgres'];

const KINDS = ['postgres', 'worker', 'redis', 'receiver', 'bench', 'all'] as const;

/** A row of the table of processor time; a dash where there is none of the kind. */
const spentRow = (what: string, spent: Spent | null): string => `| ${what} | ${KINDS.map((kind) => spent?.[kind]?.toFixed(2) ?? '–').join(' | ')} |`;

if (import.meta.main) {
  const [rounds = 5, lanes = 3_000, seconds = 20] = process.argv.slice(2).map(Number);
  const rows: string[] = [];
  const costs: string[] = [];
  for (const backend of deliveryBackends) {
    const figures = await measureDeliveries(backend, { rounds, lanes, seconds });
    console.log(JSON.stringify(figures));
    const { ours, noop, ratios, p50, p99, bare: floor, spent, bareSpent } = figures;
    const ratio = `**${median(ratios).toFixed(2)}** (${ratios.map((of) => of.toFixed(2)).join(', ')})`;
    const rates = `${Math.round(median(ours))} | ${Math.round(median(noop))} | ${ratio} | ${Math.round(median(floor))}`;
    rows.push(`| ${backend} | ${rates} | ${p50?.toFixed(1) ?? '–'} | ${p99?.toFixed(1) ?? '–'} |`);
    costs.push(spentRow(`delivered, queue on ${backend}`, spent), spentRow('bare, without a queue', bareSpent));
  }
  record(
    'Deliveries',
    `node bench/deliveries.ts ${rounds} ${lanes} ${seconds}`,
    `
${lanes} lanes of ${ENDPOINTS} endpoints with one event each, a hundred at a time, from the first row that is written to the last signed call at a receiver in
a process of its own, against as many BullMQ jobs that do nothing (added a hundred at a time and worked off by one process), in turn. "Bare": the same calls
and the same rows written through pg, a hundred at a time, without a queue, a lease or a fence. Then ${PER_SECOND} transitions per second for ${seconds} s, from the
commit to the receiver. One worker, PostgreSQL with fsync, everything on this machine.

| queue on | delivered/s | no-op jobs/s | ratio, median of ${rounds} (goal ≥ 0.5) | bare/s | commit → received p50, ms | p99, ms |
|---|---|---|---|---|---|---|
${rows.join('\n')}

Milliseconds of processor time per delivery, as /proc counts them, from the first row to the rest of the last lane; the rows that make it due are in it:

| | ${KINDS.join(' | ')} |
|---|${KINDS.map(() => '---').join('|')}|
${costs.join('\n')}

Goals on Redis: p50 ≤ 20 ms, p99 ≤ 100 ms.`,
  );
}
