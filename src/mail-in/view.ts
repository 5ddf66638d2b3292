// Turns stored parcels and scans into what a caller may see of them.

import type { ShipmentView } from './shipment.ts';
import type { ShipmentRow, TrackingEventRow } from './store.ts';
import type { TrackingEventView } from './tracking.ts';

const instant = (value: Date | null): string | null => value?.toISOString() ?? null;

/** A parcel as its ticket's center, brand or courier reads it. */
export const shipmentView = ({ declaredValue, declaredCurrency, ...row }: ShipmentRow): ShipmentView => ({
  ...row,
  statusAt: instant(row.statusAt),
  labelExpiresAt: instant(row.labelExpiresAt),
  pickupFrom: instant(row.pickupFrom),
  pickupTo: instant(row.pickupTo),
  declaredValue: declaredValue === null || declaredCurrency === null ? null : { amount: declaredValue, currency: declaredCurrency },
  eta: instant(row.eta),
  deliveredAt: instant(row.deliveredAt),
  openBy: instant(row.openBy),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** A scan as it was kept. */
export const trackingEventView = ({ eventKey: _, ...row }: TrackingEventRow): TrackingEventView => ({
  ...row,
  occurredAt: row.occurredAt.toISOString(),
  receivedAt: row.receivedAt.toISOString(),
});
