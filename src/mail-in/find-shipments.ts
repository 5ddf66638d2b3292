// Reads parcels and their scans.
import type { Deed } from '#access/deed.ts';
import { type Page, page, readCursor } from '#platform/http/page.ts';
import { Problem } from '#problems.ts';
import * as scansStore from './scans-store.ts';
import type { ShipmentView } from './shipment.ts';
import * as store from './store.ts';
import type { TrackingEventView } from './tracking.ts';
import { shipmentView, trackingEventView } from './view.ts';

/** Every parcel of a ticket, oldest first. Problem: not_found. */
export async function shipmentsOf(deed: Deed, ticketId: string): Promise<ShipmentView[]> {
  const rows = await store.ofTicket(deed, ticketId, 100);
  if (rows === undefined) throw new Problem('not_found', 'There is no such ticket for your key. Check the id.');
  return rows.map((row) => shipmentView(row, deed));
}

/** The parcel's row, or not_found where it is not there for this actor. */
export async function shipmentRow(deed: Deed, shipmentId: string): Promise<store.ShipmentRow> {
  const row = await store.byId(deed, shipmentId);
  if (row === undefined) throw new Problem('not_found', 'There is no such shipment for your key. Check the id.');
  return row;
}

/** One parcel. Problem: not_found. */
export async function readShipment(deed: Deed, shipmentId: string): Promise<ShipmentView> {
  return shipmentView(await shipmentRow(deed, shipmentId), deed);
}

interface PageQuery {
  limit: number;
  cursor?: string | undefined;
}

/** The scans of a parcel, newest first. Problems: not_found, cursor_invalid. */
export async function readTrackingEvents(deed: Deed, shipmentId: string, query: PageQuery): Promise<Page<TrackingEventView>> {
  await shipmentRow(deed, shipmentId);
  const scope = { list: 'tracking-events:-occurredAt', brandId: deed.brandId, filter: { shipmentId } };
  const after = readCursor(deed.seal, scope, query.cursor);
  const from = after === null ? null : { occurredAt: new Date(String(after[0])), id: String(after[1]) };
  const rows = await scansStore.eventsOf(deed, shipmentId, from, query.limit + 1);
  return page(deed.seal, scope, rows, query.limit, (row) => [row.occurredAt.toISOString(), row.id], trackingEventView);
}

/** How parked scans are searched. */
interface ParkedQuery extends PageQuery {
  waybill?: string | undefined;
  carrier?: string | undefined;
  status?: string | undefined;
  occurredSince?: string | undefined;
}

/** Scans whose waybill belongs to no shipment, by waybill. Problem: cursor_invalid. */
export async function findParkedEvents(deed: Deed, { limit, cursor, occurredSince, ...filter }: ParkedQuery): Promise<Page<TrackingEventView>> {
  const { waybill, carrier, status } = filter;
  const scope = { list: 'tracking-events:parked', brandId: deed.brandId, filter: { waybill, carrier, status, occurredSince } };
  const after = readCursor(deed.seal, scope, cursor);
  const from = after === null ? null : { waybill: String(after[0]), id: String(after[1]) };
  const since = occurredSince === undefined ? undefined : new Date(occurredSince);
  const rows = await scansStore.parked(deed, { waybill, carrier, status, occurredSince: since }, from, limit + 1);
  return page(deed.seal, scope, rows, limit, (row) => [row.waybill, row.id], trackingEventView);
}
