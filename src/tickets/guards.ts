// The conditions of the lifecycle that take more than a line: pure functions over the facts of one ticket.
import type { Actor } from '#access/actor.ts';
import { AHEAD_MS } from '#platform/clock.ts';
import type { Money } from '#platform/schema.ts';
import type { QuoteOffer, QuoteRow } from '#quotes/quote.ts';
import { offerRefusal, quoteTotal, termsLocked, totalRefusal } from '#quotes/quote-rules.ts';
import { HORIZON_DAYS } from '#service-centers/calendar.ts';
import type { Policy } from '#service-centers/policy.ts';
import type { HoldRow, PartRow, StorageRow } from './bench.ts';
import type { Consent } from './consent.ts';
import type { Inputs } from './inputs.ts';
import type { Refusal } from './refusals.ts';
import type { ReturnMethod, Status } from './status.ts';

/** What the guards look at; loaded with the ticket in one statement. */
export interface Facts {
  status: Status;
  centerId: string;
  actorKind: Actor['kind'];
  returnMethod: ReturnMethod;
  jurisdiction: 'CN' | 'EU' | 'US-CA' | 'none';
  deviceKind: 'phone' | 'laptop' | 'tablet' | 'appliance' | 'other';
  /** Latest version that was sent, whatever became of it. */
  quote: QuoteRow | null;
  draft: QuoteRow | null;
  /** Every version, oldest first. */
  versions: QuoteRow[];
  /** What the customer was told at intake that the diagnosis costs on a decline. */
  feeDisclosed: Money | null;
  parts: PartRow[];
  /** An outbound parcel with a waybill that has not ended. */
  outboundShipment: boolean;
  /** The device has left for another center, which has not taken it in yet. */
  underWay: boolean;
  /** The center that has taken the device in from another one, and works on it from now on. */
  takenOverBy: { id: string; code: string; name: string } | null;
  /** Set for device.receive: whether the scanned serial is one of the device's identifiers; null where it has none. */
  serialMatches: boolean | null;
  intakePhotos: number;
  hold: HoldRow | null;
  promisedAt: Date | null;
  /** When that promise was made. */
  promisedSince: Date | null;
  qcFailures: number;
  /** Who has repaired it. */
  repairedBy: string[];
  /** The last status in which it was open, other than this one. */
  previousStatus: Status | null;
  deliveredAt: Date | null;
  closedAt: Date | null;
  /** Reminders sent in this status. */
  reminders: number;
  storage: StorageRow | null;
  policy: Policy;
  now: Date;
  /** The day of now on the calendar of the center, e.g. `2026-11-22`. */
  today: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
type OfferInput = Inputs['quote.send'];

/** The offer a call means: the one it carries, or the draft it names. Null where it names no draft of this ticket. */
export function offerOf({ draft }: Pick<Facts, 'draft'>, { offer, quoteId }: OfferInput): QuoteOffer | null {
  if (offer !== undefined) return offer;
  if (draft === null || draft.id !== quoteId) return null;
  const { currency, lines, diagnosisFee, validDays, promisedDays, form } = draft;
  return { currency, lines, diagnosisFee, validDays, promisedDays, form };
}

/** The version the customer agreed to last; null where the repair was covered. */
export const approvedOf = ({ versions }: Pick<Facts, 'versions'>) => versions.findLast(({ status }) => status === 'approved') ?? null;

/**
 * Terms that are bound by law get no worse for as long as they bind, also where another version has taken their place. What the customer
 * has agreed to is a contract: more is asked for as of any other (`quote.revise`).
 */
function termsKept(facts: Facts, offer: QuoteOffer): Refusal | null {
  const { versions } = facts;
  // What was agreed to and then covered (`coverage.accept`), or what an administrator took back, is over without another version in its place.
  const isOver = ({ id, status }: QuoteRow): boolean => status === 'superseded' && !versions.some(({ supersedes }) => supersedes === id);
  const agreed = versions.findLast((quote) => quote.status === 'approved' || isOver(quote))?.version ?? 0;
  const bound = versions.filter((quote) => quote.version > agreed && termsLocked(quote, facts.now));
  if (bound.some(({ currency }) => currency !== offer.currency)) return 'currency_differs';
  const total = quoteTotal(offer.lines);
  return bound.some((quote) => total > quote.total) ? 'terms_locked' : null;
}

/** A draft may still be anything that can be an amount. */
export const draftable = (_: Facts, { offer }: Inputs['quote.draft']): Refusal | null => totalRefusal(offer.lines);

/** An offer that may be sent as it is. */
export function sendable(facts: Facts, input: OfferInput): Refusal | null {
  const offer = offerOf(facts, input);
  if (offer === null) return 'draft_unknown';
  return termsKept(facts, offer) ?? offerRefusal(offer, facts.jurisdiction, facts.feeDisclosed);
}

/** A new version for one that is still undecided. */
export function supersedes(facts: Facts, input: OfferInput): Refusal | null {
  const offer = offerOf(facts, input);
  if (offer === null) return 'draft_unknown';
  // An administrator can have put the ticket here without any quote: the next one is its first.
  if (facts.quote === null) return sendable(facts, input);
  if (offer.currency !== facts.quote.currency) return 'currency_differs';
  return sendable(facts, input);
}

/** Any higher total stops the work and asks again (16 CCR 2722: nothing above the estimate without prior consent). */
export function revises(facts: Facts, input: OfferInput): Refusal | null {
  const offer = offerOf(facts, input);
  if (offer === null) return 'draft_unknown';
  const approved = approvedOf(facts);
  if (approved !== null && offer.currency !== approved.currency) return 'currency_differs';
  if (quoteTotal(offer.lines) <= (approved?.total ?? 0)) return 'not_higher';
  return sendable(facts, input);
}

/** A consent that can have been given: by the link only by the customer, and not in the future. */
export function consented(facts: Facts, { consent }: { consent: Consent }): Refusal | null {
  if ((consent.method === 'link') !== (facts.actorKind === 'customer')) return 'consent_by_link';
  return Date.parse(consent.givenAt) > facts.now.getTime() + AHEAD_MS ? 'consent_in_future' : null;
}

/** The customer knows that data may be lost, and has said so as consents are given. */
export const backupAgreed = (facts: Facts, { backupConsent }: Inputs['intake.open']): Refusal | null => consented(facts, { consent: backupConsent });

/** A decision about the quote that lies with the customer now. */
export function decidable(facts: Facts, input: { quoteId: string; consent: Consent }): Refusal | null {
  if (facts.quote?.id !== input.quoteId) return facts.versions.some(({ id }) => id === input.quoteId) ? 'quote_superseded' : 'quote_unknown';
  if (facts.quote.status !== 'sent') return 'quote_decided';
  return consented(facts, input);
}

/** Yes to exactly what is stored, while it is valid. */
export function approvable(facts: Facts, input: Inputs['quote.approve']): Refusal | null {
  const refusal = decidable(facts, input);
  if (refusal !== null || facts.quote === null) return refusal;
  if (new Date(facts.quote.validUntil ?? 0) < facts.now) return 'quote_expired';
  const { amount, currency } = input.amountShown;
  return amount !== facts.quote.total || currency !== facts.quote.currency ? 'amount_differs' : null;
}

/** Nobody loses an offer unasked: reminded twice, and the days of grace are over. */
export function expirable({ quote, policy, now }: Facts): Refusal | null {
  const end = new Date(quote?.validUntil ?? 0).getTime() + policy.quoteGraceDays * DAY_MS;
  if (quote?.status !== 'sent' || end > now.getTime()) return 'not_expired';
  return quote.reminders < 2 ? 'reminders_missing' : null;
}

/** The device that was asked for, recorded as the policy wants it, with a promise that can be kept. */
export function receivable(facts: Facts, input: Inputs['device.receive']): Refusal | null {
  if (facts.serialMatches === false && input.acceptMismatch !== true) return 'serial_differs';
  if (facts.intakePhotos < facts.policy.intakePhotos) return 'photos_missing';
  return input.promisedAt === undefined ? null : promisable(facts, input.promisedAt);
}

/** A day that can be kept, and be meant. */
function promisable({ now }: Facts, promisedAt: string): Refusal | null {
  const at = Date.parse(promisedAt);
  if (at <= now.getTime()) return 'promise_in_past';
  return at > now.getTime() + HORIZON_DAYS * DAY_MS ? 'too_far_ahead' : null;
}

/** Another day than the one that is promised. */
export const promisedAnew = (facts: Facts, { promisedAt }: Inputs['promise.change']): Refusal | null =>
  promisable(facts, promisedAt) ?? (Date.parse(promisedAt) === facts.promisedAt?.getTime() ? 'promise_unchanged' : null);

/** Days that have not passed and can be meant, for parts that are awaited. */
export function expectable(facts: Facts, parts: readonly { partId?: string; expectedOn: string }[]): Refusal | null {
  if (parts.some(({ partId }) => partId !== undefined && !awaited(facts).includes(partId))) return 'part_unknown';
  if (parts.some(({ expectedOn }) => expectedOn < facts.today)) return 'expected_in_past';
  const last = Date.parse(facts.today) + HORIZON_DAYS * DAY_MS;
  return parts.some(({ expectedOn }) => Date.parse(expectedOn) > last) ? 'too_far_ahead' : null;
}

/** Ids of parts that have not arrived. */
export const awaited = ({ parts }: Facts): string[] =>
  parts.filter(({ state }) => state === 'ordered' || state === 'backordered').map(({ id }) => id);

/** Ids of parts that have arrived and are neither fitted nor sent back. */
export const inHand = ({ parts }: Facts): string[] => parts.filter(({ state }) => state === 'received').map(({ id }) => id);

const name = (text: string): string => text.normalize('NFKC').trim().toLowerCase().replaceAll(/\s+/g, ' ');

/** Tested completely, and by somebody else than who repaired it where the policy says so. */
export function passable({ repairedBy, policy, deviceKind }: Facts, input: Inputs['qc.pass']): Refusal | null {
  if (policy.inspectorMustDiffer && repairedBy.some((person) => name(person) === name(input.inspector))) return 'same_person';
  const checked = new Set(input.checks.map(({ check }) => check));
  const missing = policy.checklists[deviceKind].some(({ key, mandatory }) => mandatory && !checked.has(key));
  return missing ? 'checklist_incomplete' : null;
}

/** Within so many hours after an instant. */
export const within = (hours: number, since: Date | null, now: Date): boolean => since !== null && now.getTime() - since.getTime() <= hours * HOUR_MS;

/** A device nobody picks up is disposed of after the notices and the days the law and the policy keep it for. */
export function disposable({ storage, now }: Facts): Refusal | null {
  if (storage === null) return 'no_storage';
  if (storage.notices.length < 3) return 'notices_missing';
  return new Date(storage.keepUntil) > now ? 'keep_longer' : null;
}
