// How far a parcel has come, read from all its scans at once: the order and number of their arrival cannot matter.
import { parcelReactions } from '#reactions.ts';
import { actions, type Command } from '#tickets/lifecycle.ts';
import type { ReturnMethod, Status } from '#tickets/status.ts';
import type { Direction } from './shipment.ts';
import type { ParcelStatus, Scan, Watch } from './tracking.ts';

/** It does not arrive where it was sent, or nobody knows any more. */
const astray: ReadonlySet<ParcelStatus> = new Set(['refused', 'returning', 'returned', 'lost', 'cancelled', 'expired']);

/** Statuses that an ordinary scan does not take back, and what does. The others simply follow the newest scan. */
const leftBy: { readonly [S in ParcelStatus]?: readonly ParcelStatus[] } = {
  delivered: ['refused', 'returning', 'returned', 'lost', 'exception'],
  returned: ['lost', 'exception'],
  returning: ['delivered', 'returned', 'lost', 'exception'],
  refused: ['out_for_delivery', 'available_for_pickup', 'attempt_failed', 'delivered', 'returning', 'returned', 'lost', 'exception'],
};

/** Of scans of the same instant the one further along counts last. */
const rank: { readonly [S in ParcelStatus]: number } = {
  unknown: 0,
  label_created: 1,
  cancelled: 2,
  expired: 3,
  picked_up: 4,
  in_transit: 5,
  transferred: 6,
  customs: 7,
  exception: 8,
  attempt_failed: 9,
  available_for_pickup: 10,
  out_for_delivery: 11,
  refused: 12,
  lost: 13,
  delivered: 14,
  returning: 15,
  returned: 16,
};

type Seen = Pick<Scan, 'status' | 'codeRaw' | 'occurredAt' | 'eventKey'>;

/** Where a parcel stands. */
export interface ParcelState {
  status: ParcelStatus;
  codeRaw: string | null;
  /** When the scan that set the status happened; null before the first. */
  at: Date | null;
  /** Null again where a later scan takes the delivery back. */
  deliveredAt: Date | null;
}

const inTime = (a: Seen, b: Seen): number =>
  a.occurredAt.getTime() - b.occurredAt.getTime() || rank[a.status] - rank[b.status] || (a.eventKey < b.eventKey ? -1 : 1);

/**
 * The state that these scans add up to, in any order and with any repetition. Unknown codes move nothing.
 * Once a parcel is on its way back, "delivered" means delivered to its sender: it counts as returned.
 */
export function stateOf(scans: readonly Seen[]): ParcelState {
  let state: ParcelState = { status: 'label_created', codeRaw: null, at: null, deliveredAt: null };
  let goingBack = false;
  for (const scan of scans.toSorted(inTime)) {
    if (!follows(state, scan.status)) continue;
    goingBack ||= scan.status === 'returning' || scan.status === 'returned';
    const status = goingBack && scan.status === 'delivered' ? 'returned' : scan.status;
    state = { status, codeRaw: scan.codeRaw, at: scan.occurredAt, deliveredAt: status === 'delivered' ? scan.occurredAt : null };
  }
  return state;
}

function follows(state: ParcelState, next: ParcelStatus): boolean {
  if (next === 'unknown') return false;
  // A label is announced once; carriers repeat the word after the parcel has left.
  if (next === 'label_created') return state.at === null || state.status === 'label_created';
  return leftBy[state.status]?.includes(next) ?? true;
}

/** What is known of the provider's watch: once it has ended, an older push that arrives late does not begin it again. */
export const watchAfter = (known: Watch | null, said: Watch | null): Watch | null =>
  said === null || (known === 'ended' && said === 'watching') ? known : said;

const newest = (scans: readonly { occurredAt: Date }[]): number =>
  scans.reduce((latest, { occurredAt }) => Math.max(latest, occurredAt.getTime()), 0);

/** The day promised now: that of news which knows the newest scan; an older push that arrives late promises nothing any more. */
export function etaOf(known: Date | null, news: { eta: Date | null; scans: readonly Seen[] }, all: readonly Seen[]): Date | null {
  if (news.eta === null) return known;
  return known === null || newest(news.scans) >= newest(all) ? news.eta : known;
}

/** A parcel that the carrier has delivered at the center is opened within this time. */
const OPEN_WITHIN_MS = 24 * 3_600_000;

/** When a delivered parcel is to be opened; null where nobody waits for that. */
export function openByOf(direction: Direction, state: ParcelState): Date | null {
  const reaction = parcelReactions[direction][state.status];
  if (reaction?.start !== 'open_by' || state.deliveredAt === null) return null;
  return new Date(state.deliveredAt.getTime() + OPEN_WITHIN_MS);
}

/**
 * The steps of the ticket that these scans cause, in their order, none where the ticket stands elsewhere. All scans count,
 * not only the newest, so that a step is not lost because its scan came late; a delivery counts while it holds.
 */
export function movesOf(
  parcel: { direction: Direction; scans: readonly Seen[]; state: ParcelState; before: ParcelStatus },
  ticket: { status: Status; returnMethod: ReturnMethod },
): Command[] {
  const astrayNow = astray.has(parcel.state.status);
  // That it came back counts once: a late scan of this parcel must not bring back the next one.
  if (astrayNow && parcel.state.status === parcel.before) return [];
  const told = new Set<ParcelStatus>(astrayNow ? [] : parcel.scans.map(({ status }) => status).filter((status) => status !== 'delivered'));
  told.add(parcel.state.status);
  const caused = new Set([...told].flatMap((status) => parcelReactions[parcel.direction][status]?.advance ?? []));
  const moves: Command[] = [];
  let { status } = ticket;
  for (const action of ['shipment.collected', 'shipment.dispatched', 'shipment.delivered', 'shipment.returned'] as const) {
    const step = actions[action].steps.find(({ from }) => (from as readonly Status[]).includes(status));
    if (!caused.has(action) || step === undefined) continue;
    // Who picks the device up is sent no parcel; a waybill by mistake must not ship the ticket.
    if (action === 'shipment.dispatched' && ticket.returnMethod !== 'ship') continue;
    moves.push({ action, input: {} });
    status = step.to;
  }
  return moves;
}
