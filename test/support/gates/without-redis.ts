// The second half of R14: Redis is away for long. Writes are answered as ever, and what is due goes out when it is back.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Conclusion, concluded, loadOn } from '../chaos/conclude.ts';
import type { Plant } from '../chaos/plant.ts';
import { leftIn } from '../chaos/rows.ts';

/** What the time without Redis came to. */
export interface WithoutRedisFigures extends Conclusion {
  seed: number;
  seconds: number;
  /** Messages that waited when it came back. */
  waited: number;
}

/** Kills Redis for so long under load. */
export async function playWithoutRedis(
  plant: Plant,
  { seconds, seed, writers, pauseMs, tell }: { seconds: number; seed: number; writers: number; pauseMs: number; tell(text: string): void },
): Promise<WithoutRedisFigures> {
  const { redis, owner } = plant;
  if (redis === null) throw new Error('there is no Redis to be without');
  await redis.kill();
  const load = loadOn(plant, { name: 'alone', writers, seed, pauseMs });
  for (let passed = 0; passed < seconds; passed += 10) {
    await sleep(Math.min(10, seconds - passed) * 1000);
    if (passed % 60 === 0) tell(`${passed + 10} s, ${load.acknowledged()} acknowledged`);
  }
  await load.stop();
  const { due: waited } = await leftIn(owner);
  await redis.start();
  return { seed, seconds, waited, ...(await concluded(plant, load, tell)) };
}
