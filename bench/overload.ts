// R13: one API process is offered ten times what it can carry, lookups, reads and steps a third each. node bench/overload.ts [seconds] [times] [ms to the database]
import { playOverload, slowest } from '../test/support/gates/overload.ts';
import type { Flooded, Times } from '../test/support/overload/flood.ts';
import { openStorm, type Storm } from './storm-ground.ts';
import { record } from './support.ts';

const GOALS = { acceptedMs: 300, refusedMs: 20, recoveryMs: 5_000, memoryMiB: 256 };
const TICKETS = 600;

const ms = ({ count, p50, p99, worst }: Times): string => `${count} | ${p50.toFixed(1)} | ${p99.toFixed(1)} | ${worst.toFixed(0)}`;
const rows = ({ served, refused }: Flooded): string =>
  Object.entries(served)
    .map(([kind, times]) => `| ${kind} | ${ms(times)} | ${ms(refused[kind as keyof typeof refused])} |`)
    .join('\n');
const share = (of: number | null): string => (of === null ? 'an unknown share' : `${(of * 100).toFixed(0)} %`);

/** Plays it on a started API, whose database is so many ms away, and writes the figures down; answers what was not as it must be. */
export async function measureOverload(storm: Storm, seconds: number, times: number, awayMs = 0): Promise<string[]> {
  const plan = { tickets: TICKETS, times, warmSeconds: 5, capacitySeconds: 10, floodSeconds: seconds, lightSeconds: 10, tell: console.log };
  const { capacity, carried, flood, witness, rates, starved, before, recoveryMs, memory, lost } = await playOverload(storm, plan);
  const [acceptedMs, refusedMs] = [slowest(flood.served), slowest(flood.refused)];
  const short = (what: string, value: number, goal: number): string[] => (value <= goal ? [] : [`${what} ${value.toFixed(0)} > ${goal}`]);
  const others = [...Object.entries(flood.others), ...Object.entries(witness.others)].map(([name, count]) => `${count} × ${name}`);
  const faults = [
    ...short('p99 of what was accepted', acceptedMs, GOALS.acceptedMs),
    ...short('p99 of what was refused', refusedMs, GOALS.refusedMs),
    ...short('recovery', recoveryMs, GOALS.recoveryMs),
    ...short('resident memory', memory.secondHalf, GOALS.memoryMiB),
    ...others,
    ...lost,
  ];
  console.log(
    JSON.stringify({
      capacity,
      rates,
      flood: { ...flood, refusal: undefined, targets: undefined },
      witness: { ...witness, refusal: undefined, targets: undefined, seconds99: undefined },
      recoveryMs,
      memory,
      lost: lost.length,
      faults: faults.slice(0, 20),
    }),
  );
  record(
    awayMs === 0 ? 'Overload' : `Overload, a database ${awayMs} ms away`,
    `node bench/overload.ts ${seconds} ${times}${awayMs === 0 ? '' : ` ${awayMs}`}`,
    `One API process over HTTP as \`npm run api\` starts it (info log to nowhere, no rate limits, fsync on); lookups, reads and steps a third each, from
another process over bare sockets of loopback. Caller, API and PostgreSQL share the machine${
      awayMs === 0
        ? ''
        : `, and what passes between the last two is held back for
${awayMs} ms each way, so that it is the database, and not the processors, that bounds what can be carried`
    }.

It carries **${capacity.toFixed(0)}** calls a second (32 callers that wait for their answers; p99 ${slowest(carried.served).toFixed(0)} ms). Offered ${rates.offered.toFixed(0)} a second for ${seconds} s, whether or
not the answers come: ${rates.served.toFixed(0)} a second are served, ${rates.refused.toFixed(0)} refused. The API's thread was ready to run and had no processor for ${share(starved)} of
the flood, the caller's for ${share(flood.callerStarved)}. That caller was ${flood.callerLateMs.calls.toFixed(1)} ms late with its calls at p99, which is not counted, and left answers for ${flood.callerLateMs.answers.toFixed(1)} ms at
its door, which is.

| calls | served | p50 ms | p99 (goal ${GOALS.acceptedMs}) | worst | refused | p50 ms | p99 (goal ${GOALS.refusedMs}) | worst |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows(flood)}

The same as a witness saw it, a caller in a process of its own that makes 50 calls a second on lines of its own (answers left at its door for ${witness.callerLateMs.answers.toFixed(1)} ms
at p99, no processor for ${share(witness.callerStarved)} of the time):

| calls | served | p50 ms | p99 | worst | refused | p50 ms | p99 | worst |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows(witness)}

Other answers: ${others.join(', ') || 'none'}. Acknowledged steps that are not there, or steps nobody was told of: ${lost.length}. Resident: ${memory.carried.toFixed(0)} MiB under what it carries,
at most ${memory.firstHalf.toFixed(0)} in the first half of the flood and ${memory.secondHalf.toFixed(0)} in the second (goal ${GOALS.memoryMiB}). A hundred calls a second from the moment it ended: not more
than one in a hundred refused or late (${Math.max(50, 3 * slowest(before.served)).toFixed(0)} ms, three times the p99 before it) from **${(recoveryMs / 1_000).toFixed(0)} s** on (goal ${GOALS.recoveryMs / 1_000}).

${faults.length === 0 ? 'Every goal is reached.' : `**Short of:** ${faults.slice(0, 8).join('; ')}.`}`,
  );
  return faults;
}

if (import.meta.main) {
  const [seconds = 60, times = 10, awayMs = 0] = process.argv.slice(2).map(Number);
  const storm = await openStorm('info', 8, awayMs);
  try {
    process.exitCode = (await measureOverload(storm, seconds, times, awayMs)).length === 0 ? 0 : 1;
  } finally {
    await storm.close();
  }
}
