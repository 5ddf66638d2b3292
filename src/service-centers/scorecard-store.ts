// All SQL of scorecards: one statement per question, over the tickets of one center that moved since the first day.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { REPEAT_DAYS, type Scorecard } from './scorecard.ts';

/** Which center, and from when to before when. */
export interface Stretch {
  centerId: string;
  from: Date;
  before: Date;
}

/** A promise ends with its clock: when the device is ready to fetch, or has left. */
export async function promiseScore(deed: Deed, { centerId, from, before }: Stretch): Promise<Scorecard['promises']> {
  const { rows } = await sql<Scorecard['promises']>`
    with finished as (
      select t.id, max(k.stopped_at) as at
        from tickets t
        join clocks k on k.brand_id = t.brand_id and k.ticket_id = t.id and k.name = 'promise'
       where t.brand_id = ${deed.brandId} and t.center_id = ${centerId} and t.updated_at >= ${from}
       group by t.id
      having bool_and(k.stopped_at is not null) and max(k.stopped_at) >= ${from} and max(k.stopped_at) < ${before}
    ), promised as (
      select f.id, f.at, count(*) as made, (array_agg(p.promised_at order by p.n))[1] as first, (array_agg(p.promised_at order by p.n desc))[1] as last
        from finished f
        join promises p on p.brand_id = ${deed.brandId} and p.ticket_id = f.id and p.made_at <= f.at
       group by f.id, f.at
    )
    select count(*)::integer as finished,
           count(*) filter (where at <= first)::integer as "keptFirst",
           count(*) filter (where at <= last)::integer as "keptLast",
           count(*) filter (where at > last)::integer as missed,
           round(avg(made - 1), 2)::float8 as "changesMean",
           round((percentile_cont(0.5) within group (order by extract(epoch from at - first)) / 3600)::numeric, 2)::float8 as "slipMedianHours"
      from promised`.execute(deed.trx);
  return rows[0] ?? { finished: 0, keptFirst: 0, keptLast: 0, missed: 0, changesMean: null, slipMedianHours: null };
}

/**
 * By the clock's own center: what a center left undone stays its own when the device goes on to another one. A sweep notes a breach without
 * touching the ticket: open tickets are looked at however long ago they moved, and those that another center has taken in since the first day.
 */
export async function clockScores(deed: Deed, { centerId, from, before }: Stretch): Promise<Scorecard['clocks']> {
  const { rows } = await sql<Scorecard['clocks'][number]>`
    with looked_at as (
      select t.id from tickets t
       where t.brand_id = ${deed.brandId} and t.center_id = ${centerId}
         and (t.updated_at >= ${from} or t.status not in ('closed', 'cancelled', 'disposed'))
      union
      select x.ticket_id from shipments s join shipment_tickets x on x.brand_id = s.brand_id and x.shipment_id = s.id
       where s.brand_id = ${deed.brandId} and s.direction = 'transfer' and s.received_at >= ${from}
    )
    select k.name as clock,
           count(*) filter (where k.stopped_at >= ${from} and k.stopped_at < ${before})::integer as ended,
           count(*) filter (where k.breached_at >= ${from} and k.breached_at < ${before})::integer as breached
      from looked_at
      join clocks k on k.brand_id = ${deed.brandId} and k.ticket_id = looked_at.id
     where k.center_id = ${centerId}
       and ((k.stopped_at >= ${from} and k.stopped_at < ${before}) or (k.breached_at >= ${from} and k.breached_at < ${before}))
     group by k.name
     order by k.name`.execute(deed.trx);
  return rows;
}

/** The redo window opens when a repaired device is delivered. It comes back to whichever center of the brand. */
export async function repeatScore(deed: Deed, { centerId, from, before }: Stretch): Promise<Scorecard['repeats']> {
  const { rows } = await sql<Scorecard['repeats']>`
    with repaired as (
      select t.id, t.device_id, min(k.started_at) as at
        from tickets t
        join clocks k on k.brand_id = t.brand_id and k.ticket_id = t.id and k.name = 'redo'
       where t.brand_id = ${deed.brandId} and t.center_id = ${centerId} and t.updated_at >= ${from}
       group by t.id, t.device_id
      having min(k.started_at) >= ${from} and min(k.started_at) < ${before}
    )
    select count(*)::integer as repaired,
           count(*) filter (where exists (
             select from tickets o
              where o.brand_id = ${deed.brandId} and o.device_id = r.device_id and o.id <> r.id
                and o.created_at > r.at and o.created_at <= r.at + make_interval(days => ${REPEAT_DAYS}::integer)))::integer as repeated
      from repaired r`.execute(deed.trx);
  return rows[0] ?? { repaired: 0, repeated: 0 };
}

/** What customers answered who were asked in these days. */
export async function surveyScore(deed: Deed, { centerId, from, before }: Stretch): Promise<Scorecard['survey']> {
  const { rows } = await sql<Scorecard['survey']>`
    select count(*)::integer as asked, count(score)::integer as answered,
           round(100.0 * (count(*) filter (where score >= 9) - count(*) filter (where score <= 6)) / nullif(count(score), 0), 1)::float8 as nps
      from surveys
     where brand_id = ${deed.brandId} and center_id = ${centerId} and asked_at >= ${from} and asked_at < ${before}`.execute(deed.trx);
  return rows[0] ?? { asked: 0, answered: 0, nps: null };
}
