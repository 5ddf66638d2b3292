// Where the device of a ticket is, as far as anybody has said: pure, from the status and the parcels.
import type { Status } from './status.ts';
import type { TicketRow } from './store.ts';
import type { Location } from './ticket.ts';

const places: { readonly [S in Status]?: Location['at'] } = {
  created: 'customer',
  awaiting_device: 'customer',
  inbound_transit: 'inbound',
  outbound_transit: 'outbound',
  delivered: 'returned',
  closed: 'returned',
  cancelled: 'customer',
  disposed: 'disposed',
};

/** A parcel as far as it says where a device is. */
export type Carrying = Pick<TicketRow['shipments'][number], 'direction' | 'status' | 'receivedAt'>;

/** It has been on its way, and does not go there again. */
export const endedOnItsWay: ReadonlySet<string> = new Set(['lost', 'returned']);

/**
 * The transfer that has the device between two centers: as long as nobody has collected the parcel the device is still at the first, and it is at the
 * second when that one says so, whatever the carrier says. The newest alone counts: whoever made another one had the device in hand.
 */
export function transferUnderWay<T extends Carrying>(shipments: readonly T[]): T | undefined {
  const newest = shipments.findLast(({ direction, status }) => direction === 'transfer' && status !== 'cancelled');
  const hasLeft = newest !== undefined && newest.receivedAt === null && newest.status !== 'label_created' && !endedOnItsWay.has(newest.status);
  return hasLeft ? newest : undefined;
}

/** The center's own, unless a status says otherwise; between two centers from the first scan until the other one has taken it in. */
export function locationOf(status: Status, centerId: string, shipments: TicketRow['shipments']): Location {
  const at = places[status] ?? 'center';
  if (at !== 'center') return { at, centerId: null, toCenterId: null };
  const transfer = transferUnderWay(shipments);
  return transfer === undefined ? { at, centerId, toCenterId: null } : { at: 'transfer', centerId, toCenterId: transfer.toCenterId };
}
