// Storms on a started API: conflicting writers on one ticket (R4), racing copies of every call (R5), and then the flood of overload.ts (R13) on one of
// its own. Prints its seed, how it goes, and its figures as JSON; the flood prints its own.
// node bench/storm.ts [attempts] [keys] [writers] [copies] [seconds of the flood]; STORM_SEED repeats a run.
import { seedOf } from '../test/support/model/random.ts';
import { chained, conflicted, countTickets, ticketFor } from '../test/support/storm-rows.ts';
import { race } from '../test/support/storms.ts';
import { measureOverload } from './overload.ts';
import { openStorm } from './storm-ground.ts';
import { record } from './support.ts';

const [attempts = 100_000, keys = 10_000, writers = 256, copies = 8, floodSeconds = 60] = process.argv.slice(2).map(Number);
const seed = seedOf(process.env['STORM_SEED']);
console.log(`seed ${seed}`);

const storm = await openStorm('error', writers);
const { ask, owner } = storm;

let began = performance.now();
const seconds = (): number => (performance.now() - began) / 1000;
const tell = (text: string): void => console.log(`${seconds().toFixed(0)} s: ${text}`);
const fight = await conflicted(ask, { writers, attempts, seed }, tell);
const history = await chained(owner, fight.ticketId);
const fightSeconds = seconds();

began = performance.now();
const before = await countTickets(owner);
const callOf = (nth: number) => ({ url: '/v1/tickets', body: ticketFor(`RACE${seed}X${nth}`) });
const raced = await race(ask, callOf, { keys, copies, lanes: 16, seed }, tell);
const made = (await countTickets(owner)) - before;
const raceSeconds = seconds();

await storm.close();

const faults = [
  ...fight.wrong,
  ...history.faults,
  ...raced.wrong,
  ...(history.versions === fight.won + 2 ? [] : [`${fight.won} calls were taken, the ticket is at version ${history.versions}`]),
  ...(made === keys ? [] : [`${keys} keys made ${made} tickets`]),
];
const ok = faults.length === 0 && raced.unequal + raced.notOnce + raced.mismatchesTaken === 0;
for (const fault of faults.slice(0, 20)) console.log(fault);
record(
  'Storm',
  `STORM_SEED=${seed} node bench/storm.ts ${attempts} ${keys} ${writers} ${copies}`,
  `One API process over HTTP, fsync on. R4: ${writers} writers on one ticket, each with the version it saw last. R5: every key sent ${copies} times at once,
then once more with another body.

| R4 attempts | taken | illegal steps | gaps | losers with another answer than 409 or 412 | seconds | attempts/s |
| --- | --- | --- | --- | --- | --- | --- |
| ${fight.attempts} | ${fight.won} | ${history.illegal} | ${history.gaps} | ${fight.wrong.length} | ${fightSeconds.toFixed(0)} | ${(fight.attempts / fightSeconds).toFixed(0)} |

Answers: ${Object.entries(fight.answers)
    .map(([name, n]) => `${name} ${n}`)
    .join(', ')}; ${fight.toldToComeAgain} times a writer was told to come again (503 \`overloaded\`).

| R5 keys | calls | effects | keys with unequal replays | keys served other than once | mismatches not 422 | seconds |
| --- | --- | --- | --- | --- | --- | --- |
| ${raced.keys} | ${raced.calls} | ${made} | ${raced.unequal} | ${raced.notOnce} | ${raced.mismatchesTaken} | ${raceSeconds.toFixed(0)} |`,
);

const flooded = await openStorm('info');
const short = await measureOverload(flooded, floodSeconds, 10).finally(() => flooded.close());
console.log(
  JSON.stringify({
    seed,
    conflict: { ...fight, versions: fight.versions.length, wrong: fight.wrong.length, history, seconds: fightSeconds },
    race: { ...raced, wrong: raced.wrong.length, made, seconds: raceSeconds },
    ...{ faults: faults.slice(0, 20), overload: short },
  }),
);
process.exitCode = ok && short.length === 0 ? 0 : 1;
