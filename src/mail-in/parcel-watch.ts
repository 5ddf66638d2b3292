// What there is to say of a parcel beside the steps of its ticket, and when to look at it: pure, and by where it stands when it is
// looked at, so that scans which come together in any order are told as one.
import type { ParcelTelling } from '#notifications/event.ts';
import type { Status } from '#tickets/status.ts';
import { isToBeOpened } from './parcel-moves.ts';
import type { Direction } from './shipment.ts';
import type { Bond } from './store.ts';
import type { ParcelStatus, Proof } from './tracking.ts';
import { comingIn, withCenter } from './whereabouts.ts';

const HOUR_MS = 3_600_000;
/** Scans come in bursts, and often out of order: so long after the first the parcel is looked at (design: coalesce within 10 minutes). */
const GATHER_MS = 10 * 60_000;
/** A parcel at the door that was not received within this time is spoken of (N4). */
const ARRIVED_MS = 24 * HOUR_MS;
/** Signatures and pictures come hours after the scan; what has not come by then has to be asked for while the carrier still has it. */
const PROOF_MS = 24 * HOUR_MS;
/** The word in `told` of a delivery without proof. */
export const UNPROVEN = 'unproven';

/** Something that is not as it should be. */
export interface Trouble {
  /** Told once a parcel under this name. */
  as: string;
  /** Null: for the center alone. */
  tells: ParcelTelling | null;
  /** The repair stands still because of it, and nobody here is to blame. */
  holds: boolean;
  /** What held the repair up before holds it still. */
  keepsHold?: true;
  /** A claim against the carrier is drafted. */
  claim?: 'lost';
  /** It is no trouble before it has lasted so long. */
  afterMs?: number;
}

/** By status; what is not here is in order. */
const troubles: { readonly [S in ParcelStatus]?: Trouble } = {
  attempt_failed: { as: 'attempt_failed', tells: 'delivery_failed', holds: false },
  available_for_pickup: { as: 'pickup_point', tells: 'at_pickup_point', holds: false },
  exception: { as: 'exception', tells: 'parcel_held_up', holds: true },
  customs: { as: 'customs', tells: 'parcel_held_up', holds: true, afterMs: 72 * HOUR_MS },
  refused: { as: 'refused', tells: 'parcel_refused', holds: true },
  returning: { as: 'returned', tells: 'parcel_returning', holds: true },
  returned: { as: 'returned', tells: 'parcel_returning', holds: true },
  lost: { as: 'lost', tells: 'parcel_lost', holds: true, claim: 'lost' },
  // The provider has not heard of it for a long time, which is no sign that it moves again.
  expired: { as: 'silent', tells: null, holds: false, keepsHold: true },
};

const letsGo = (trouble: Trouble | undefined): boolean => trouble?.holds !== true && trouble?.keepsHold !== true;

/** A parcel as far as it is watched. */
export interface Watched {
  direction: Direction;
  status: ParcelStatus;
  statusAt: Date | null;
  deliveredAt: Date | null;
  openBy: Date | null;
  eta: Date | null;
  /** Minor units. */
  declaredValue: number | null;
  insuredValue: number | null;
  proof: Proof | null;
}

const later = (from: Date, ms: number): Date => new Date(from.getTime() + ms);
const latest = (a: Date, b: Date): Date => (a > b ? a : b);
const DAY_MS = 24 * HOUR_MS;

/** A later day than the customer knows of: half a day is no other day. */
const slips = ({ eta }: Watched, { toldEta }: Pick<Bond, 'toldEta'>): boolean =>
  eta !== null && toldEta !== null && eta.getTime() - toldEta.getTime() >= DAY_MS / 2;

const waits = ({ direction, status, deliveredAt }: Watched): boolean =>
  isToBeOpened(direction, { status, deliveredAt, codeRaw: null, at: deliveredAt });

