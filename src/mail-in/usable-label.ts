// Which labels a customer can still send the device in with; one place, because the link names them and the printer makes them.
import { type RawBuilder, sql } from 'kysely';

/** A condition on `shipments s` of `tickets t`: nobody has collected or voided it, its time is not over, and the device is still awaited. */
export const usableLabel = (now: Date): RawBuilder<unknown> => sql`
  (s.direction = 'inbound' and s.status = 'label_created' and (s.label_expires_at is null or s.label_expires_at > ${now})
   and t.status in ('created', 'awaiting_device'))`;
