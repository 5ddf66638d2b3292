// Process: calls an API as often as it is told, whether or not the answers come, and tells how it was answered; apart, so that it shares no thread
// with anyone.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { starvedMs } from '../taken-by.ts';
import { type Call, type Kind, kinds, type Outcome, openCalls, outcomeOf, type Target } from './calls.ts';
import { openLines } from './lines.ts';

/** What to call, and how. */
export interface Flood {
  port: number;
  key: string;
  targets: Target[];
  /** Calls that become due in a second, on whichever line is free; null: every line calls again as soon as it is answered. */
  perSecond: number | null;
  lines: number;
  seconds: number;
  /** Longer than this and an answer counts as late. */
  lateMs: number;
}

/** Answers of a kind: how many, and how long they took, in ms. */
export interface Times {
  count: number;
  p50: number;
  p99: number;
  worst: number;
}

/** What came of it. */
export interface Flooded {
  seconds: number;
  calls: number;
  served: Record<Kind, Times>;
  refused: Record<Kind, Times>;
  /** Answers that are neither, by status and code; "0": the line broke. */
  others: Record<string, number>;
  /**
   * What the caller itself was late, in ms: p99 of how long after its time a call was made, and of how long an answer may have lain at its door while
   * its own event loop was busy or had no processor. The first is not counted in the times of answers, the second is.
   */
  callerLateMs: { calls: number; answers: number };
  /** The share of the time in which the caller was ready to run and had no processor; null where the system does not tell. */
  callerStarved: number | null;
  /** Of each second: calls that became due, and the p99 of their answers in ms, whichever they were. */
  seconds99: { calls: number; p99: number }[];
  /** Of the calls that became due in each second, the share that was refused, late or worse. */
  troubled: number[];
  /** One refusal as it came, head and body. */
  refusal: { kind: Kind; text: string } | null;
  targets: Target[];
}

const LOOP_MS = 1;

function timesOf(values: number[]): Times {
  const sorted = Float64Array.from(values).toSorted();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), worst: at(1) };
}

const perKind = <T>(make: (kind: Kind) => T): Record<Kind, T> => Object.fromEntries(kinds.map((kind) => [kind, make(kind)])) as Record<Kind, T>;

async function flood({ port, key, targets, perSecond, lines: most, seconds, lateMs }: Flood): Promise<Flooded> {
  const next = openCalls(`127.0.0.1:${port}`, key, targets);
  const took: Record<Outcome, Record<Kind, number[]>> = { served: perKind(() => []), refused: perKind(() => []), other: perKind(() => []) };
  const others: Record<string, number> = {};
  const callerLate: number[] = [];
  const waiting: { call: Call; from: number }[] = [];
  const lines = openLines(port, most, () => drain());
  const began = performance.now();
  const ends = began + seconds * 1_000;
  let calls = 0;
  let answers = 0;
  const seen: { calls: number; troubled: number; times: number[] }[] = [];
  const loop = monitorEventLoopDelay({ resolution: LOOP_MS });
  loop.enable();
  const starvedBefore = starvedMs(process.pid);
  let refusal: Flooded['refusal'] = null;

  const make = (call: Call, from: number): boolean =>
    lines.call(call.request, (answer) => {
      const ms = performance.now() - from;
      const outcome = outcomeOf(answer);
      answers += 1;
      took[outcome][call.kind].push(ms);
      if (outcome === 'refused') refusal ??= { kind: call.kind, text: answer.text };
      if (outcome === 'other') {
        const name = `${answer.status} ${/"code":"(\w+)"/.exec(answer.text)?.[1] ?? ''}`.trim();
        others[name] = (others[name] ?? 0) + 1;
      }
      const second = (seen[Math.floor((from - began) / 1_000)] ??= { calls: 0, troubled: 0, times: [] });
      second.calls += 1;
      second.times.push(ms);
      if (outcome !== 'served' || ms > lateMs) second.troubled += 1;
      call.settle(answer);
    });
  // A call that finds no line waits for one, and the time of its answer counts from when it should have gone.
  const drain = (): void => {
    while (waiting.length > 0) {
      const { call, from } = waiting[0] as { call: Call; from: number };
      if (!make(call, from)) return;
      waiting.shift();
    }
    if (perSecond === null && performance.now() < ends) begin(performance.now());
  };
  const begin = (from: number): void => {
    calls += 1;
    const call = next();
    if (waiting.length > 0 || !make(call, from)) waiting.push({ call, from });
  };

  if (perSecond === null) for (let line = 0; line < most; line += 1) begin(performance.now());
  while (performance.now() < ends) {
    await new Promise((resolve) => void setTimeout(resolve, 1));
    const now = performance.now();
    for (; perSecond !== null && calls < ((now - began) / 1_000) * perSecond; ) {
      callerLate.push(now - began - (calls / perSecond) * 1_000);
      begin(now);
    }
  }
  const lasted = (performance.now() - began) / 1_000;
  const starvedAfter = starvedMs(process.pid);
  loop.disable();
  for (const patience = performance.now() + 15_000; answers < calls && performance.now() < patience; ) {
    await new Promise((resolve) => void setTimeout(resolve, 5));
  }
  if (answers < calls) others['none'] = calls - answers;
  lines.close();
  return {
    seconds: lasted,
    calls,
    served: perKind((kind) => timesOf(took.served[kind])),
    refused: perKind((kind) => timesOf(took.refused[kind])),
    others,
    callerLateMs: { calls: timesOf(callerLate).p99, answers: Math.max(0, loop.percentile(99) / 1e6 - LOOP_MS) },
    callerStarved: starvedBefore === null || starvedAfter === null ? null : (starvedAfter - starvedBefore) / (lasted * 1_000),
    seconds99: Array.from(seen, (second) => ({ calls: second?.calls ?? 0, p99: timesOf(second?.times ?? []).p99 })),
    troubled: Array.from(seen, (second) => (second === undefined ? 1 : second.troubled / second.calls)),
    refusal,
    targets,
  };
}

if (import.meta.main) {
  process.once('message', (order: Flood) => {
    void flood(order).then((flooded) => process.send?.(flooded));
  });
}
