// Parcels that do not arrive where they were sent: refused, sent back, back at the sender. In the vocabulary that every carrier is read into.
import type { ParcelStatus, Scan } from '#mail-in/tracking.ts';
import type { Random } from './model/random.ts';

/** A history of a parcel that went wrong, its scans an hour or more apart. */
export interface ReturnHistory {
  name: string;
  statuses: readonly ParcelStatus[];
  /** Where the parcel stands in the end. */
  ends: ParcelStatus;
  /**
   * The carrier says "delivered" of the sender too. Alone that word means a delivery, so each push tells everything before it as well,
   * which is what those carriers do (EasyPost, Shippo).
   */
  wholeOnly?: true;
}

const onItsWay = ['label_created', 'picked_up', 'in_transit', 'out_for_delivery'] as const satisfies ParcelStatus[];

/** Every way in which a parcel comes back, and two in which it does not after all. */
export const returnHistories: readonly ReturnHistory[] = [
  { name: 'refused, back, at the sender', statuses: [...onItsWay, 'refused', 'returning', 'returned'], ends: 'returned' },
  { name: 'refused, and nothing more', statuses: [...onItsWay, 'refused'], ends: 'refused' },
  { name: 'refused, and an odd word after it', statuses: [...onItsWay, 'refused', 'in_transit', 'unknown'], ends: 'refused' },
  { name: 'refused, and taken in the next day', statuses: [...onItsWay, 'refused', 'out_for_delivery', 'delivered'], ends: 'delivered' },
  { name: 'nobody there, back, still on its way', statuses: [...onItsWay, 'attempt_failed', 'returning', 'in_transit'], ends: 'returning' },
  { name: 'sent back, moving, at the sender', statuses: [...onItsWay, 'exception', 'returning', 'in_transit', 'returned'], ends: 'returned' },
  { name: 'sent back and lost', statuses: [...onItsWay, 'refused', 'returning', 'lost'], ends: 'lost' },
  {
    name: 'sent back, and "delivered" to its sender',
    statuses: [...onItsWay, 'returning', 'in_transit', 'out_for_delivery', 'delivered'],
    ends: 'returned',
    wholeOnly: true,
  },
  {
    name: 'refused, "delivered" to its sender, and a late word of the way',
    statuses: [...onItsWay, 'refused', 'returning', 'delivered', 'in_transit'],
    ends: 'returned',
    wholeOnly: true,
  },
];

/** Its scans, the last an hour before `end`. */
export const scansOf = ({ statuses }: ReturnHistory, end: Date): Scan[] =>
  statuses.map((status, index) => ({
    eventKey: `${status}:${index}`,
    status,
    codeRaw: status,
    detail: null,
    location: null,
    occurredAt: new Date(end.getTime() - (statuses.length - index) * 3_600_000),
    occurredLocal: null,
  }));

/** Pushes that each tell all from the beginning to some scan, the whole of it among them, in any order and some again. */
export function wholeArrivals<T>(scans: readonly T[], chance: Random): T[][] {
  const ends = Array.from({ length: chance.int(1, 6) }, () => chance.int(1, scans.length));
  ends.splice(chance.int(0, ends.length), 0, scans.length);
  return ends.map((end) => scans.slice(0, end));
}
