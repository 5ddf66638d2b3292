// The SQL of taking messages back that told what was not so.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';

/** A message that told of a status which the ticket should not have had. */
export interface WrongRow {
  id: number;
  recipient: string;
  channel: string;
  message: string;
  /** Somebody may have read it: it was sent, or is being sent, or its worker died over it, by itself or within another. */
  out: boolean;
  sentAt: Date | null;
  /** Of a correction that is itself not out yet: when the message went out that it corrects. */
  corrects: Date | null;
}

/**
 * Everything the customer was to be told since the ticket came into the status it has now. Locks the customer's lanes: no worker
 * begins a try before this transaction is over. `waiting`: the messages that speak of a status without a step.
 */
export async function wrongRows(deed: Deed, ticketId: string, waiting: readonly string[]): Promise<WrongRow[]> {
  const { brandId, trx } = deed;
  await sql`
    select from lanes where brand_id = ${brandId} and subject = ${ticketId} and recipient ~ '^(contact|phone):'
     order by subject, recipient for update`.execute(trx);
  const { rows } = await sql<WrongRow>`
    with entered as (
      select e.seq, e.occurred_at from ticket_events e join tickets t on t.brand_id = e.brand_id and t.id = e.ticket_id
       where e.brand_id = ${brandId} and e.ticket_id = ${ticketId} and e.to_status = t.status and e.from_status is distinct from e.to_status
       order by e.seq desc limit 1
    )
    select o.id, o.recipient, o.channel, o.message, coalesce(c.finished_at, o.finished_at) as "sentAt",
           o.state = 'sent' or c.state = 'sent' or exists (
             select from delivery_attempts a
              where a.brand_id = o.brand_id and a.outbox_id = coalesce(o.carried_by, o.id) and a.finished_at is null) as out,
           case when o.message = 'recalled' then (o.facts -> 'recalled' ->> 'sentAt')::timestamptz end as corrects
      from outbox o
      -- The step itself may have told nothing, so what speaks of no step is known by its time.
      join entered on coalesce(o.event_seq >= entered.seq, o.created_at >= entered.occurred_at)
      left join outbox c on c.brand_id = o.brand_id and c.id = o.carried_by
     where o.brand_id = ${brandId} and o.subject = ${ticketId} and o.recipient ~ '^(contact|phone):'
       and (o.event_seq is not null or o.message = any(${waiting}::text[]))
       and (o.state in ('pending', 'sent') or o.carried_by is not null)
     order by o.id`.execute(trx);
  return rows;
}

/**
 * Ends what is not sent yet, by itself or within another: that one says it no more, nor leaves it due where it ends unsent. What such a row carried of
 * before is due by itself again.
 */
export async function withdraw(deed: Deed, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    with gone as (
      update outbox set state = 'skipped', dead_reason = 'withdrawn: corrected', finished_at = ${deed.now}
       where brand_id = ${deed.brandId} and id = any(${ids}::bigint[]) and state = 'pending' returning id, lane_id
    ), freed as (
      update outbox o set state = 'pending', dead_reason = null, finished_at = null, carried_by = null
        from gone where o.brand_id = ${deed.brandId} and o.carried_by = gone.id and o.state = 'skipped' and not (o.id = any(${ids}::bigint[]))
      returning o.lane_id
    ), unsaid as (
      update outbox o set dead_reason = 'withdrawn: corrected' from outbox c
       where o.brand_id = ${deed.brandId} and o.id = any(${ids}::bigint[]) and o.state = 'skipped'
         and c.brand_id = o.brand_id and c.id = o.carried_by and c.state = 'pending'
    )
    update lanes l set tail = nextval('outbox_id_seq'), state = case l.state when 'idle' then 'ready' else l.state end
     where l.brand_id = ${deed.brandId} and l.id in (select lane_id from freed)`.execute(deed.trx);
}
