// The SQL of ladders: whose alarm has rung, what it is about, and when to look again. Alarms of all brands are found by their indexes.
import { type RawBuilder, sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import type { MessageName } from '#notifications/event.ts';
import { BATCH, type Found } from './due.ts';
import type { HoldReason } from './holds.ts';

const found = async (deed: Deed, query: RawBuilder<Found>): Promise<Found[]> => (await query.execute(deed.trx)).rows;

/** Quotes whose ladder is due. */
export const quotesDue = (deed: Deed): Promise<Found[]> =>
  found(deed, sql`select brand_id as "brandId", ticket_id as "ticketId" from quotes where alarm_at <= ${deed.now} order by alarm_at limit ${BATCH}`);

/** Holds that run out soon, or have. */
export const holdsDue = (deed: Deed): Promise<Found[]> =>
  found(deed, sql`select brand_id as "brandId", ticket_id as "ticketId" from holds where alarm_at <= ${deed.now} order by alarm_at limit ${BATCH}`);

/** Tickets in this status whose ladder is due. */
export const ticketsDue = (deed: Deed, status: 'awaiting_device' | 'ready'): Promise<Found[]> =>
  found(
    deed,
    sql`
      select brand_id as "brandId", id as "ticketId" from tickets
       where alarm_at <= ${deed.now} and status = ${status} order by alarm_at limit ${BATCH}`,
  );

/** Waits for the ticket's lock. What is read afterwards is read as it is then: a statement that waits itself sees the rest as it was. */
export async function holdFast(deed: Deed, ticketId: string): Promise<void> {
  await sql`select from tickets where brand_id = ${deed.brandId} and id = ${ticketId} for update`.execute(deed.trx);
}

/** A quote that awaits its answer and whose alarm has rung. */
export interface WaitingQuote {
  id: string;
  sentAt: Date;
  validUntil: Date;
  reminders: number;
}

/** The quote of this ticket that is due, if it still is. */
export async function waitingQuote(deed: Deed, ticketId: string): Promise<WaitingQuote | undefined> {
  const { rows } = await sql<WaitingQuote>`
    select id, sent_at as "sentAt", valid_until as "validUntil", reminders from quotes
     where brand_id = ${deed.brandId} and ticket_id = ${ticketId} and status = 'sent' and alarm_at <= ${deed.now}`.execute(deed.trx);
  return rows[0];
}

/** Counts what was sent and sets the next alarm. */
export async function quoteReminded(deed: Deed, quoteId: string, reminders: number, alarmAt: Date | null): Promise<void> {
  await sql`
    update quotes set reminders = ${reminders}, alarm_at = ${alarmAt}
     where brand_id = ${deed.brandId} and id = ${quoteId} and status = 'sent'`.execute(deed.trx);
}

/** Since when the device is awaited, if the ticket's alarm has rung and it still is. */
export async function awaitedSince(deed: Deed, ticketId: string): Promise<Date | undefined> {
  const { rows } = await sql<{ since: Date }>`
    select coalesce((select max(e.occurred_at) from ticket_events e where e.brand_id = t.brand_id and e.ticket_id = t.id
                        and e.to_status = t.status and e.from_status is distinct from e.to_status), t.created_at) as since
      from tickets t
     where t.brand_id = ${deed.brandId} and t.id = ${ticketId} and t.status = 'awaiting_device' and t.alarm_at <= ${deed.now}`.execute(deed.trx);
  return rows[0]?.since;
}

/** Whether the ticket still waits to be picked up, its alarm having rung. */
export async function awaitsPickUp(deed: Deed, ticketId: string): Promise<boolean> {
  const { rows } = await sql`
    select from tickets where brand_id = ${deed.brandId} and id = ${ticketId} and status = 'ready' and alarm_at <= ${deed.now}`.execute(deed.trx);
  return rows.length > 0;
}

/** Counts what was sent and sets the ticket's next alarm. Not a step: version and history stay. */
export async function ticketReminded(deed: Deed, ticketId: string, reminders: number, alarmAt: Date | null): Promise<void> {
  await sql`
    update tickets set reminders = ${reminders}, alarm_at = ${alarmAt} where brand_id = ${deed.brandId} and id = ${ticketId}`.execute(deed.trx);
}

/** Enters into the open ledger what the customer was told. */
export async function noticeGiven(deed: Deed, ticketId: string, notice: { at: string; kind: string }): Promise<void> {
  await sql`
    update storage_ledgers set notices = notices || ${JSON.stringify([notice])}::jsonb
     where brand_id = ${deed.brandId} and ticket_id = ${ticketId} and released_at is null`.execute(deed.trx);
}

/** The open hold of this ticket whose alarm has rung, if it still is open. It rings again when it runs out, and then not until it is changed. */
export async function ringHold(deed: Deed, ticketId: string): Promise<{ id: string; reason: HoldReason; resumeBy: Date } | undefined> {
  const { rows } = await sql<{ id: string; reason: HoldReason; resumeBy: Date }>`
    update holds set alarm_at = case when resume_by > ${deed.now}::timestamptz then resume_by end
     where brand_id = ${deed.brandId} and ticket_id = ${ticketId} and closed_at is null and alarm_at <= ${deed.now}
    returning id, reason, resume_by as "resumeBy"`.execute(deed.trx);
  return rows[0];
}

/** Whether this was due to the customer since then. */
export async function toldSince(deed: Deed, ticketId: string, message: MessageName, since: Date): Promise<boolean> {
  const { rows } = await sql`
    select from outbox where brand_id = ${deed.brandId} and subject = ${ticketId} and message = ${message} and created_at > ${since} limit 1`.execute(
    deed.trx,
  );
  return rows.length > 0;
}

type PutOff = (deed: Deed, ticketId: string, until: Date) => Promise<void>;

const puttingOff =
  (table: 'quotes' | 'holds' | 'tickets'): PutOff =>
  async (deed, ticketId, until) => {
    const ofTicket = sql.ref(table === 'tickets' ? 'id' : 'ticket_id');
    await sql`
      update ${sql.table(table)} set alarm_at = ${until}
       where brand_id = ${deed.brandId} and ${ofTicket} = ${ticketId} and alarm_at <= ${deed.now}`.execute(deed.trx);
  };

/** Alarms that could not be dealt with ring again then. */
export const putOffQuotes = puttingOff('quotes');
export const putOffHolds = puttingOff('holds');
export const putOffTickets = puttingOff('tickets');
