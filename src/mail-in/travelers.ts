// Who travels in a parcel, locked, with all that was scanned of it: two statements in one trip to the server.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { type Recipients, recipientsSql } from '#notifications/recipients.ts';
import { executeAlong } from '#platform/db/tenant-driver.ts';
import { type Bond, bondJson, bondOf, type StoredBond, type TicketOfParcel, ticketColumns } from './store.ts';
import type { Scan } from './tracking.ts';

/** A ticket with its bond to the parcel in hand; and who hears of it, where that was asked for. */
export type Traveler = TicketOfParcel & { bond: Bond; recipients: Recipients | null };

/** A scan as far as the state of its parcel depends on it. */
export type SeenScan = Pick<Scan, 'eventKey' | 'status' | 'codeRaw' | 'occurredAt'>;

/**
 * A column over `tracking_events e`: when a scan counts as having happened. No wall clock is further from UTC than fourteen hours; what lies
 * further ahead of its arrival is a clock gone wrong, and would hold the parcel where it is until that day comes.
 */
export const countedAt = sql<Date>`least(e.occurred_at, e.received_at + interval '14 hours')`;

/** In the order of their ids, as everywhere. */
const lockTickets = (deed: Deed, shipmentId: string): Promise<void> =>
  executeAlong(
    deed.trx,
    sql`
    select from tickets t
     where t.brand_id = ${deed.brandId}
       and t.id in (select x.ticket_id from shipment_tickets x where x.brand_id = ${deed.brandId} and x.shipment_id = ${shipmentId})
     order by t.id for update`,
  );

const travelersJson = (deed: Deed, shipmentId: string, recipients: boolean) => sql`
  select jsonb_agg(to_jsonb(r) order by r.id) from (
    select ${ticketColumns}, ${bondJson} as bond, ${recipients ? recipientsSql : sql`null`} as recipients
      from shipment_tickets x join tickets t on t.brand_id = x.brand_id and t.id = x.ticket_id
     where x.brand_id = ${deed.brandId} and x.shipment_id = ${shipmentId}) r`;

type StoredTraveler = Omit<Traveler, 'bond'> & { bond: StoredBond };

/** Locks the tickets of a parcel and answers them with their bonds, by their ids. What is read is read after the locks are held. */
export async function travelers(deed: Deed, shipmentId: string): Promise<Traveler[]> {
  await lockTickets(deed, shipmentId);
  const { rows } = await sql<{ found: StoredTraveler[] | null }>`
    select (${travelersJson(deed, shipmentId, false)}) as found`.execute(deed.trx);
  return travelersOf(rows[0]?.found);
}

const travelersOf = (found: StoredTraveler[] | null | undefined): Traveler[] => (found ?? []).map((one) => ({ ...one, bond: bondOf(one.bond) }));

/** The same with every scan of the parcel, and with who hears of each ticket where somebody may be told. */
export async function journeyOf(deed: Deed, shipmentId: string, withRecipients: boolean): Promise<{ tickets: Traveler[]; scans: SeenScan[] }> {
  await lockTickets(deed, shipmentId);
  const { rows } = await sql<{ found: StoredTraveler[] | null; scans: (Omit<SeenScan, 'occurredAt'> & { occurredAt: string })[] | null }>`
    select (${travelersJson(deed, shipmentId, withRecipients)}) as found,
           (select jsonb_agg(jsonb_build_object('eventKey', e.event_key, 'status', e.status, 'codeRaw', e.code_raw, 'occurredAt', ${countedAt}))
              from tracking_events e where e.brand_id = ${deed.brandId} and e.shipment_id = ${shipmentId}) as scans`.execute(deed.trx);
  const scans = (rows[0]?.scans ?? []).map((scan) => ({ ...scan, occurredAt: new Date(scan.occurredAt) }));
  return { tickets: travelersOf(rows[0]?.found), scans };
}
