// R8 by hand: lanes keep their order over a hundred thousand deliveries, and a receiver that is dead does not slow the others.
// node bench/order.ts [deliveries] [redis|postgres] [rounds] [seconds a round].
import { setTimeout as sleep } from 'node:timers/promises';
import { disorderOf } from '../test/support/gates/dead-letters.ts';
import { type Backend, type Ground, openGround, quantile } from './ground.ts';
import { median, record } from './support.ts';

const DELIVERIES = Number(process.argv[2] ?? 100_000);
const backend = (process.argv[3] ?? 'redis') as Backend;
const ROUNDS = Number(process.argv[4] ?? 6);
const SECONDS = Number(process.argv[5] ?? 10);
const EACH = 100;
const PER_SECOND = 40;

/** Milliseconds from commit to receiver of healthy endpoints at an even rate; with `dead`, every fourth event goes to one that does not answer. */
async function latencies(ground: Ground, well: readonly string[], dead: string | null, round: string): Promise<number[]> {
  await ground.taken();
  const committed = new Map<string, number>();
  const began = performance.now();
  const under: Promise<void>[] = [];
  const count = PER_SECOND * SECONDS;
  for (let n = 0; n < count; n += 1) {
    await sleep(Math.max(0, (n * 1000) / PER_SECOND - (performance.now() - began)));
    const tell = async (): Promise<void> => {
      await ground.tell(well[n % well.length] ?? '', `${round}-${n}`, [n]);
      committed.set(String(n), performance.timeOrigin + performance.now());
    };
    under.push(tell());
    if (n % 4 === 0) under.push(ground.tell(dead ?? well[0] ?? '', `${round}-extra-${n}`, [-1]));
  }
  await Promise.all(under);
  await sleep(2_000);
  const arrivals = (await ground.taken()).filter(({ n }) => n >= 0);
  if (arrivals.length < count) throw new Error(`${arrivals.length} of ${count} arrived`);
  return arrivals.map(({ n, at }) => at - (committed.get(String(n)) ?? at));
}

const ground = await openGround(backend, false);
const well = await Promise.all(Array.from({ length: 20 }, (_, n) => ground.endpoint(`/e${n}`)));
const dead = await ground.endpoint('/dead');
await Promise.all([ground.worker(), ground.worker()]);
const ratios: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  // Which side goes first alternates.
  const sides = round % 2 === 0 ? [null, dead] : [dead, null];
  const found = new Map<string | null, number>();
  for (const side of sides) found.set(side, quantile(await latencies(ground, well, side, `i${round}${side === null ? 'a' : 'b'}`), 0.99));
  ratios.push((found.get(dead) ?? 0) / (found.get(null) ?? 1));
  console.log(`round ${round + 1} of ${ROUNDS}: ${ratios.at(-1)?.toFixed(2)}`);
}
await ground.taken();
await ground.fill('order', Math.ceil(DELIVERIES / EACH), EACH, well);
const arrivals = (await ground.arrived(DELIVERIES, 3_600_000)).filter(({ lane }) => lane?.startsWith('order'));
const disorder = disorderOf(arrivals);
const repeats = arrivals.length - new Set(arrivals.map(({ lane, n }) => `${lane} ${n}`)).size;
await ground.close();
console.log(JSON.stringify({ backend, deliveries: arrivals.length, disorder, repeats, ratios }));
record(
  'Order',
  `node bench/order.ts ${DELIVERIES} ${backend} ${ROUNDS} ${SECONDS}`,
  `${arrivals.length} deliveries on lanes of ${EACH} to 20 endpoints by two workers: **${disorder} out of order**, ${repeats} repeated. At ${PER_SECOND} events per second, a quarter
more of them to an endpoint that does not answer: p99 of the others against the same without it, ${ROUNDS} rounds in turn, ${ratios.map((ratio) => ratio.toFixed(2)).join(', ')};
median **${median(ratios).toFixed(2)}** (goal < 1.10). Queue on ${backend}.`,
);
process.exit(disorder === 0 ? 0 : 1);
