// All SQL of parcels and their scans. Locks are taken in one order everywhere: waybill, ticket, shipment.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { visibleTo } from '#access/visible-tickets.ts';
import { newId } from '#platform/id.ts';
import type { ReturnMethod, Status } from '#tickets/status.ts';
import type { ShipmentView } from './shipment.ts';
import type { ParcelStatus, Scan, Watch } from './tracking.ts';
import type { ParcelState } from './tracking-rules.ts';

/** A parcel as it is stored; the declared value in minor units. */
export interface ShipmentRow {
  id: string;
  ticketId: string;
  direction: ShipmentView['direction'];
  carrier: string;
  waybill: string;
  status: ParcelStatus;
  statusRaw: string | null;
  statusAt: Date | null;
  labelUrl: string | null;
  labelExpiresAt: Date | null;
  pickupFrom: Date | null;
  pickupTo: Date | null;
  payer: ShipmentView['payer'];
  declaredValue: number | null;
  declaredCurrency: string | null;
  eta: Date | null;
  deliveredAt: Date | null;
  watch: Watch | null;
  openBy: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** What a parcel needs to know of its ticket. */
export interface TicketOfParcel {
  id: string;
  code: string;
  status: Status;
  version: number;
  returnMethod: ReturnMethod;
}

/** A scan as it is stored. */
export interface TrackingEventRow extends Scan {
  id: string;
  shipmentId: string | null;
  carrier: string;
  waybill: string;
  receivedAt: Date;
}

const columns = sql`
  s.id, s.ticket_id as "ticketId", s.direction, s.carrier, s.waybill, s.status, s.status_raw as "statusRaw", s.status_at as "statusAt",
  s.label_url as "labelUrl", s.label_expires_at as "labelExpiresAt", s.pickup_from as "pickupFrom", s.pickup_to as "pickupTo", s.payer,
  s.declared_value as "declaredValue", s.declared_currency as "declaredCurrency", s.eta, s.delivered_at as "deliveredAt",
  s.watch, s.open_by as "openBy", s.created_at as "createdAt", s.updated_at as "updatedAt"`;

const ticketColumns = sql`t.id, t.code, t.status, t.version, t.return_method as "returnMethod"`;

/**
 * One writer at a time for this waybill, whether or not a shipment has it yet: without it a scan that is parked and a
 * shipment that is created at the same moment would miss each other. Taken before any ticket is locked.
 */
export async function lockWaybill(deed: Deed, carrier: string, waybill: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${deed.brandId}/${carrier}/${waybill}`}, 0))`.execute(deed.trx);
}

/** Locks the ticket where the actor may see it. */
export async function lockTicket(deed: Deed, ticketId: string): Promise<TicketOfParcel | undefined> {
  const { rows } = await sql<TicketOfParcel>`
    select ${ticketColumns} from tickets t
    where t.brand_id = ${deed.brandId} and t.id = ${ticketId} ${visibleTo(deed.actor)} for update`.execute(deed.trx);
  return rows[0];
}

/** The shipment of a waybill whose lock is held; its ticket is locked with it. */
export async function byWaybill(
  deed: Deed,
  carrier: string,
  waybill: string,
): Promise<{ shipment: ShipmentRow; ticket: TicketOfParcel } | undefined> {
  const { rows } = await sql<ShipmentRow>`
    select ${columns} from shipments s
    where s.brand_id = ${deed.brandId} and s.carrier = ${carrier} and s.waybill = ${waybill}`.execute(deed.trx);
  const [shipment] = rows;
  if (shipment === undefined) return undefined;
  const { rows: tickets } = await sql<TicketOfParcel>`
    select ${ticketColumns} from tickets t where t.brand_id = ${deed.brandId} and t.id = ${shipment.ticketId} for update`.execute(deed.trx);
  const [ticket] = tickets;
  if (ticket === undefined) throw new Error(`shipment ${shipment.id} has no ticket`);
  return { shipment, ticket };
}

/** One shipment, or undefined where the actor may not see it. */
export async function byId(deed: Deed, shipmentId: string): Promise<ShipmentRow | undefined> {
  const { rows } = await sql<ShipmentRow>`
    select ${columns} from shipments s join tickets t on t.brand_id = s.brand_id and t.id = s.ticket_id
    where s.brand_id = ${deed.brandId} and s.id = ${shipmentId} ${visibleTo(deed.actor)}`.execute(deed.trx);
  return rows[0];
}

/** Every parcel of a ticket, oldest first; undefined where the actor may not see the ticket. */
export async function ofTicket(deed: Deed, ticketId: string, limit: number): Promise<ShipmentRow[] | undefined> {
  const { rows } = await sql<ShipmentRow | { id: null }>`
    select ${columns} from tickets t
    left join shipments s on s.brand_id = t.brand_id and s.ticket_id = t.id
    where t.brand_id = ${deed.brandId} and t.id = ${ticketId} ${visibleTo(deed.actor)}
    order by s.id limit ${limit}`.execute(deed.trx);
  if (rows.length === 0) return undefined;
  return rows.filter((row): row is ShipmentRow => row.id !== null);
}

/** The newest inbound parcel of each of these tickets. */
export async function newestInbound(deed: Deed, ticketIds: readonly string[]): Promise<ShipmentRow[]> {
  if (ticketIds.length === 0) return [];
  const { rows } = await sql<ShipmentRow>`
    select distinct on (s.ticket_id) ${columns} from shipments s
    where s.brand_id = ${deed.brandId} and s.ticket_id = any(${ticketIds}) and s.direction = 'inbound'
    order by s.ticket_id, s.id desc`.execute(deed.trx);
  return rows;
}

/** How many parcels a ticket has. */
export async function countOfTicket(deed: Deed, ticketId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from shipments where brand_id = ${deed.brandId} and ticket_id = ${ticketId}`.execute(deed.trx);
  return rows[0]?.count ?? 0;
}

/** Inserts the parcel; false where the waybill is taken. */
export async function insert(deed: Deed, row: ShipmentRow): Promise<boolean> {
  const { rows } = await sql`
    insert into shipments (brand_id, id, ticket_id, direction, carrier, waybill, status, label_url, label_expires_at, pickup_from,
                           pickup_to, payer, declared_value, declared_currency, booked_by, created_at, updated_at)
    values (${deed.brandId}, ${row.id}, ${row.ticketId}, ${row.direction}, ${row.carrier}, ${row.waybill}, ${row.status}, ${row.labelUrl},
            ${row.labelExpiresAt}, ${row.pickupFrom}, ${row.pickupTo}, ${row.payer}, ${row.declaredValue}, ${row.declaredCurrency},
            ${deed.actor.id}, ${row.createdAt}, ${row.updatedAt})
    on conflict on constraint shipments_waybill_key do nothing
    returning id`.execute(deed.trx);
  return rows.length === 1;
}

/** Writes where the parcel stands. */
export async function settle(
  deed: Deed,
  shipmentId: string,
  state: ParcelState & { openBy: Date | null; eta: Date | null; watch: Watch | null },
): Promise<void> {
  await sql`
    update shipments set status = ${state.status}, status_raw = ${state.codeRaw}, status_at = ${state.at}, eta = ${state.eta},
           delivered_at = ${state.deliveredAt}, open_by = ${state.openBy}, watch = ${state.watch}, updated_at = ${deed.now},
           heard_at = ${deed.now}, ask_after = null, asked_in_vain = 0
    where brand_id = ${deed.brandId} and id = ${shipmentId}`.execute(deed.trx);
}

/** Notes that the provider is not silent, where nothing else of the parcel is written; every ten minutes is often enough. */
export async function heard(deed: Deed, shipmentId: string, watch: Watch | null): Promise<void> {
  await sql`
    update shipments set heard_at = ${deed.now}, ask_after = null, asked_in_vain = 0, watch = coalesce(${watch}, watch)
    where brand_id = ${deed.brandId} and id = ${shipmentId}
      and (heard_at < ${deed.now}::timestamptz - interval '10 minutes' or watch is distinct from coalesce(${watch}, watch))`.execute(deed.trx);
}

/** Keeps the scans that are new; answers those. The carrier, the waybill and the key of a scan make it one. */
export async function keep(
  deed: Deed,
  parcel: { carrier: string; waybill: string; shipmentId: string | null; payloadHash: Buffer },
  scans: readonly Scan[],
): Promise<Scan[]> {
  if (scans.length === 0) return [];
  const rows = scans.map((scan) => ({ ...scan, id: newId('event', deed.now.getTime()) }));
  const { rows: kept } = await sql<{ eventKey: string }>`
    insert into tracking_events (brand_id, id, carrier, waybill, event_key, shipment_id, status, code_raw, detail, location,
                                 occurred_at, occurred_local, received_at, payload_hash)
    select ${deed.brandId}, r.id, ${parcel.carrier}, ${parcel.waybill}, r."eventKey", ${parcel.shipmentId}, r.status, r."codeRaw",
           r.detail, r.location, r."occurredAt", r."occurredLocal", ${deed.now}, ${parcel.payloadHash}
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(
        id text, "eventKey" text, status text, "codeRaw" text, detail text, location text, "occurredAt" timestamptz,
        "occurredLocal" text)
    on conflict on constraint tracking_events_event_key do nothing
    returning event_key as "eventKey"`.execute(deed.trx);
  const fresh = new Set(kept.map(({ eventKey }) => eventKey));
  return scans.filter(({ eventKey }) => fresh.has(eventKey));
}

/** Gives parked scans of a waybill to its shipment. */
export async function adopt(deed: Deed, shipment: Pick<ShipmentRow, 'id' | 'carrier' | 'waybill'>): Promise<number> {
  const { numAffectedRows } = await sql`
    update tracking_events set shipment_id = ${shipment.id}
    where brand_id = ${deed.brandId} and carrier = ${shipment.carrier} and waybill = ${shipment.waybill} and shipment_id is null`.execute(deed.trx);
  return Number(numAffectedRows ?? 0n);
}

/** All scans of a parcel, as far as its state depends on them. */
export async function scansOf(deed: Deed, shipmentId: string): Promise<Pick<Scan, 'eventKey' | 'status' | 'codeRaw' | 'occurredAt'>[]> {
  const { rows } = await sql<Pick<Scan, 'eventKey' | 'status' | 'codeRaw' | 'occurredAt'>>`
    select event_key as "eventKey", status, code_raw as "codeRaw", occurred_at as "occurredAt" from tracking_events
    where brand_id = ${deed.brandId} and shipment_id = ${shipmentId}`.execute(deed.trx);
  return rows;
}

const eventColumns = sql`
  e.id, e.shipment_id as "shipmentId", e.carrier, e.waybill, e.event_key as "eventKey", e.status, e.code_raw as "codeRaw", e.detail,
  e.location, e.occurred_at as "occurredAt", e.occurred_local as "occurredLocal", e.received_at as "receivedAt"`;

/** Scans of a parcel, newest first. */
export async function eventsOf(
  deed: Deed,
  shipmentId: string,
  after: { occurredAt: Date; id: string } | null,
  limit: number,
): Promise<TrackingEventRow[]> {
  const from = after === null ? sql`` : sql`and (e.occurred_at, e.id) < (${after.occurredAt}, ${after.id})`;
  const { rows } = await sql<TrackingEventRow>`
    select ${eventColumns} from tracking_events e
    where e.brand_id = ${deed.brandId} and e.shipment_id = ${shipmentId} ${from}
    order by e.occurred_at desc, e.id desc limit ${limit}`.execute(deed.trx);
  return rows;
}

/** One scan by what makes it one. */
export async function eventByKey(deed: Deed, carrier: string, waybill: string, eventKey: string): Promise<TrackingEventRow | undefined> {
  const { rows } = await sql<TrackingEventRow>`
    select ${eventColumns} from tracking_events e
    where e.brand_id = ${deed.brandId} and e.carrier = ${carrier} and e.waybill = ${waybill} and e.event_key = ${eventKey}`.execute(deed.trx);
  return rows[0];
}

/** Parked scans, in the order of their waybills. */
export async function parked(
  deed: Deed,
  filter: { waybill?: string | undefined },
  after: { waybill: string; id: string } | null,
  limit: number,
): Promise<TrackingEventRow[]> {
  const one = filter.waybill === undefined ? sql`` : sql`and e.waybill = ${filter.waybill}`;
  const from = after === null ? sql`` : sql`and (e.waybill, e.id) > (${after.waybill}, ${after.id})`;
  const { rows } = await sql<TrackingEventRow>`
    select ${eventColumns} from tracking_events e
    where e.brand_id = ${deed.brandId} and e.shipment_id is null ${one} ${from}
    order by e.waybill, e.id limit ${limit}`.execute(deed.trx);
  return rows;
}
