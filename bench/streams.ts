// Live pages: a thousand open streams on one API process, how soon a step is seen, what breaks of the line cost, and the memory of each.
// node bench/streams.ts [streams] [reconnects] [seed].
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asSystem } from '#access/perform.ts';
import { linkToken } from '#lookup/link.ts';
import type { Services } from '#services.ts';
import { openTicket } from '#tickets/open-ticket.ts';
import { endsWithUs } from '../test/support/at-end.ts';
import { openCounter } from '../test/support/bare-brand.ts';
import { takeSteps } from '../test/support/many-steps.ts';
import { seedOf } from '../test/support/model/random.ts';
import { openApiGround } from './api-ground.ts';
import type { Came, Order, Report } from './listen.ts';
import { record } from './support.ts';

const STREAMS = Number(process.argv[2] ?? 1_000);
const RECONNECTS = Number(process.argv[3] ?? 10_000);
const seed = seedOf(process.argv[4]);
const STEPS_PER_SECOND = 50;
const RECONNECTING = 100;
const GOAL_MS = 250;

/** As many tickets that nobody is mailed about. */
async function prepare(services: Services, count: number): Promise<{ brandId: string; ids: string[] }> {
  const { brandId, centerId } = await openCounter(services);
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const opened = await asSystem(services, brandId, (deed) =>
      openTicket(deed, {
        channel: 'walk_in',
        centerId,
        device: { kind: 'laptop', serial: `STREAM${String(n).padStart(6, '0')}` },
        contact: { name: 'Wang Fang' },
        faultReported: 'Does not charge',
        returnMethod: 'pick_up',
        jurisdiction: 'none',
      }),
    );
    ids.push(opened.id);
  }
  return { brandId, ids };
}

const at = (sorted: readonly number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
const now = (): number => performance.timeOrigin + performance.now();

const ground = await openApiGround();
const { services, baseUrl } = ground;
console.log(`seed ${seed}; preparing ${STREAMS} tickets`);
const { brandId, ids } = await prepare(services, STREAMS);
const api = await ground.start();
const listener = endsWithUs(fork(path.join(import.meta.dirname, 'listen.ts')));
const order = async <D extends Order['do']>(what: Extract<Order, { do: D }>): Promise<Extract<Report, { did: D }>> => {
  listener.send(what);
  const [report] = (await once(listener, 'message')) as [Extract<Report, { did: D }>];
  return report;
};
const urls = ids.map((ticketId) => `${baseUrl}/t/${linkToken(services.seal, { ticketId, generation: 1 })}/events`);

// Warm: the first streams of a process pay for what all share.
await order({ do: 'open', urls: urls.slice(0, 100) });
await order({ do: 'close' });
await sleep(2_000);
const emptyMiB = api.rss();
await order({ do: 'open', urls });
await sleep(5_000);
const fullMiB = api.rss();
const perStream = ((fullMiB - emptyMiB) * 1_024) / STREAMS;
console.log(`${STREAMS} streams are open`);

// One step of each, fifty a second, taken by another process than the one that shows them.
const versions = ids.map(() => 1);
const committed: number[] = [];
const steps = ids.map(async (ticketId, index) => {
  await sleep((index * 1_000) / STEPS_PER_SECOND);
  versions[index] = await takeSteps(services, brandId, ticketId, 1);
  committed[index] = now();
});
await Promise.all(steps);
const { came } = await order({ do: 'tell', last: versions });
const delays = came.map(([stream, , when]) => when - (committed[stream] ?? 0)).toSorted((a, b) => a - b);
const early = { p50: at(delays, 0.5), p99: at(delays, 0.99), worst: at(delays, 1) };
await order({ do: 'close' });

// The line breaks again and again while steps are taken: what comes has to be every step, each once, in order.
const broken = ids.slice(0, RECONNECTING);
let breaking = true;
const walk = broken.map(async (ticketId, index) => {
  for (let taken = 1; breaking; taken += 1) {
    versions[index] = await takeSteps(services, brandId, ticketId, 1, taken);
    await sleep(100);
  }
});
const began = performance.now();
const { times, refused } = await order({ do: 'reconnect', urls: urls.slice(0, RECONNECTING), times: RECONNECTS, seed });
const seconds = (performance.now() - began) / 1_000;
breaking = false;
await Promise.all(walk);
const last = versions.slice(0, RECONNECTING);
const { came: resumed } = await order({ do: 'tell', last });
const seenOn = (stream: number, all: readonly Came[]): number[] => all.filter(([one]) => one === stream).map(([, id]) => id);
let missed = 0;
let repeated = 0;
let expectedEvents = 0;
for (const [stream, version] of last.entries()) {
  const seen = seenOn(stream, resumed);
  const distinct = new Set(seen);
  expectedEvents += version - 1;
  missed += version - 1 - distinct.size;
  repeated += seen.length - distinct.size;
  if (seen.some((id, index) => id !== index + 2)) console.log(`stream ${stream}: ${seen.join(' ')}`);
}
await order({ do: 'close' });
listener.disconnect();
await ground.close();

const figures = {
  seed,
  streams: STREAMS,
  commitToEventMs: early,
  reconnects: times,
  refused,
  events: expectedEvents,
  missed,
  repeated,
  kibPerStream: Number(perStream.toFixed(1)),
};
console.log(JSON.stringify(figures));
record(
  'Streams',
  `node bench/streams.ts ${STREAMS} ${RECONNECTS} ${seed}`,
  `${STREAMS} open streams on one API process, one step of each ticket, ${STEPS_PER_SECOND} a second, committed by another process (fsync on): from the answer of
the commit to the event at the client ${early.p50.toFixed(1)} ms in the middle, **${early.p99.toFixed(1)} ms** at p99 (goal ${GOAL_MS}), ${early.worst.toFixed(1)} ms at the worst.

${times} reconnects of ${RECONNECTING} streams in ${seconds.toFixed(0)} s with \`Last-Event-ID\`, while their tickets took ${expectedEvents} steps: **${missed} missed, ${repeated} repeated**${refused === 0 ? '' : `; ${refused} were told to come again by a busy process (503)`}.

Memory: ${emptyMiB.toFixed(0)} MiB without, ${fullMiB.toFixed(0)} MiB with ${STREAMS} streams: ${perStream.toFixed(1)} KiB a stream.`,
);
if (missed + repeated > 0) process.exitCode = 1;
