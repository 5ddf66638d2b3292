// Where the device of a ticket is, as far as anybody has said: pure, from the status and the parcels.
import { transferUnderWay } from './guard-facts.ts';
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

/** The center's own, unless a status says otherwise; between two centers from the first scan until the other one has taken it in. */
export function locationOf(status: Status, centerId: string, shipments: TicketRow['shipments']): Location {
  const at = places[status] ?? 'center';
  if (at !== 'center') return { at, centerId: null, toCenterId: null };
  const transfer = transferUnderWay(shipments);
  return transfer === undefined ? { at, centerId, toCenterId: null } : { at: 'transfer', centerId, toCenterId: transfer.toCenterId };
}
