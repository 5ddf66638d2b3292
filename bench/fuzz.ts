// A1, S1, S2, S3 by hand: malformed requests against a started API, every route by every tenant, and what a stranger can find out:
// node bench/fuzz.ts [parts, with commas] [how many requests] [minutes]. Prints its seed, how it goes, and its figures as JSON.
// FUZZ_SEED repeats a run, FUZZ_FROM with a count of 1 a single request.
import { seedOf } from '../test/support/model/random.ts';
import { openFuzzGround } from './fuzz-ground.ts';
import { type FuzzTurn, parts } from './fuzz-parts.ts';

type Part = keyof typeof parts;

const [given = Object.keys(parts).join(','), count = '200000', limit = '600'] = process.argv.slice(2);
const names = given.split(',');
if (!names.every((name): name is Part => Object.hasOwn(parts, name))) {
  console.log(`node bench/fuzz.ts [${Object.keys(parts).join(',')}] [how many requests] [minutes]`);
  process.exit(2);
}
const seed = seedOf(process.env['FUZZ_SEED']);
console.log(`seed ${seed}`);

const ground = await openFuzzGround();
const began = performance.now();
let wrong = 0;
const turn: FuzzTurn = {
  ...{ ground, seed, from: Number(process.env['FUZZ_FROM'] ?? 0), count: Number(count), limit: Number(limit) },
  minutes: () => ((performance.now() - began) / 60_000).toFixed(1),
  tell: (text) => console.log(text),
  fail(faults) {
    wrong += faults.length;
    for (const fault of faults.slice(0, 20)) console.log(`${fault}\n`);
  },
};
const figures: Partial<Record<Part, object>> = {};
for (const name of names) figures[name] = await parts[name](turn);
await ground.close();
console.log(JSON.stringify({ seed, ...figures, wrong }));
process.exitCode = wrong === 0 ? 0 : 1;
