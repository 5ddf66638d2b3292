// R1 and R2: an installation at work whose parts die without a word at moments of a seed's choice; afterwards everything is recomputed.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Load, startLoad } from '../chaos/load.ts';
import type { Part, Plant } from '../chaos/plant.ts';
import { leftIn, writtenIn } from '../chaos/rows.ts';
import { type Verdict, verdictOn } from '../chaos/verdict.ts';
import { random } from '../model/random.ts';

/** What the kills came to. */
export interface KillFigures {
  seed: number;
  backend: string;
  kills: Record<string, number>;
  seconds: number;
  acknowledged: number;
  /** Calls that were sent more than once before they were acknowledged. */
  repeatedCalls: number;
  answers: Record<string, number>;
  /** Answers that no good client may get. */
  wrong: string[];
  /** Processes that ended though nobody had killed them. */
  ends: string[];
  unsigned: number;
  /** From the end of the load until nothing was left to do. */
  drainSeconds: number;
  verdict: Verdict;
}

/** How often each kind is chosen: what is quick to come back may die more often. */
const WEIGHTS: Record<Part['kind'], number> = { api: 2, worker: 2, postgres: 4, redis: 5 };
/** Parts that are being brought back at once, at most: more would only kill what does nothing. */
const DOWN_AT_ONCE = 3;
const PAUSE_MS = 900;
const DOWN_MS = 600;
const DRAIN_MS = 120_000;

interface Options {
  kills: number;
  seed: number;
  writers: number;
  tell(text: string): void;
}

/** Calls go to the API of their number, and after a failure to the other one. */
export const eitherOf =
  ({ apis }: Plant) =>
  (nth: number, failed: string | null): string =>
    (apis.find(({ baseUrl }, place) => (failed === null ? nth % apis.length === place : baseUrl !== failed)) ?? apis[0])?.baseUrl ?? '';

/** Waits until nothing is left to do; answers the seconds. */
export async function drained({ owner }: Plant, tell: (text: string) => void = () => undefined): Promise<number> {
  const began = performance.now();
  let said = 0;
  for (;;) {
    const left = await leftIn(owner).catch(() => null);
    const seconds = (performance.now() - began) / 1000;
    if (left !== null && left.due + left.lanes + left.delivered === 0) return seconds;
    if (seconds >= said) {
      tell(`${seconds.toFixed(1)} s: ${JSON.stringify(left)}`);
      said += 1;
    }
    if (seconds * 1000 > DRAIN_MS) throw new Error(`Not drained after ${seconds.toFixed(0)} s: ${JSON.stringify(left)}`);
    await sleep(50);
  }
}

/** Kills until there were so many; everything is up again when it resolves. */
async function killMany({ parts }: Plant, { kills, seed, tell }: Options, load: Load): Promise<Record<string, number>> {
  const chance = random(seed, 1_000_003);
  const done: Record<string, number> = {};
  const down = new Map<Part, Promise<void>>();
  const fall = async (part: Part): Promise<void> => {
    await part.kill();
    await sleep(chance.int(0, DOWN_MS));
    await part.start();
    down.delete(part);
  };
  for (let nth = 1; nth <= kills; nth += 1) {
    await sleep(chance.int(0, PAUSE_MS));
    while (down.size >= DOWN_AT_ONCE) await Promise.race(down.values());
    const part = chance.weighed(
      parts.filter((one) => !down.has(one)),
      ({ kind }) => WEIGHTS[kind],
    );
    done[part.kind] = (done[part.kind] ?? 0) + 1;
    down.set(part, fall(part));
    if (nth % 20 === 0) tell(`${nth} kills ${JSON.stringify(done)}, ${load.acknowledged()} acknowledged, wrong ${load.wrong.length}`);
  }
  await Promise.all(down.values());
  return done;
}

/** Runs the whole: load, kills, drain, verdict. */
export async function playKills(plant: Plant, options: Options): Promise<KillFigures> {
  const { seed, writers, tell } = options;
  const { receivers, owner, endpoints, ends, backend } = plant;
  const began = performance.now();
  const load = startLoad({ choose: eitherOf(plant), key: plant.key, writers, seed, pauseMs: 60 });
  const kills = await killMany(plant, options, load);
  await load.stop();
  tell(`the load has stopped after ${load.acknowledged()} acknowledged calls`);
  const drainSeconds = await drained(plant, tell);
  const verdict = verdictOn(await writtenIn(owner), load.tickets, receivers.arrivals, endpoints);
  return {
    ...{ seed, backend, kills, seconds: (performance.now() - began) / 1000, acknowledged: load.acknowledged(), repeatedCalls: load.repeated() },
    ...{ answers: Object.fromEntries(load.answers), wrong: load.wrong, ends, unsigned: receivers.unsigned(), drainSeconds, verdict },
  };
}
