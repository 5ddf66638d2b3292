// Brings a parcel that nobody announced together with its ticket: when it is registered, when the job arrives, or by hand.
import { bySystem, type Deed } from '#access/deed.ts';
import { raiseAlerts } from '#alerts/raise.ts';
import { Problem } from '#problems.ts';
import { addParcel, createShipment } from './create-shipment.ts';
import type { MatchedBy } from './orphan.ts';
import * as orphans from './orphans-store.ts';
import * as scansStore from './scans-store.ts';
import type { ShipmentView } from './shipment.ts';
import * as store from './store.ts';

/** Keyed like nothing else: the hash of a telephone number says nothing about the hash of an identifier. */
export const phoneHashOf = (deed: Deed, phone: string): Buffer => deed.seal.hash('identifier', `phone:${phone}`);

/** Looks whether a ticket that waits for its device is that of a parcel which lies somewhere already. The ticket is locked, or new. */
export const matchOrphans = (deed: Deed, ticketId: string): Promise<void> => bySystem(deed, (part) => match(part, ticketId));

async function match(deed: Deed, ticketId: string): Promise<void> {
  const traits = await orphans.traitsOf(deed, ticketId);
  if (traits === undefined) return;
  const phoneHash = traits.phone === null ? null : phoneHashOf(deed, traits.phone);
  const found = await orphans.openBy(deed, traits, phoneHash);
  const named = found.map((row) => ({ row, by: byWhat(row, traits) }));
  for (const { row, by } of named) {
    // Two parcels of one telephone number may be those of two repairs: a person looks at them.
    if (by === 'phone' && named.length > 1) continue;
    await bring(deed, row, ticketId, by);
  }
}

function byWhat(row: orphans.OrphanRow, { waybills, serials }: orphans.Traits): MatchedBy {
  if (waybills.some(({ carrier, waybill }) => carrier === row.carrier && waybill === row.waybill)) return 'waybill';
  return row.serialHash !== null && serials.includes(row.serialHash.toString('hex')) ? 'serial' : 'phone';
}

/** Binds them: a waybill becomes an inbound parcel of the ticket, and scans that were parked are its own. The orphan is locked. */
export async function bring(deed: Deed, row: orphans.OrphanRow, ticketId: string, by: MatchedBy): Promise<void> {
  const ticket = await store.lockTicket(deed, ticketId);
  if (ticket === undefined) return;
  const shipmentId = await parcelOf(deed, row, ticket);
  await orphans.writeMatch(deed, row.id, { ticketId, shipmentId, by });
  if (by === 'hand') return;
  await raiseAlerts(deed, ticketId, ticket.centerId, [{ kind: 'orphan_matched', data: { orphanId: row.id, matchedBy: by } }]);
}

async function parcelOf(deed: Deed, { carrier, waybill }: orphans.OrphanRow, ticket: store.TicketOfParcel): Promise<string | null> {
  if (carrier === null || waybill === null) return null;
  await store.lockWaybill(deed, carrier, waybill);
  const known = await store.byWaybill(deed, carrier, waybill);
  if (known !== undefined) return known.id;
  const way = { direction: 'inbound', toCenterId: null } as const;
  return (await addParcel(deed, ticket, way, { carrier, waybill, payer: 'customer' }, undefined)).id;
}

/** Gives parked scans a ticket by hand. Problems: not_found (no such scans, no such ticket), and those of a new shipment. */
export async function matchScans(
  deed: Deed,
  { carrier, waybill, ticketId }: { carrier: string; waybill: string; ticketId: string },
): Promise<ShipmentView> {
  const [one] = await scansStore.parked(deed, { carrier, waybill }, null, 1);
  if (one === undefined) throw new Problem('not_found', 'No scans of this waybill are parked. List them with GET /v1/tracking-events?orphan=true.');
  return createShipment(deed, ticketId, { direction: 'inbound', carrier, waybill, payer: 'customer' });
}
