// Turns stored parcels and scans into what a caller may see of them.
import type { Deed } from '#access/deed.ts';
import type { Money } from '#platform/schema.ts';
import type { TrackingEventRow } from './scans-store.ts';
import type { ShipmentView } from './shipment.ts';
import type { ShipmentRow } from './store.ts';
import type { TrackingEventView } from './tracking.ts';

/** As JSON has it. */
export const instant = (value: Date | null): string | null => value?.toISOString() ?? null;

/** An amount of minor units; null where nobody has named one. */
export const money = (amount: number | null, currency: string | null): Money | null =>
  amount === null || currency === null ? null : { amount, currency };

/** A parcel as its ticket's center, brand or courier reads it. */
export const shipmentView = (
  { declaredValue, declaredCurrency, insuredValue, insuredCurrency, ...row }: ShipmentRow,
  { actor }: Pick<Deed, 'actor'>,
): ShipmentView => ({
  ...row,
  // Who signed is somebody's name: whoever carries parcels for the brand needs none.
  proof: actor.kind === 'courier' ? null : row.proof,
  statusAt: instant(row.statusAt),
  labelExpiresAt: instant(row.labelExpiresAt),
  pickupFrom: instant(row.pickupFrom),
  pickupTo: instant(row.pickupTo),
  declaredValue: money(declaredValue, declaredCurrency),
  insured: insuredValue !== null,
  insuredFor: money(insuredValue, insuredCurrency),
  receivedAt: instant(row.receivedAt),
  eta: instant(row.eta),
  deliveredAt: instant(row.deliveredAt),
  openBy: instant(row.openBy),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** A scan as it was kept. */
export const trackingEventView = ({ eventKey: _, continuesAs = null, ...row }: TrackingEventRow): TrackingEventView => ({
  ...row,
  continuesAs,
  occurredAt: row.occurredAt.toISOString(),
  receivedAt: row.receivedAt.toISOString(),
});
