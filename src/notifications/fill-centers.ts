// Messages to customers from before there was a center beside them (migrations/0027) get it, a few at a time.
import { sql } from 'kysely';
import { inBatches } from '#platform/db/in-batches.ts';
import type { Services } from '#services.ts';

/** Fills them all, once; answers how many. A ticket that is about to move to another center is left for the next time. */
export function fillCenters({ db }: Services, batch = 500): Promise<number> {
  const statement = sql`
    with chosen as materialized (
      select o.brand_id, o.id, coalesce(t.center_id, '') as center_id
        from (select brand_id, id, subject from outbox where center_id is null and recipient not like 'endpoint:%'
               order by brand_id, id limit ${batch} for update skip locked) o
        left join lateral (select center_id from tickets where brand_id = o.brand_id and id = o.subject for share) t on true
    )
    update outbox o set center_id = chosen.center_id from chosen where o.id = chosen.id and o.brand_id = chosen.brand_id`;
  return inBatches(db, batch, statement);
}
