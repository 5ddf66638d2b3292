// The SQL of stories: when something of a ticket is due next, and what the story has caused.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';

/** The earliest time at which something of this ticket falls due, if that is before `until`; clocks ring `clocksAfterMs` after their time. */
export async function nextAlarm(deed: Deed, ticketId: string, until: Date, clocksAfterMs: number): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(at) as at from (
      select alarm_at as at from tickets where brand_id = ${deed.brandId} and id = ${ticketId}
      union all select next_update_by from tickets where brand_id = ${deed.brandId} and id = ${ticketId}
      union all select alarm_at from quotes where brand_id = ${deed.brandId} and ticket_id = ${ticketId}
      union all select alarm_at from holds where brand_id = ${deed.brandId} and ticket_id = ${ticketId}
      union all select alarm_at from shipment_tickets where brand_id = ${deed.brandId} and ticket_id = ${ticketId}
      union all select alarm_at + ${clocksAfterMs} * interval '1 millisecond' from clocks where brand_id = ${deed.brandId} and ticket_id = ${ticketId}
    ) due where at <= ${until}`.execute(deed.trx);
  return rows[0]?.at ?? null;
}

/** The brand's first center, and whether the brand is a sandbox. */
export async function placeOf(deed: Deed): Promise<{ sandbox: boolean; centerId: string | null }> {
  const { rows } = await sql<{ sandbox: boolean; centerId: string | null }>`
    select b.sandbox, (select c.id from service_centers c where c.brand_id = b.brand_id order by c.id limit 1) as "centerId"
      from brands b where b.brand_id = ${deed.brandId}`.execute(deed.trx);
  return rows[0] ?? { sandbox: false, centerId: null };
}

interface Happened {
  what: string;
  at: Date;
}

/** What the customer was told, in its order. */
export async function messagesOf(deed: Deed, ticketId: string): Promise<Happened[]> {
  const { rows } = await sql<Happened>`
    select message as what, created_at as at from outbox
     where brand_id = ${deed.brandId} and subject = ${ticketId} and recipient like 'contact:%' order by id limit 200`.execute(deed.trx);
  return rows;
}

/** What the center was alarmed by, in its order. */
export async function alertsOf(deed: Deed, ticketId: string): Promise<Happened[]> {
  const { rows } = await sql<Happened>`
    select kind as what, raised_at as at from alerts where brand_id = ${deed.brandId} and ticket_id = ${ticketId}
     order by raised_at, id limit 200`.execute(deed.trx);
  return rows;
}
