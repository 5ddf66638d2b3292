// What has to be so before a device is sent from one center to another.
import type { Deed } from '#access/deed.ts';
import { Problem } from '#problems.ts';
import { isCenter } from '#service-centers/is-center.ts';
import type { Bond, ShipmentRow, TicketOfParcel } from './store.ts';
import { withCenter } from './whereabouts.ts';

/** Whether a ticket's device is with the center that has the ticket. */
export const isWithUs = ({ status }: Pick<TicketOfParcel, 'status'>): boolean => withCenter.has(status);

/** A parcel that will bring nothing any more. One of which nobody has heard for long (`expired`) can still come. */
const over: ReadonlySet<string> = new Set(['cancelled', 'returned', 'lost']);

/** A transfer that the other center has not taken in yet. */
export const isUnderWay = ({ direction, status, receivedAt }: Pick<ShipmentRow, 'direction' | 'status' | 'receivedAt'>): boolean =>
  direction === 'transfer' && receivedAt === null && !over.has(status);

/** Problems: validation_failed (another center of the brand), transition_refused (device_not_here, transfer_under_way), scope_missing. */
export async function mayLeave(
  deed: Deed,
  ticket: TicketOfParcel,
  toCenterId: string,
  others: readonly { shipment: ShipmentRow; bond: Bond }[],
): Promise<void> {
  if (deed.actor.kind === 'courier') throw new Problem('scope_missing', 'A courier key sends no device to another center. Ask the center.');
  if (toCenterId === ticket.centerId || !(await isCenter(deed, toCenterId))) {
    throw new Problem('validation_failed', 'toCenterId must be another center of this brand.', {
      errors: [{ in: 'body', pointer: '/toCenterId', code: 'unknown' }],
    });
  }
  if (!isWithUs(ticket)) {
    throw new Problem('transition_refused', `The device is not at the center (${ticket.status}); only what is there can be sent on.`, {
      refusal: 'device_not_here',
    });
  }
  if (others.some(({ shipment }) => isUnderWay(shipment) && shipment.status !== 'expired')) {
    throw new Problem('transition_refused', 'The device is on its way to another center already. Cancel that parcel first.', {
      refusal: 'transfer_under_way',
    });
  }
}
