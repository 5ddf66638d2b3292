// R2: all of Redis is forgotten while hints wait in it, again and again: every lane that was handed out is handed out anew.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { Database } from '#platform/db/database.ts';
import { type Conclusion, concluded, loadOn } from '../chaos/conclude.ts';
import type { Plant } from '../chaos/plant.ts';
import { random } from '../model/random.ts';

/** What the wipes came to. */
export interface WipeFigures extends Conclusion {
  seed: number;
  wipes: number;
  /** Lanes that were handed out when Redis was wiped, over all wipes. */
  inFlight: number;
  /** Seconds until the last lane of a wipe was in hands again: the worst, and the middle. */
  worstSeconds: number;
  medianSeconds: number;
}

interface Handed {
  id: number;
  generation: number;
}

const handedOut = async (owner: Kysely<Database>): Promise<Handed[]> =>
  (await sql<Handed>`select id, generation from lanes where state = 'enqueued'`.execute(owner)).rows;

/** Those of them that are still as they were handed out: nobody has taken them, and nobody has handed them out anew. */
async function stillLost(owner: Kysely<Database>, lanes: readonly Handed[]): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::integer as n from lanes l join jsonb_to_recordset(${JSON.stringify(lanes)}::jsonb) as w(id bigint, generation integer)
        on l.id = w.id and l.generation = w.generation where l.state = 'enqueued'`.execute(owner);
  return rows[0]?.n ?? 0;
}

/** Wipes so often, each time after the lanes of the last one are in hands again. */
export async function playWipes(
  plant: Plant,
  { wipes, seed, writers, tell }: { wipes: number; seed: number; writers: number; tell(text: string): void },
): Promise<WipeFigures> {
  const { redis, owner } = plant;
  if (redis === null) throw new Error('there is no Redis to wipe');
  const chance = random(seed, 1_000_033);
  const load = loadOn(plant, { name: 'wipes', writers, seed, pauseMs: 40 });
  const seconds: number[] = [];
  let inFlight = 0;
  // Lanes are in hand for a moment only: where every wipe has missed them so far, it goes on until one hits.
  for (let nth = 1; nth <= wipes || inFlight === 0; nth += 1) {
    await sleep(chance.int(50, 500));
    await redis.wipe();
    const began = performance.now();
    const lanes = await handedOut(owner);
    inFlight += lanes.length;
    while ((await stillLost(owner, lanes)) > 0) await sleep(50);
    seconds.push((performance.now() - began) / 1000);
    if (nth % 10 === 0) tell(`${nth} wipes, ${inFlight} lanes in flight, the longest ${Math.max(...seconds).toFixed(1)} s`);
  }
  const sorted = seconds.toSorted((a, b) => a - b);
  const figures = {
    seed,
    wipes: seconds.length,
    inFlight,
    worstSeconds: sorted.at(-1) ?? 0,
    medianSeconds: sorted[Math.floor(sorted.length / 2)] ?? 0,
  };
  return { ...figures, ...(await concluded(plant, load, tell)) };
}
