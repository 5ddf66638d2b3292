// Webhooks delivered per second against BullMQ jobs that do nothing, and how long a transition takes from its commit to the receiver.
import { setTimeout as sleep } from 'node:timers/promises';
import { missingRedis } from '../test/support/queue-backends.ts';
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

/** Drains what is due on so many lanes, one event each; per second, from the first row written to the last call that arrived. */
async function drained(ground: Ground, round: number, lanes: number, endpoints: readonly string[]): Promise<number> {
  await ground.taken();
  const began = performance.timeOrigin + performance.now();
  await ground.fill(`r${round}`, lanes, 1, endpoints);
  const arrivals = await ground.arrived(lanes, WITHIN_MS);
  return lanes / ((Math.max(...arrivals.map(({ at }) => at)) - began) / 1000);
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
  p50: number;
  p99: number;
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
    const [ours, noop]: [number[], number[]] = [[], []];
    for (let round = 1; round <= rounds; round += 1) {
      ours.push(await drained(ground, round, lanes, endpoints));
      noop.push(((await measuredBy('noop-jobs.ts', jobs)) as { perSecond: number }).perSecond);
    }
    const ratios = ours.map((rate, round) => rate / (noop[round] ?? Number.POSITIVE_INFINITY));
    const found = seconds === 0 ? [] : await latencies(ground, seconds, endpoints);
    const figures = { backend, ours, noop, ratios, p50: quantile(found, 0.5), p99: quantile(found, 0.99) };
    console.log(JSON.stringify({ ...figures, ours: ours.map(Math.round) }));
    return figures;
  } finally {
    await ground.close();
  }
}

/** The back ends that can be measured here. */
export const deliveryBackends: Backend[] = missingRedis === null ? ['redis', 'postgres'] : ['postgres'];

if (import.meta.main) {
  const [rounds = 5, lanes = 3_000, seconds = 20] = process.argv.slice(2).map(Number);
  const rows: string[] = [];
  for (const backend of deliveryBackends) {
    const { ours, noop, ratios, p50, p99 } = await measureDeliveries(backend, { rounds, lanes, seconds });
    rows.push(
      `| ${backend} | ${Math.round(median(ours))} | ${Math.round(median(noop))} | **${median(ratios).toFixed(2)}** (${ratios.map((ratio) => ratio.toFixed(2)).join(', ')}) | ${p50.toFixed(1)} | ${p99.toFixed(1)} |`,
    );
  }
  record(
    'Deliveries',
    `node bench/deliveries.ts ${rounds} ${lanes} ${seconds}`,
    `
${lanes} lanes of ${ENDPOINTS} endpoints with one event each, from the first row that is written to the last signed call at a receiver in a process of its own,
against as many BullMQ jobs that do nothing (added a hundred at a time and worked off by one process), in turn. Then ${PER_SECOND} transitions per second for
${seconds} s, from the commit to the receiver. One worker, PostgreSQL with fsync, everything on this machine.

| queue on | delivered/s | no-op jobs/s | ratio, median of ${rounds} (goal ≥ 0.5) | commit → received p50, ms | p99, ms |
|---|---|---|---|---|---|
${rows.join('\n')}

Goals on Redis: p50 ≤ 20 ms, p99 ≤ 100 ms.`,
  );
}
