// Who hears of a ticket: its customer, and the partners whose endpoints are open for it.
import { type RawBuilder, sql } from 'kysely';
import { openWaysSql } from '#contacts/columns.ts';
import type { Way } from '#contacts/contact.ts';

/** Read together with the ticket, so that telling costs no round trip of its own. */
export interface Recipients {
  contactId: string;
  /** The ways to the customer that have an address: true where it is open, false where the customer or the stop list has closed it. */
  ways: Partial<Record<Way, boolean>>;
  endpoints: { id: string; events: string[] }[];
}

/** What decides which endpoints hear of a ticket; expressions or values. */
interface Belonging {
  brandId: unknown;
  centerId: unknown;
  openedBy: unknown;
}

/** The open endpoints that have answered their challenge, as one JSON column: a brand's hear of every ticket, a center's and a courier's of their own. */
export const endpointsSql = ({ brandId, centerId, openedBy }: Belonging): RawBuilder<Recipients['endpoints']> => sql`(
    select coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'events', e.events) order by e.id), '[]') from webhook_endpoints e
     where e.brand_id = ${brandId} and e.disabled_at is null and e.verified_at is not null
       and (e.owner_kind = 'brand' or (e.owner_kind = 'center' and e.center_id = ${centerId})
            or (e.owner_kind = 'courier' and e.owner_key_id = ${openedBy})))`;

/** A column expression over `tickets t`. */
export const recipientsSql: RawBuilder<Recipients> = sql<Recipients>`jsonb_build_object(
  'contactId', t.contact_id,
  'ways', (select ${openWaysSql} from contacts k where k.brand_id = t.brand_id and k.id = t.contact_id),
  'endpoints', ${endpointsSql({ brandId: sql.ref('t.brand_id'), centerId: sql.ref('t.center_id'), openedBy: sql.ref('t.opened_by') })})`;
