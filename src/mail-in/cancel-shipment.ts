// Voids the label of a parcel that nobody has collected yet.
import type { Deed } from '#access/deed.ts';
import { Problem } from '#problems.ts';
import { readShipment, shipmentRow } from './find-shipments.ts';
import { reportScan } from './report-scan.ts';
import type { ShipmentView } from './shipment.ts';
import * as store from './store.ts';

/** Done already is done again without effect. Problems: not_found, transition_refused (`parcel_collected`). */
export async function cancelShipment(deed: Deed, shipmentId: string): Promise<ShipmentView> {
  const { carrier, waybill } = await shipmentRow(deed, shipmentId);
  await store.lockWaybill(deed, carrier, waybill);
  const { status } = await shipmentRow(deed, shipmentId);
  if (status !== 'label_created' && status !== 'cancelled') {
    throw new Problem('transition_refused', `The carrier has this parcel already (${status}). Ask the carrier to send it back.`, {
      refusal: 'parcel_collected',
    });
  }
  if (status === 'label_created') await reportScan(deed, shipmentId, { status: 'cancelled', occurredAt: deed.now.toISOString() });
  return readShipment(deed, shipmentId);
}
