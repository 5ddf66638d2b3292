// A parcel that travels on under another number: the shipment has that number too, with the scans and the parcels that were known by it.
import { bySystem, type Deed } from '#access/deed.ts';
import { raiseAlerts } from '#alerts/raise.ts';
import * as orphans from './orphans-store.ts';
import * as scansStore from './scans-store.ts';
import * as store from './store.ts';
import { beyond, link, unlinkedOf } from './waybills-store.ts';

/** A parcel is passed on once or twice; more is a carrier gone wild. */
const MAX_LINKS = 10;

/**
 * Waits for whoever writes to this waybill just now, and to those under which the parcel goes on by what is parked: a shipment made of the first
 * will take them too. Before any ticket is locked, and in the order in which they are followed elsewhere: see the store.
 */
export async function reserveWaybill(deed: Deed, { carrier, waybill }: { carrier: string; waybill: string }): Promise<void> {
  const reserved = new Set([waybill]);
  for (const one of reserved) {
    await store.lockWaybill(deed, carrier, one);
    for (const further of await beyond(deed, carrier, one)) if (reserved.size <= MAX_LINKS) reserved.add(further);
  }
}

/**
 * Links every number that scans of the shipment say it continues under, also those that only the scans of such a number name. A number
 * that is another shipment's stays with that one. Answers whether anything was linked. The waybill's lock is held.
 */
export async function followWaybills(deed: Deed, shipment: store.ShipmentRow): Promise<boolean> {
  const { id, carrier, direction } = shipment;
  let linked = false;
  for (let links = shipment.furtherWaybills.length; links < MAX_LINKS; links += 1) {
    const waybill = await unlinkedOf(deed, shipment);
    if (waybill === undefined) break;
    await store.lockWaybill(deed, carrier, waybill);
    // Somebody else may have taken it while its lock was waited for.
    if (!(await link(deed, shipment, waybill))) continue;
    await scansStore.adopt(deed, { id, carrier, waybill });
    if (direction === 'inbound') await bringOrphans(deed, shipment, waybill);
    linked = true;
  }
  return linked;
}

/** Parcels that lie at a depot under this number of the shipment are the ticket's, whoever may see them. The waybill's lock is held. */
export const bringOrphans = (deed: Deed, shipment: Pick<store.ShipmentRow, 'id' | 'ticketId' | 'carrier'>, waybill: string): Promise<void> =>
  bySystem(deed, (part) => bring(part, shipment, waybill));

async function bring(
  deed: Deed,
  { id: shipmentId, ticketId, carrier }: Pick<store.ShipmentRow, 'id' | 'ticketId' | 'carrier'>,
  waybill: string,
): Promise<void> {
  for (const { id: orphanId } of await orphans.openBy(deed, { waybills: [{ carrier, waybill }], serials: [], phone: null }, null)) {
    const ticket = await store.lockTicket(deed, ticketId);
    if (ticket === undefined) return;
    await orphans.writeMatch(deed, orphanId, { ticketId, shipmentId, by: 'waybill' });
    await raiseAlerts(deed, ticketId, ticket.centerId, [{ kind: 'orphan_matched', data: { orphanId, matchedBy: 'waybill' } }]);
  }
}
