// Webhooks delivered per second against BullMQ jobs that do nothing, and how long a transition takes from its commit to the receiver.
import { setTimeout as sleep } from 'node:timers/promises';
import { missingRedis } from '../test/support/queue-backends.ts';
import { type Backend, type Ground, measuredBy, openGround, quantile } from './ground.ts';
import { median, record } from './support.ts';

const ROUNDS = Number(process.argv[2] ?? 5);
const LANES = Number(process.argv[3] ?? 3_000);
const SECONDS = Number(process.argv[4] ?? 20);
const ENDPOINTS = 20;
const PER_SECOND = 50;
const WITHIN_MS = 180_000;

/** Drains what is due on so many lanes, one event each; per second, from the first fetch to the last call that arrived. */
async function drained(ground: Ground, round: number, endpoints: readonly string[]): Promise<number> {
  await ground.taken();
  const began = performance.timeOrigin + performance.now();
  await ground.fill(`r${round}`, LANES, 1, endpoints);
  const arrivals = await ground.arrived(LANES, WITHIN_MS);
  return LANES / ((Math.max(...arrivals.map(({ at }) => at)) - began) / 1000);
}

/** Transitions at an even rate, each committed by itself and told to the relays as the API does; milliseconds from commit to receiver. */
async function latencies(ground: Ground, endpoints: readonly string[]): Promise<number[]> {
  await ground.taken();
  const count = PER_SECOND * SECONDS;
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

interface Figures {
  ours: number[];
  noop: number[];
  p50: number;
  p99: number;
}

async function measure(backend: Backend): Promise<Figures> {
  const ground = await openGround(backend, true);
  try {
    const endpoints = await Promise.all(Array.from({ length: ENDPOINTS }, (_, n) => ground.endpoint(`/e${n}`)));
    const { redisUrl, databaseUrl } = ground;
    const jobs = { databaseUrl, jobs: LANES, concurrency: 20, ...(redisUrl === undefined ? {} : { redisUrl }) };
    await ground.worker();
    await drained(ground, 0, endpoints);
    const figures: Figures = { ours: [], noop: [], p50: 0, p99: 0 };
    for (let round = 1; round <= ROUNDS; round += 1) {
      figures.ours.push(await drained(ground, round, endpoints));
      figures.noop.push(((await measuredBy('noop-jobs.ts', jobs)) as { perSecond: number }).perSecond);
    }
    const found = await latencies(ground, endpoints);
    return { ...figures, p50: quantile(found, 0.5), p99: quantile(found, 0.99) };
  } finally {
    await ground.close();
  }
}

const backends: Backend[] = missingRedis === null ? ['redis', 'postgres'] : ['postgres'];
const rows: string[] = [];
for (const backend of backends) {
  const { ours, noop, p50, p99 } = await measure(backend);
  const ratios = ours.map((rate, round) => rate / (noop[round] ?? Number.POSITIVE_INFINITY));
  console.log(JSON.stringify({ backend, ours: ours.map(Math.round), noop, ratios, p50, p99 }));
  rows.push(
    `| ${backend} | ${Math.round(median(ours))} | ${Math.round(median(noop))} | **${median(ratios).toFixed(2)}** (${ratios.map((ratio) => ratio.toFixed(2)).join(', ')}) | ${p50.toFixed(1)} | ${p99.toFixed(1)} |`,
  );
}
record(
  'Deliveries',
  `node bench/deliveries.ts ${ROUNDS} ${LANES} ${SECONDS}`,
  `
${LANES} lanes of ${ENDPOINTS} endpoints with one event each, from the first look of the relay to the last signed call at a receiver in a process of its own,
against as many BullMQ jobs that do nothing (added a hundred at a time and worked off by one process), in turn. Then ${PER_SECOND} transitions per second for
${SECONDS} s, from the commit to the receiver. One worker, PostgreSQL with fsync, everything on this machine.

| queue on | delivered/s | no-op jobs/s | ratio, median of ${ROUNDS} (goal ≥ 0.5) | commit → received p50, ms | p99, ms |
|---|---|---|---|---|---|
${rows.join('\n')}

Goals on Redis: p50 ≤ 20 ms, p99 ≤ 100 ms.`,
);
