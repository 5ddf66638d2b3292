// The SQL of watching parcels: whose alarm has rung, and putting it off. Alarms of all brands are found by their index.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { BATCH, type Found } from '#tickets/due.ts';

/** Tickets with a parcel that is due. */
export async function bondsDue(deed: Deed): Promise<Found[]> {
  const { rows } = await sql<Found>`
    select brand_id as "brandId", ticket_id as "ticketId" from shipment_tickets where alarm_at <= ${deed.now}
     order by alarm_at limit ${BATCH}`.execute(deed.trx);
  return rows;
}

/** Those that could not be dealt with ring again then. */
export async function putOffBonds(deed: Deed, ticketId: string, until: Date): Promise<void> {
  await sql`
    update shipment_tickets set alarm_at = ${until}
     where brand_id = ${deed.brandId} and ticket_id = ${ticketId} and alarm_at <= ${deed.now}`.execute(deed.trx);
}

/** The day by which a parcel at the door is opened, put off. */
export async function writeOpenBy(deed: Deed, shipmentId: string, openBy: Date): Promise<void> {
  await sql`
    update shipments set open_by = ${openBy}, updated_at = ${deed.now} where brand_id = ${deed.brandId} and id = ${shipmentId}`.execute(deed.trx);
}
