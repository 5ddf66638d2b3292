// R3: hints of another database in the same Redis, and hints of this one that are long out of date: none of them has any effect.
import { sql } from 'kysely';
import { openQueueToLookAt } from '#platform/queue.ts';
import type { Plant } from '../chaos/plant.ts';
import { until } from '../until.ts';

/** What the aliens came to. */
export interface AlienFigures {
  /** Hints under the epoch of another database, and how many of them are where they were put. */
  foreign: number;
  untouched: number;
  /** Hints under our own epoch with generations that are over; all of them are worked off. */
  stale: number;
  /** Rows of lanes, messages and tries that differ afterwards, and messages that arrived; none is allowed. */
  changed: number;
  arrived: number;
}

const AT_ONCE = 500;
/** Lanes of one hint, as the relay packs them. */
const LANES = 10;
const WITHIN_MS = 300_000;

/** Everything that a hint could move, as text. The plant does nothing meanwhile. */
async function standing({ owner }: Plant): Promise<string[]> {
  const { rows } = await sql<{ row: string }>`
    select 'lane ' || id || ' ' || state || ' ' || generation || ' ' || done as row from lanes
    union all select 'message ' || id || ' ' || state || ' ' || attempts from outbox
    union all select 'try ' || outbox_id || ' ' || attempt || ' ' || coalesce(outcome, '') from delivery_attempts order by 1`.execute(owner);
  return rows.map(({ row }) => row);
}

/** Puts so many hints of each kind beside the lanes of a plant that has done its work, and looks for effects. */
export async function playAliens(plant: Plant, count: number, tell: (text: string) => void): Promise<AlienFigures> {
  const { owner, redis, receivers, postgres } = plant;
  const epoch = (await sql<{ epoch: string }>`select epoch from installation`.execute(owner)).rows[0]?.epoch ?? '';
  const { rows: lanes } = await sql<{ id: number; generation: number; recipient: string }>`
    select id, generation, recipient from lanes order by id`.execute(owner);
  if (lanes.length === 0) throw new Error('there are no lanes to name');
  const before = await standing(plant);
  const arrived = receivers.arrivals.length;
  const put = async (ofEpoch: string, older: number): Promise<ReturnType<typeof openQueueToLookAt>> => {
    const queue = openQueueToLookAt({ redisUrl: redis?.url, databaseUrl: postgres.url, epoch: ofEpoch }, () => undefined);
    for (let added = 0; added < count; added += AT_ONCE) {
      const jobs = Array.from({ length: Math.min(AT_ONCE, count - added) }, (_, index) => {
        const some = Array.from({ length: LANES }, (__, place) => lanes[(added + index + place) % lanes.length]);
        const data = { lanes: some.map((lane) => [lane?.id, (lane?.generation ?? 0) - older, lane?.recipient]) };
        return { name: 'hint', data, opts: { jobId: `alien-${ofEpoch}-${added + index}`, attempts: 1, removeOnComplete: true, removeOnFail: true } };
      });
      await queue.addBulk(jobs);
    }
    return queue;
  };
  const left = (queue: ReturnType<typeof openQueueToLookAt>): Promise<number> =>
    queue.getJobCountByTypes('waiting', 'active', 'delayed', 'prioritized');
  const mine = await put(epoch, 1);
  tell(`${count} hints of generations that are over`);
  const sweeping = async (): Promise<boolean> => (await left(mine)) < count / 10 && (await mine.getJobCountByTypes('waiting', 'active')) < 30;
  await until(sweeping, WITHIN_MS, () => 'a queue that is not worked off');
  let untouched = 0;
  // In PostgreSQL the queue is the database's own: there is no other one whose hints could lie in it.
  const foreign = redis === null ? 0 : count;
  if (foreign > 0) {
    const other = await put(`${epoch}x`, 0);
    tell(`${count} hints of another database, with the generations of today`);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    untouched = await left(other);
    await other.obliterate({ force: true });
    await other.close();
  }
  await mine.close();
  const after = new Set(await standing(plant));
  const changed = before.filter((row) => !after.has(row)).length + Math.max(0, after.size - before.length);
  return { foreign, untouched, stale: count, changed, arrived: receivers.arrivals.length - arrived };
}
