// The SQL of what operators look at: lanes by state, what is due and since when, dead letters by reason. Over all brands; counts only.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';

/** What a look finds. Lanes at rest are not counted: there are as many as tickets ever had recipients. */
export interface LaneFigures {
  /** `gathering`: a customer's, held back for more to come or for the morning; `waiting`: after a failure. */
  lanes: Record<'ready' | 'enqueued' | 'gathering' | 'waiting' | 'stopped', number>;
  /**
   * Without what is gathering: that is not late. `retrying`: held up by a failure, until the next try or until a person helps; `oldestSeconds`: since a
   * message fell due, of those that nothing holds up, `oldestRetryingSeconds`: since it was made, of those that are.
   */
  due: { channel: string; count: number; oldestSeconds: number; retrying: number; oldestRetryingSeconds: number }[];
  /** Most first. `reason` up to its first colon. */
  dead: { reason: string; count: number }[];
}

/** Every part is read off an index over the few rows that matter. */
export async function laneFigures(deed: Deed): Promise<LaneFigures> {
  const { rows } = await sql<LaneFigures>`
    select jsonb_build_object(
             'ready', (select count(*) from lanes where state = 'ready'),
             'enqueued', (select count(*) from lanes where state = 'enqueued'),
             'gathering', (select count(*) from lanes where state = 'waiting' and gathering),
             'waiting', (select count(*) from lanes where state = 'waiting' and not gathering),
             'stopped', (select count(*) from lanes where state = 'stopped')) as lanes,
           (select coalesce(jsonb_agg(d order by channel), '[]')
              from (select channel, count(*) filter (where not behind) as count, count(*) filter (where behind) as retrying,
                           coalesce(extract(epoch from now() - min(since) filter (where not behind)), 0)::float8 as "oldestSeconds",
                           coalesce(extract(epoch from now() - min(created_at) filter (where behind)), 0)::float8 as "oldestRetryingSeconds"
                      from (select o.channel, o.created_at, l.state = 'stopped' or (l.state = 'waiting' and l.next_at > now()) as behind,
                                   greatest(o.created_at, case when l.next_at <= now() then l.next_at end) as since
                              from outbox o join lanes l on l.id = o.lane_id and l.brand_id = o.brand_id
                             where o.state = 'pending' and not (l.state = 'waiting' and l.gathering and l.next_at > now())) as o
                     group by channel) as d) as due,
           (select coalesce(jsonb_agg(jsonb_build_object('reason', reason, 'count', count) order by count desc, reason), '[]')
              from (select split_part(coalesce(dead_reason, 'unknown'), ':', 1) as reason, count(*) from outbox where state = 'dead'
                     group by 1 order by 2 desc limit 50) as d) as dead`.execute(deed.trx);
  const [found] = rows;
  if (found === undefined) throw new Error('a select without a table answers one row');
  return found;
}
