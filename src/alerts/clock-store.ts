// The SQL of clocks that ring: one statement per batch, over rows that are due and no others.
import { type RawBuilder, sql } from 'kysely';
import type { Deed } from '#access/deed.ts';

/** What a batch came to. */
export interface Rung {
  /** Clocks that were looked at. */
  rung: number;
  raised: number;
}

/**
 * Marks what is breached, sets the next alarm (a promise first warns, then is due) and raises the alerts, for as many clocks as there
 * are ids. Only what was due before `settled` rings, and a clock that a step is writing at this moment is left for the next sweep.
 * Nothing waits for a lock here, so nothing can deadlock, and a row is read again once it is locked: one that was stopped meanwhile
 * has no alarm. Who has the ticket is alarmed: what was missed before it went on to another center stays the first one's on its
 * scorecard, which can do nothing about it any more. Of clocks that wait for the customer only the breach is kept; their ladders speak for themselves. Times are kept as
 * JSON writes them, with an offset: to_char would take a seventh of the sweep, and whoever reads an alert writes them out.
 */
export const ringClocksSql = (now: Date, settled: Date, alertIds: readonly string[]): RawBuilder<Rung> => sql<Rung>`
  with ringing as materialized (
    select ctid as row from clocks
     where alarm_at <= ${settled}::timestamptz
     order by alarm_at limit ${alertIds.length} for update skip locked
  ), rung as (
    update clocks c
       set breached_at = case when c.due_at <= ${now}::timestamptz then coalesce(c.breached_at, c.due_at) else c.breached_at end,
           alarm_at = case when c.due_at > ${now}::timestamptz then c.due_at end
      from ringing
     where c.ctid = ringing.row
    returning c.brand_id, c.ticket_id, c.name, c.run, c.due_at,
              case when c.name = 'promise' and c.due_at > ${now}::timestamptz then 'promise_at_risk'
                   when c.due_at > ${now}::timestamptz then null
                   when c.name = 'promise' then 'promise_missed'
                   when c.name like 'cn%' then 'legal_clock'
                   when c.name in ('acknowledge', 'diagnosis', 'repair', 'parts') then 'clock_breached' end as kind
  ), alarming as (
    select rung.*, row_number() over () as n from rung where kind is not null
  ), raised as (
    insert into alerts (brand_id, id, ticket_id, center_id, kind, data, raised_at)
    select brand_id, fresh.id, ticket_id,
           (select t.center_id from tickets t where t.brand_id = alarming.brand_id and t.id = alarming.ticket_id), kind,
           jsonb_build_object('clock', name, 'run', run, 'dueAt', due_at),
           ${now}::timestamptz
      from alarming join unnest(${alertIds}::text[]) with ordinality as fresh (id, n) using (n)
    returning 1
  )
  select (select count(*)::integer from rung) as rung, (select count(*)::integer from raised) as raised`;

/**
 * Behind row-level security the planner takes few rows to be due and would sort them all for each batch: it is told to read the
 * alarms in the order of their index, and to stop at the limit.
 */
export const inIndexOrderSql: RawBuilder<unknown> = sql`
  select set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'off', true)`;

/** Rings one batch, of clocks of all brands. */
export async function ringBatch(deed: Deed, settled: Date, alertIds: readonly string[]): Promise<Rung> {
  await inIndexOrderSql.execute(deed.trx);
  const { rows } = await ringClocksSql(deed.now, settled, alertIds).execute(deed.trx);
  return rows[0] ?? { rung: 0, raised: 0 };
}

/**
 * Raises `stuck` for as many tickets of all brands as there are ids, and says when each is due again; answers for how many. A ticket that
 * a step is moving at this moment is left for the next sweep.
 */
export async function raiseStuckBatch(deed: Deed, alertIds: readonly string[]): Promise<number> {
  await inIndexOrderSql.execute(deed.trx);
  const { rows } = await sql<{ raised: number }>`
    with due as materialized (
      select ctid as row from tickets
       where stuck_at is not null and greatest(stuck_at, stuck_again_at) <= ${deed.now}::timestamptz
       order by greatest(stuck_at, stuck_again_at) limit ${alertIds.length} for update skip locked
    ), stuck as (
      update tickets t set stuck_again_at = ${deed.now}::timestamptz + interval '1 day'
        from due where t.ctid = due.row
      returning t.brand_id, t.id, t.center_id, t.stuck_at
    ), raised as (
      insert into alerts (brand_id, id, ticket_id, center_id, kind, data, raised_at)
      select brand_id, fresh.id, stuck.id, center_id, 'stuck',
             jsonb_build_object('stuckAt', to_char(stuck_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), ${deed.now}::timestamptz
        from (select *, row_number() over () as n from stuck) as stuck
        join unnest(${alertIds}::text[]) with ordinality as fresh (id, n) using (n)
      returning 1
    )
    select count(*)::integer as raised from raised`.execute(deed.trx);
  return rows[0]?.raised ?? 0;
}
