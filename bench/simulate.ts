// R7 by hand: so many worlds of lanes under a clock that jumps, each of a seed of its own, one after the other from the first on.
// `node bench/simulate.ts [seeds] [first seed]`; one seed: `node bench/simulate.ts 1 <seed>`.
import { simulate } from '../test/support/lanes/simulation.ts';
import { record } from './support.ts';

const [seeds = 20_000, first = 1] = process.argv.slice(2).map(Number);
console.log(`seed ${first}`);
const began = performance.now();
const total = { rows: 0, arrivals: 0, crashes: 0, poisoned: 0, steps: 0, longestDrainSeconds: 0 };
const wrong: string[] = [];
/** A run says twenty times how far it has come. */
const often = Math.ceil(seeds / 20);
for (let seed = first; seed < first + seeds; seed += 1) {
  const world = simulate(seed);
  for (const name of ['rows', 'arrivals', 'crashes', 'poisoned', 'steps'] as const) total[name] += world[name];
  total.longestDrainSeconds = Math.max(total.longestDrainSeconds, world.drainSeconds);
  if (world.faults.length > 0) wrong.push(`seed ${seed}: ${world.faults.join('; ')}`);
  const played = seed - first + 1;
  if (played % often === 0) console.log(`${played} worlds, ${total.crashes} crashes, ${wrong.length} with a fault`);
}
const seconds = (performance.now() - began) / 1000;
console.log(JSON.stringify({ seed: first, seeds, ...total, seconds, wrong: wrong.length, faults: wrong.slice(0, 20) }));
if (seeds > 1) {
  record(
    'Simulation',
    `node bench/simulate.ts ${seeds} ${first}`,
    `${seeds} worlds in ${seconds.toFixed(0)} s: three relays and workers over the lanes, crashes, hints that come twice, late, in another order or never, receivers that are slow, refuse or kill. ${total.rows} messages, ${total.arrivals} arrivals, ${total.crashes} crashes, ${total.poisoned} messages that kill workers set aside, ${total.steps} steps; the longest way to rest took ${total.longestDrainSeconds.toFixed(0)} virtual seconds (retries included). Worlds in which something was lost, came out of order or twice without a crash, or did not come to rest: **${wrong.length}**.`,
  );
}
process.exitCode = wrong.length === 0 ? 0 : 1;
