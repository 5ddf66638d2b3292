// All SQL of scans: what is new is kept, what belongs to no parcel is parked, and nothing is ever changed but its shipment.
import { type RawBuilder, sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { newId } from '#platform/id.ts';
import { byWaybill, type ShipmentRow, columns as shipmentColumns } from './store.ts';
import type { Scan } from './tracking.ts';
import { countedAt, type SeenScan } from './travelers.ts';
import { holderOf } from './waybills-store.ts';

/** A scan as it is stored. */
export interface TrackingEventRow extends Scan {
  id: string;
  shipmentId: string | null;
  carrier: string;
  waybill: string;
  receivedAt: Date;
}

interface Parcel {
  carrier: string;
  waybill: string;
  payloadHash: Buffer;
}

/** Inserts scans and answers the keys of those that are new: the carrier, the waybill and the key of a scan make it one. */
function inserting(deed: Deed, parcel: Parcel, shipmentId: RawBuilder<unknown>, scans: readonly Scan[]): RawBuilder<{ eventKey: string }> {
  const rows = scans.map((scan) => ({ ...scan, id: newId('event', deed.now.getTime()) }));
  return sql`
    insert into tracking_events (brand_id, id, carrier, waybill, event_key, shipment_id, status, code_raw, detail, location,
                                 occurred_at, occurred_local, received_at, payload_hash, continues_as)
    select ${deed.brandId}, r.id, ${parcel.carrier}, ${parcel.waybill}, r."eventKey", ${shipmentId}, r.status, r."codeRaw",
           r.detail, r.location, r."occurredAt", r."occurredLocal", ${deed.now}, ${parcel.payloadHash},
           r."continuesAs"
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(
        id text, "eventKey" text, status text, "codeRaw" text, detail text, location text, "occurredAt" timestamptz,
        "occurredLocal" text, "continuesAs" text)
    on conflict on constraint tracking_events_event_key do nothing
    returning event_key as "eventKey"`;
}

/** Keeps a scan of a parcel of ours that nobody else can report. */
export async function keep(deed: Deed, parcel: Parcel & { shipmentId: string }, scan: Scan): Promise<void> {
  await inserting(deed, parcel, sql`${parcel.shipmentId}`, [scan]).execute(deed.trx);
}

/** The shipment of a waybill whose lock is held, undefined where none has it; and the scans that are new, which it keeps. */
export async function keepFor(
  deed: Deed,
  parcel: Parcel,
  scans: readonly Scan[],
): Promise<{ shipment: ShipmentRow | undefined; kept: readonly Scan[] }> {
  if (scans.length === 0) return { shipment: await byWaybill(deed, parcel.carrier, parcel.waybill), kept: [] };
  const { rows } = await sql<ShipmentRow & { fresh: string[] }>`
    with parcel as (
      select ${shipmentColumns} from shipments s
       where s.brand_id = ${deed.brandId} and s.id = ${holderOf(deed, parcel.carrier, parcel.waybill)}
    ), kept as (${inserting(deed, parcel, sql`(select id from parcel)`, scans)})
    select parcel.*, array(select "eventKey" from kept) as fresh from (select) as one left join parcel on true`.execute(deed.trx);
  const [{ fresh, ...row } = { fresh: [] as string[], id: null }] = rows;
  const isNew = new Set(fresh);
  return { shipment: row.id === null ? undefined : (row as ShipmentRow), kept: scans.filter(({ eventKey }) => isNew.has(eventKey)) };
}

/** Gives parked scans of a waybill to its shipment. */
export async function adopt(deed: Deed, shipment: Pick<ShipmentRow, 'id' | 'carrier' | 'waybill'>): Promise<number> {
  const { numAffectedRows } = await sql`
    update tracking_events set shipment_id = ${shipment.id}
    where brand_id = ${deed.brandId} and carrier = ${shipment.carrier} and waybill = ${shipment.waybill} and shipment_id is null`.execute(deed.trx);
  return Number(numAffectedRows ?? 0n);
}

/** All scans of a parcel, as far as its state depends on them. */
export async function scansOf(deed: Deed, shipmentId: string): Promise<SeenScan[]> {
  const { rows } = await sql<SeenScan>`
    select e.event_key as "eventKey", e.status, e.code_raw as "codeRaw", ${countedAt} as "occurredAt" from tracking_events e
    where e.brand_id = ${deed.brandId} and e.shipment_id = ${shipmentId}`.execute(deed.trx);
  return rows;
}

const columns = sql`
  e.id, e.shipment_id as "shipmentId", e.carrier, e.waybill, e.event_key as "eventKey", e.status, e.code_raw as "codeRaw", e.detail,
  e.location, e.occurred_at as "occurredAt", e.occurred_local as "occurredLocal", e.received_at as "receivedAt",
  e.continues_as as "continuesAs"`;

/** Scans of a parcel, newest first. */
export async function eventsOf(
  deed: Deed,
  shipmentId: string,
  after: { occurredAt: Date; id: string } | null,
  limit: number,
): Promise<TrackingEventRow[]> {
  const from = after === null ? sql`` : sql`and (e.occurred_at, e.id) < (${after.occurredAt}, ${after.id})`;
  const { rows } = await sql<TrackingEventRow>`
    select ${columns} from tracking_events e
    where e.brand_id = ${deed.brandId} and e.shipment_id = ${shipmentId} ${from}
    order by e.occurred_at desc, e.id desc limit ${limit}`.execute(deed.trx);
  return rows;
}

/** One scan by what makes it one. */
export async function eventByKey(deed: Deed, carrier: string, waybill: string, eventKey: string): Promise<TrackingEventRow | undefined> {
  const { rows } = await sql<TrackingEventRow>`
    select ${columns} from tracking_events e
    where e.brand_id = ${deed.brandId} and e.carrier = ${carrier} and e.waybill = ${waybill} and e.event_key = ${eventKey}`.execute(deed.trx);
  return rows[0];
}

/** How parked scans are looked for. */
export interface ParkedFilter {
  waybill?: string | undefined;
  carrier?: string | undefined;
  status?: string | undefined;
  occurredSince?: Date | undefined;
}

/** Parked scans, in the order of their waybills. */
export async function parked(
  deed: Deed,
  { waybill, carrier, status, occurredSince }: ParkedFilter,
  after: { waybill: string; id: string } | null,
  limit: number,
): Promise<TrackingEventRow[]> {
  const from = after === null ? sql`` : sql`and (e.waybill, e.id) > (${after.waybill}, ${after.id})`;
  const { rows } = await sql<TrackingEventRow>`
    select ${columns} from tracking_events e
    where e.brand_id = ${deed.brandId} and e.shipment_id is null
      ${waybill === undefined ? sql`` : sql`and e.waybill = ${waybill}`}
      ${carrier === undefined ? sql`` : sql`and e.carrier = ${carrier}`}
      ${status === undefined ? sql`` : sql`and e.status = ${status}`}
      ${occurredSince === undefined ? sql`` : sql`and e.occurred_at >= ${occurredSince}`} ${from}
    order by e.waybill, e.id limit ${limit}`.execute(deed.trx);
  return rows;
}
