// How far a parcel has come, read from all its scans at once: the order and number of their arrival cannot matter.
import type { ParcelStatus, Proof, Scan, Watch } from './tracking.ts';

/** Statuses that an ordinary scan does not take back, and what does. The others simply follow the newest scan. */
const leftBy: { readonly [S in ParcelStatus]?: readonly ParcelStatus[] } = {
  delivered: ['refused', 'returning', 'returned', 'lost', 'exception'],
  returned: ['lost', 'exception'],
  returning: ['delivered', 'returned', 'lost', 'exception'],
  refused: ['out_for_delivery', 'available_for_pickup', 'attempt_failed', 'delivered', 'returning', 'returned', 'lost', 'exception'],
};

/**
 * Of scans of the same instant the one further along counts last. `expired` is said at the time of the last scan, by a provider that has heard
 * nothing since: it comes after every scan of a parcel on its way, and before what ends or turns that way.
 */
const rank: { readonly [S in ParcelStatus]: number } = {
  unknown: 0,
  label_created: 1,
  cancelled: 2,
  picked_up: 3,
  in_transit: 4,
  transferred: 5,
  customs: 6,
  exception: 7,
  attempt_failed: 8,
  available_for_pickup: 9,
  out_for_delivery: 10,
  expired: 11,
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

/** A number as carriers put it into the text of a scan: after the word for it, long enough to be none of a day or a shop, and no word of the text. */
const NUMBERED = /(?:单号|tracking (?:no\.?|number)|waybill)(?:\s|为|是|is|[:：#【[]){0,6}((?=[A-Z]{0,39}\d)[A-Z0-9]{8,40})(?![A-Z0-9])/gi;

/**
 * The waybill under which a parcel goes on, as a scan says it; null where it says none, or more than one. No provider has a field for it:
 * it stands in the text, of which only a scan that is `transferred` is read.
 */
export function continuationOf({ status, detail, continuesAs }: Pick<Scan, 'status' | 'detail' | 'continuesAs'>, waybill: string): string | null {
  if (status !== 'transferred') return null;
  const said = continuesAs ?? null;
  const named = new Set(said === null ? [...(detail ?? '').matchAll(NUMBERED)].map(([, number = '']) => number.toUpperCase()) : [said]);
  named.delete(waybill);
  const [only, ...others] = named;
  return only !== undefined && others.length === 0 ? only : null;
}

/** What is known of the provider's watch: once it has ended, an older push that arrives late does not begin it again. */
export const watchAfter = (known: Watch | null, said: Watch | null): Watch | null =>
  said === null || (known === 'ended' && said === 'watching') ? known : said;

/** What is shown for the delivery: what was shown first stays, and later news adds what it lacks. The same object where nothing is new. */
export function proofAfter(known: Proof | null, said: Proof | null): Proof | null {
  if (known === null || said === null) return known ?? said;
  const proof = { signedBy: known.signedBy ?? said.signedBy, url: known.url ?? said.url };
  return proof.signedBy === known.signedBy && proof.url === known.url ? known : proof;
}

const newest = (scans: readonly { occurredAt: Date }[]): number =>
  scans.reduce((latest, { occurredAt }) => Math.max(latest, occurredAt.getTime()), 0);

/** The day promised now: that of news which knows the newest scan; an older push that arrives late promises nothing any more. */
export function etaOf(known: Date | null, news: { eta: Date | null; scans: readonly Seen[] }, all: readonly Seen[]): Date | null {
  if (news.eta === null) return known;
  return known === null || newest(news.scans) >= newest(all) ? news.eta : known;
}
