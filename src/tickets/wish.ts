// What a customer who declined wishes for the device, while that is still so: as a rule over what is read of a ticket, and as SQL.
import { type RawBuilder, sql } from 'kysely';
import type { Locale } from '#platform/schema.ts';
import type { Wish } from '#quotes/quote.ts';
import type { Status } from './status.ts';
import type { LockedRow, TicketRow } from './store.ts';

/** In place of the label that says how the device goes back: short enough for a note in WeChat. */
export const unconfirmed: Record<Locale, string> = { 'zh-CN': '待确认处置', en: 'Disposal to confirm' };

/** Whether the device lies there only because its owner, who does not want it back, has not confirmed that yet. */
export const isUnconfirmed = (status: Status, wish: Wish | null | undefined): boolean => status === 'ready' && wish === 'disposal';

/** Null where nothing was declined, and once the device has left us: it was wanted back after all. `past`: absent where it is not read. */
export function wishOf({ status, outcome, quotes, shipments, past }: TicketRow & Partial<Pick<LockedRow, 'past'>>): Wish | null {
  const left = (past?.deliveredAt ?? null) !== null || shipments.some(({ direction }) => direction === 'outbound');
  if (status !== 'ready' || outcome !== 'returned_unrepaired' || left) return null;
  return quotes.findLast((quote) => quote.status !== 'draft')?.wish ?? null;
}

/**
 * The same as a column over `tickets t`, as migrations/0033 has it in the view of the lookup; and after the disposal, so that the history
 * still says what the device was waiting for.
 */
export const wishSql: RawBuilder<Wish | null> = sql`
  case when t.status in ('ready', 'disposed') and t.outcome = 'returned_unrepaired'
        and not exists (select from shipment_tickets x join shipments p on p.brand_id = x.brand_id and p.id = x.shipment_id
                         where x.brand_id = t.brand_id and x.ticket_id = t.id and p.direction = 'outbound')
        and not exists (select from ticket_events e where e.brand_id = t.brand_id and e.ticket_id = t.id
                           and e.to_status = 'delivered' and e.from_status <> 'delivered' and e.action <> 'admin.reopen')
       then (select q.wish from quotes q where q.brand_id = t.brand_id and q.ticket_id = t.id and q.status <> 'draft'
              order by q.version desc limit 1) end`;
