// A claim that is drafted because a scan says that a parcel is gone, so that nobody forgets to file it in time.
import type { Deed } from '#access/deed.ts';
import { newId } from '#platform/id.ts';
import type { ClaimKind } from './claim.ts';
import { type ClaimRow, openClaim, writeClaim } from './claims-store.ts';
import type { ShipmentRow } from './store.ts';

/** What is asked for where nobody says it: what the leg is insured for, or else what was declared. */
export const worthOf = (shipment: ShipmentRow): Pick<ClaimRow, 'amount' | 'currency'> =>
  shipment.insuredValue === null
    ? { amount: shipment.declaredValue, currency: shipment.declaredCurrency }
    : { amount: shipment.insuredValue, currency: shipment.insuredCurrency };

/** A claim about nothing more than that. */
export const freshClaim = (deed: Deed, shipment: ShipmentRow, kind: ClaimKind): ClaimRow => ({
  id: newId('claim', deed.now.getTime()),
  shipmentId: shipment.id,
  kind,
  state: 'draft',
  ...worthOf(shipment),
  paid: null,
  claimNumber: null,
  answerBy: null,
  note: null,
  openedBy: deed.actor.kind === 'system' ? 'system' : deed.actor.id,
  createdAt: deed.now,
  updatedAt: deed.now,
  filedAt: null,
  settledAt: null,
  alarmAt: null,
});

/** The claim that is open already, or a draft. */
export async function draftClaim(deed: Deed, shipment: ShipmentRow, kind: ClaimKind): Promise<ClaimRow> {
  const open = await openClaim(deed, shipment.id, kind);
  if (open !== undefined) return open;
  const row = freshClaim(deed, shipment, kind);
  await writeClaim(deed, row);
  return row;
}
