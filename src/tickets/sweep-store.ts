// The SQL of what falls due by itself: tickets of all brands whose day has come.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { BATCH, type Found } from './due.ts';

/** Delivered before `before` and not on hold, longest ago first. */
export async function deliveredBefore(deed: Deed, before: Date): Promise<Found[]> {
  const { rows } = await sql<Found>`
    select brand_id as "brandId", id as "ticketId" from tickets
     where status = 'delivered' and updated_at < ${before} and hold_reason is null order by updated_at limit ${BATCH}`.execute(deed.trx);
  return rows;
}

/**
 * Delivered longer ago than the policy of their center lets the customer dispute it, and not on hold; longest ago first. One look into
 * an index per center: who waits longer than others stands in nobody's way.
 */
export async function undisputed(deed: Deed, houseDays: number): Promise<Found[]> {
  const { rows } = await sql<Found>`
    select t.brand_id as "brandId", t.id as "ticketId"
      from service_centers s
      left join lateral (
        -- As houseSql reads it: the center's own latest policy, else the brand's.
        (select body ->> 'disputeDays' as days, 1 as turn from policies where brand_id = s.brand_id and center_id = s.id order by version desc limit 1)
        union all
        (select body ->> 'disputeDays', 2 from policies where brand_id = s.brand_id and center_id = '*' order by version desc limit 1)
        order by turn limit 1
      ) as said on true
      cross join lateral (
        select t.brand_id, t.id, t.updated_at from tickets t
         where t.brand_id = s.brand_id and t.center_id = s.id and t.status = 'delivered' and t.hold_reason is null
           and t.updated_at < ${deed.now}::timestamptz - coalesce(said.days::integer, ${houseDays}::integer) * interval '24 hours'
         order by t.updated_at limit ${BATCH}) as t
     order by t.updated_at limit ${BATCH}`.execute(deed.trx);
  return rows;
}

/** Whose promised day of the next word has come. */
export async function wordDue(deed: Deed): Promise<Found[]> {
  const { rows } = await sql<Found>`
    select brand_id as "brandId", id as "ticketId" from tickets
     where next_update_by <= ${deed.now} order by next_update_by limit ${BATCH}`.execute(deed.trx);
  return rows;
}

/** Promises the next word for another day. Not a step of the ticket: version and history stay. */
export async function promiseWord(deed: Deed, ticketId: string, by: Date | null): Promise<void> {
  await sql`update tickets set next_update_by = ${by} where brand_id = ${deed.brandId} and id = ${ticketId}`.execute(deed.trx);
}