/** When to look whether somebody has signed; null: a parcel home that is worth nothing to anybody, or shown, or spoken of already. */
export function proofDueAt(
  { direction, status, deliveredAt, declaredValue, insuredValue, proof }: Watched,
  { told }: Pick<Bond, 'told'>,
): Date | null {
  const isValuable = (insuredValue ?? 0) > 0 || (declaredValue ?? 0) > 0;
  if (direction !== 'outbound' || status !== 'delivered' || deliveredAt === null || !isValuable || proof !== null) return null;
  return told.includes(UNPROVEN) ? null : later(deliveredAt, PROOF_MS);
}

/** When to look at the parcel next; null: there is nothing to come. */
export function watchFrom(parcel: Watched, bond: Bond, now: Date): Date | null {
  const trouble = troubles[parcel.status];
  const soon = later(now, GATHER_MS);
  const at: Date[] = [];
  if (trouble !== undefined && !bond.told.includes(trouble.as)) at.push(latest(soon, later(parcel.statusAt ?? now, trouble.afterMs ?? 0)));
  if (bond.holdId !== null && letsGo(trouble)) at.push(soon);
  if (waits(parcel) && parcel.openBy !== null && parcel.deliveredAt !== null) {
    at.push(bond.told.includes('arrived') ? parcel.openBy : latest(soon, later(parcel.deliveredAt, ARRIVED_MS)));
  }
  if (trouble === undefined && slips(parcel, bond)) at.push(soon);
  const proofDue = proofDueAt(parcel, bond);
  if (proofDue !== null) at.push(latest(soon, proofDue));
  const first = at.toSorted((a, b) => a.getTime() - b.getTime())[0];
  if (first === undefined) return null;
  // What comes meanwhile does not put it off.
  return bond.alarmAt !== null && bond.alarmAt > now && bond.alarmAt < first ? bond.alarmAt : first;
}

/** What has come to be said. */
export type News =
  | { kind: 'trouble'; trouble: Trouble }
  /** What this parcel was held up by is over. */
  | { kind: 'recovered' }
  /** It lies at the door: `late` where it should have been opened by now. */
  | { kind: 'arrived'; late: boolean }
  | { kind: 'eta' }
  /** Delivered, worth something, and nobody has signed. */
  | { kind: 'unproven' };

/** Whether the ticket still waits for what this parcel does. */
export function concerns(direction: Direction, status: Status): boolean {
  switch (direction) {
    case 'inbound':
      return comingIn.has(status);
    case 'outbound':
      return status === 'outbound_transit';
    case 'transfer':
      return withCenter.has(status);
    case 'loaner_out':
    case 'loaner_in':
      return comingIn.has(status) || withCenter.has(status) || status === 'outbound_transit';
  }
}

/** What to say now, in its order; nothing but a missing proof once the ticket is beyond this parcel. */
export function newsOf(parcel: Watched, bond: Bond, ticket: { status: Status; holdId: string | null }, now: Date): News[] {
  const proofDue = proofDueAt(parcel, bond);
  const unproven: News[] = proofDue !== null && proofDue <= now ? [{ kind: 'unproven' }] : [];
  // A delivery ends the way of the ticket too, and is asked about all the same.
  if (!concerns(parcel.direction, ticket.status)) return unproven;
  const trouble = troubles[parcel.status];
  const news: News[] = unproven;
  if (trouble !== undefined && !bond.told.includes(trouble.as) && later(parcel.statusAt ?? now, trouble.afterMs ?? 0) <= now) {
    news.push({ kind: 'trouble', trouble });
  }
  if (bond.holdId !== null && bond.holdId === ticket.holdId && letsGo(trouble)) news.push({ kind: 'recovered' });
  if (waits(parcel) && parcel.openBy !== null && parcel.deliveredAt !== null) {
    const late = parcel.openBy <= now;
    if (late || (!bond.told.includes('arrived') && later(parcel.deliveredAt, ARRIVED_MS) <= now)) news.push({ kind: 'arrived', late });
  } else if (trouble === undefined && slips(parcel, bond)) news.push({ kind: 'eta' });
  return news;
}
