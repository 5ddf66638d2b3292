// Who hears of a ticket: its customer, and the partners whose endpoints are open for it.
import { type RawBuilder, sql } from 'kysely';

/** Read together with the ticket, so that telling costs no round trip of its own. */
export interface Recipients {
  contactId: string;
  /** Whether there is an address to mail to. */
  email: boolean;
  endpoints: { id: string; events: string[] }[];
}

/** A column expression over `tickets t`: brand endpoints hear of every ticket, the others of their own. */
export const recipientsSql: RawBuilder<Recipients> = sql<Recipients>`jsonb_build_object(
  'contactId', t.contact_id,
  'email', (select k.email is not null from contacts k where k.brand_id = t.brand_id and k.id = t.contact_id),
  'endpoints', (
    select coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'events', e.events) order by e.id), '[]') from webhook_endpoints e
     where e.brand_id = t.brand_id and e.disabled_at is null
       and (e.owner_kind = 'brand' or (e.owner_kind = 'center' and e.center_id = t.center_id)
            or (e.owner_kind = 'courier' and e.owner_key_id = t.opened_by))))`;
