// R1: an installation at work whose parts die without a word at moments of a seed's choice; afterwards everything is recomputed.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Conclusion, concluded, loadOn } from '../chaos/conclude.ts';
import type { Load } from '../chaos/load.ts';
import type { Part, Plant } from '../chaos/plant.ts';
import { random } from '../model/random.ts';

/** What the kills came to. */
export interface KillFigures extends Conclusion {
  seed: number;
  kills: Record<string, number>;
  seconds: number;
}

/** How often each kind is chosen: what is quick to come back may die more often. */
const WEIGHTS: Record<Part['kind'], number> = { api: 2, worker: 2, postgres: 4, redis: 5 };
/** Parts that are being brought back at once, at most: more would only kill what does nothing. */
const DOWN_AT_ONCE = 3;
const PAUSE_MS = 900;
const DOWN_MS = 600;

interface Options {
  kills: number;
  seed: number;
  writers: number;
  tell(text: string): void;
  /** Whether the kills so far are to be all: somebody's time is up. */
  enough?(): boolean;
}

/** Kills until there were so many; everything is up again when it resolves. */
async function killMany({ parts }: Plant, { kills, seed, tell, enough = () => false }: Options, load: Load): Promise<Record<string, number>> {
  const chance = random(seed, 1_000_003);
  const done: Record<string, number> = {};
  const down = new Map<Part, Promise<void>>();
  const fall = async (part: Part): Promise<void> => {
    await part.kill();
    await sleep(chance.int(0, DOWN_MS));
    await part.start();
    down.delete(part);
  };
  for (let nth = 1; nth <= kills && !enough(); nth += 1) {
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
  const began = performance.now();
  const load = loadOn(plant, { name: 'kills', writers, seed, pauseMs: 60 });
  const kills = await killMany(plant, options, load);
  const seconds = (performance.now() - began) / 1000;
  return { seed, kills, seconds, ...(await concluded(plant, load, tell)) };
}
