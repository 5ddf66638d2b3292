// The SQL of parcels that can be collected: each is told of once.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';

/** A parcel as a courier needs it to collect it. */
export interface ReadyParcel {
  id: string;
  carrier: string;
  waybill: string;
  pickupFrom: Date | null;
  pickupTo: Date | null;
}

/** Parcels of the ticket on their way home that wait for their courier and were not told yet; told from now on. */
export async function claimReady(deed: Deed, ticketId: string): Promise<ReadyParcel[]> {
  const { rows } = await sql<ReadyParcel>`
    update shipments s set ready_at = ${deed.now}
      from shipment_tickets x
     where x.brand_id = ${deed.brandId} and x.ticket_id = ${ticketId} and s.brand_id = x.brand_id and s.id = x.shipment_id
       and s.direction = 'outbound' and s.status = 'label_created' and s.ready_at is null
    returning s.id, s.carrier, s.waybill, s.pickup_from as "pickupFrom", s.pickup_to as "pickupTo"`.execute(deed.trx);
  return rows;
}
