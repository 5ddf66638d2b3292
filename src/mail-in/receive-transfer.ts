// The other center has the device: what was sent there is taken in, and the ticket becomes its own.
import { z } from 'zod';
import type { Deed } from '#access/deed.ts';
import { text } from '#platform/schema.ts';
import { Problem } from '#problems.ts';
import { centerHouse } from '#service-centers/center-calendar.ts';
import { centerNamed } from '#service-centers/is-center.ts';
import { advanceTicket } from '#tickets/advance-ticket.ts';
import type { ShipmentView } from './shipment.ts';
import * as store from './store.ts';
import { isUnderWay, isWithUs } from './transfer-rules.ts';
import { travelers } from './travelers.ts';
import { shipmentView } from './view.ts';

/** Who took it in. */
export const TransferReceipt = z.strictObject({ receivedBy: text(80) }).meta({ id: 'TransferReceipt', example: { receivedBy: 'Chen' } });
export type TransferReceipt = z.infer<typeof TransferReceipt>;

/**
 * Takes a transfer in: every ticket whose device is still in it, and was not taken in out of a later one, changes to the center it was sent to. What carriers say of the parcel does
 * not matter; done already, it is done again without effect. Problems: not_found (not a transfer to this center), transition_refused
 * (transfer_over), transition_not_allowed (no device is left in it).
 */
export async function receiveTransfer(deed: Deed, shipmentId: string, { receivedBy }: TransferReceipt): Promise<ShipmentView> {
  const { actor } = deed;
  const toCenter = actor.kind === 'center' ? actor.centerId : null;
  const seen = await store.comingTo(deed, shipmentId, toCenter);
  if (seen === undefined || seen.toCenterId === null) throw new Problem('not_found', 'No transfer to your center has this id. Check the id.');
  const tickets = await travelers(deed, shipmentId);
  const shipment = (await store.comingTo(deed, shipmentId, toCenter)) ?? seen;
  if (shipment.receivedAt !== null) return shipmentView(shipment, deed);
  const elsewhere = await store.takenInSince(deed, shipmentId);
  const travelling = tickets.filter(({ id }) => !elsewhere.has(id));
  if (!isUnderWay(shipment) || travelling.length === 0) {
    const why =
      travelling.length === 0 ? 'What was in the parcel has been taken in out of a later one.' : `The parcel has ended (${shipment.status}).`;
    throw new Problem('transition_refused', `${why} Let the other center send it again.`, { refusal: 'transfer_over' });
  }
  const by = await centerNamed(deed, seen.toCenterId);
  const house = await centerHouse(deed, seen.toCenterId);
  await store.markReceived(deed, shipmentId);
  // A device that was fetched, or given up, before the parcel was collected is not in it; where none is left in it, the step says why.
  const inside = travelling.filter(isWithUs);
  for (const { id } of inside.length === 0 ? travelling : inside) {
    const command = { action: 'transfer.receive', input: { receivedBy } } as const;
    await advanceTicket(deed, { ticketId: id, expectedVersion: null, command, takenOver: { by, house } });
  }
  return shipmentView({ ...shipment, receivedAt: deed.now, updatedAt: deed.now }, deed);
}
