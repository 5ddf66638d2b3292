// What a message is made of: the facts as they were, already written in the reader's language and time zone.
import type { Way } from '#contacts/contact.ts';
import { carrierIn } from '#mail-in/carrier-words.ts';
import type { Locale, Money } from '#platform/schema.ts';
import type { OwnLabels, OwnMails } from '#texts/columns.ts';
import { holdWords, mayAddWords, turnOf } from '#tickets/hold-words.ts';
import { holds } from '#tickets/holds.ts';
import type { Discrepancy } from '#tickets/inputs.ts';
import { labelFor } from '#tickets/labels.ts';
import { promiseWords } from '#tickets/promise-words.ts';
import type { Outcome, ReturnMethod, Status } from '#tickets/status.ts';
import type { ParcelFacts, TicketFacts } from './event.ts';
import { etaOf } from './expected.ts';
import { lateFacts } from './late-facts.ts';
import type { Taker } from './wording.ts';

/** Who the message is for and in whose name it is written. */
export interface Addressee {
  email: string;
  locale: Locale;
  timeZone: string;
  brand: string;
  contactLine: string;
  center: string;
  /** Where the progress can be looked up. */
  lookupUrl: string;
  /** The address of this one ticket, a secret; null where the ticket has none. */
  link: string | null;
  /** When it goes out; absent or null: when it happened. A night, a retry or an outage can lie between the two. */
  sentAt?: Date | null;
  /** The address that ends the mails, or says that they are meant for somebody else. */
  unsubscribe?: string | null;
  /** Where the center is and when it is open, in the reader's language. */
  place?: { address: string; hours: string | null } | null;
  /** Of the brand, as `#rrggbb`. */
  color?: string | null;
  /** Labels and mails in the brand's own words. */
  labels?: OwnLabels | null;
  mails?: OwnMails | null;
}

/** The facts in words. */
export interface Scene {
  code: string;
  center: string;
  contactLine: string;
  status: Status;
  label: string;
  outcome: Outcome | null;
  returnMethod: ReturnMethod;
  /** The day it happened. */
  on: string;
  /** The day of the next word at the latest; null once nothing is to come. */
  by: string | null;
  /** `missed`: the day has passed. `moved`: from which day, why, and whether the new day is a later one. */
  promise: { day: string; missed: boolean; moved: { from: string; later: boolean; asked: boolean; why: string; note: string | null } | null } | null;
  /** `pauses`: the work stands still; `daily`: there is word every day. */
  hold: {
    label: string;
    until: string;
    ours: boolean;
    pauses: boolean;
    daily: boolean;
    why: string;
    note: string | null;
    next: { by: Taker; text: string };
  } | null;
  /** `left`: calendar days until it ends. `change`: against the version before. */
  quote: {
    total: string;
    fee: string | null;
    until: string;
    left: number;
    days: number;
    approved: boolean;
    change: { from: string; by: string; more: boolean; approved: boolean } | null;
  } | null;
  /** `charged`: the free days are over; `over`: so is the time it is kept. */
  storage: { freeUntil: string; charged: boolean; over: boolean; fee: string | null; keepUntil: string } | null;
  /** When a request is closed whose device has not come. */
  closesOn: string | null;
  /** `before`: the day it was awaited until now, and whether it comes later than that. */
  parts: { name: string; on: string; before: string | null; later: boolean }[];
  /** In the center's words. */
  why: string | null;
  /** What a repair that was given up costs all the same; `amount` null: nothing. */
  charge: { amount: string | null } | null;
  parcel: { carrier: string | null; tail: string; sentAs: string | null; eta: string | null } | null;
  /** By when the diagnosis was to be done, and whether that has passed. */
  diagnosis: { by: string; missed: boolean } | null;
  discrepancies: readonly Discrepancy[];
  swap: NonNullable<TicketFacts['swap']> | null;
  /** Until when the customer can say that something is wrong with the delivery. */
  disputeUntil: string | null;
  repair: { work: readonly string[]; fitted: readonly string[]; warrantyUntil: string | null } | null;
  wish: 'return' | 'disposal' | null;
  entitlement: { since: string; text: string } | null;
  /** The day of the message that was wrong. */
  recalledOn: string | null;
  /** The ways by which the customer is reached elsewhere from now on. */
  changed: readonly Way[];
  /** There is a link to the ticket's own page. */
  linked: boolean;
  place: Addressee['place'];
  /** What a message about a parcel is about; days in words. */
  about: {
    direction: ParcelFacts['direction'];
    openBy: string | null;
    openByBefore: string | null;
    answerBy: string | null;
    etaBefore: string | null;
    claim: { state: NonNullable<ParcelFacts['claim']>['state']; number: string | null; amount: string | null; overdue: boolean } | null;
  } | null;
}

/** Making a formatter costs more than the mail around it: each is kept, and there are no more than languages, time zones and currencies. */
function kept<T>(make: (...key: string[]) => T): (...key: string[]) => T {
  const made = new Map<string, T>();
  return (...key) => {
    const name = key.join(' ');
    const known = made.get(name) ?? make(...key);
    made.set(name, known);
    return known;
  };
}

const longDay = kept((locale = 'en', timeZone = 'UTC') => new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone }));
const calendarDay = kept((timeZone = 'UTC') => new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }));
const amounts = kept((locale = 'en', currency = 'CNY') => new Intl.NumberFormat(locale, { style: 'currency', currency }));

/** A day in words, in the reader's time zone. */
export const dayIn = (iso: string, locale: Locale, timeZone: string): string => longDay(locale, timeZone).format(new Date(iso));

/** An amount with its currency; minor units have as many digits as ISO 4217 gives the currency. */
export function moneyIn({ amount, currency }: Money, locale: Locale): string {
  const format = amounts(locale, currency);
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

const DAY_MS = 86_400_000;

/** Midnights between two instants in this time zone. */
function daysBetween(from: string, to: string, timeZone: string): number {
  const format = calendarDay(timeZone);
  const midnight = (iso: string): number => Date.parse(`${format.format(new Date(iso))}T00:00:00Z`);
  return Math.max(0, Math.round((midnight(to) - midnight(from)) / DAY_MS));
}

interface Pen {
  locale: Locale;
  timeZone: string;
  day(iso: string): string;
  contactLine: string;
}

function promiseIn({ promise, occurredAt }: TicketFacts, { locale, day }: Pen): Scene['promise'] {
  if (!promise) return null;
  const { at, previous, reason, note, madeAt = occurredAt } = promise;
  const missed = Date.parse(at) < Date.parse(occurredAt);
  // A promise that moved within its day has not moved for the customer, and one that moved before was told then.
  if (previous === null || day(previous) === day(at) || Date.parse(madeAt) < Date.parse(occurredAt)) return { day: day(at), missed, moved: null };
  const later = Date.parse(at) > Date.parse(previous);
  return { day: day(at), missed, moved: { from: day(previous), later, asked: reason === 'customer_wish', why: promiseWords[reason][locale], note } };
}

function holdIn({ hold }: TicketFacts, { locale, day, contactLine }: Pen): Scene['hold'] {
  if (!hold) return null;
  const { label, blame, pauses } = holds[hold.reason];
  const { why, next } = holdWords[hold.reason][locale];
  const until = day(hold.resumeBy);
  const note = mayAddWords(hold.reason) ? hold.customerText : null;
  return {
    label: label[locale],
    until,
    ours: blame === 'center',
    pauses,
    daily: hold.reason === 'suspected_loss',
    why,
    note,
    next: { by: turnOf[blame], text: next(until, contactLine) },
  };
}

function quoteIn({ quote, occurredAt }: TicketFacts, { locale, timeZone, day }: Pen): Scene['quote'] {
  if (!quote) return null;
  const { total, previousTotal: before } = quote;
  const difference = before?.currency === total.currency ? total.amount - before.amount : null;
  return {
    total: moneyIn(total, locale),
    fee: quote.diagnosisFee.amount === 0 ? null : moneyIn(quote.diagnosisFee, locale),
    until: day(quote.validUntil),
    left: daysBetween(occurredAt, quote.validUntil, timeZone),
    days: quote.promisedDays,
    approved: quote.approved === true,
    change:
      !before || difference === null
        ? null
        : {
            from: moneyIn(before, locale),
            by: moneyIn({ ...total, amount: Math.abs(difference) }, locale),
            more: difference > 0,
            approved: quote.previousApproved === true,
          },
  };
}

function parcelIn(facts: TicketFacts, reader: Addressee, { locale, day }: Pen): Scene['parcel'] {
  const { shipment } = facts;
  if (!shipment) return null;
  const { carrier, waybillTail: tail, sentAs = null } = shipment;
  const eta = etaOf(facts, reader);
  return { carrier: carrierIn(carrier, locale), tail, sentAs, eta: eta === null ? null : day(eta) };
}

function aboutIn({ parcel }: TicketFacts, { locale, day }: Pen): Scene['about'] {
  if (!parcel) return null;
  const { claim } = parcel;
  const dayOrNull = (at: string | null): string | null => (at === null ? null : day(at));
  return {
    direction: parcel.direction,
    openBy: dayOrNull(parcel.openBy),
    openByBefore: dayOrNull(parcel.openByBefore),
    answerBy: dayOrNull(parcel.answerBy),
    etaBefore: dayOrNull(parcel.etaBefore),
    claim: claim && {
      state: claim.state,
      number: claim.number,
      amount: claim.amount === null ? null : moneyIn(claim.amount, locale),
      overdue: claim.overdue === true,
    },
  };
}

/** Writes the facts for this reader. What rows of an earlier release do not carry is null. */
export function sceneOf(facts: TicketFacts, reader: Addressee): Scene {
  const { locale, timeZone, center, contactLine } = reader;
  const day = (iso: string): string => dayIn(iso, locale, timeZone);
  // A calendar day belongs to no time zone.
  const date = (on: string): string => dayIn(`${on}T00:00:00Z`, locale, 'UTC');
  const pen: Pen = { locale, timeZone, day, contactLine };
  const { storage, closesAt } = facts;
  return {
    code: facts.code,
    center,
    contactLine,
    status: facts.status,
    label: labelFor(facts.status, facts.returnMethod, reader.labels, facts.wish)[locale],
    outcome: facts.outcome,
    returnMethod: facts.returnMethod,
    on: day(facts.occurredAt),
    by: facts.nextUpdateBy === null ? null : day(facts.nextUpdateBy),
    promise: promiseIn(facts, pen),
    hold: holdIn(facts, pen),
    quote: quoteIn(facts, pen),
    storage: storage
      ? {
          freeUntil: day(storage.freeUntil),
          over: Date.parse(facts.occurredAt) >= Date.parse(storage.keepUntil),
          charged: Date.parse(facts.occurredAt) > Date.parse(storage.freeUntil),
          fee: storage.dailyFee.amount === 0 ? null : moneyIn(storage.dailyFee, locale),
          keepUntil: day(storage.keepUntil),
        }
      : null,
    closesOn: closesAt ? day(closesAt) : null,
    parts: facts.parts.map(({ name, expectedOn, previousOn }) => ({
      name,
      on: date(expectedOn),
      before: previousOn && previousOn !== expectedOn ? date(previousOn) : null,
      later: previousOn ? expectedOn > previousOn : false,
    })),
    why: facts.why ?? null,
    charge: facts.charge ? { amount: facts.charge.amount === 0 ? null : moneyIn(facts.charge, locale) } : null,
    parcel: parcelIn(facts, reader, pen),
    about: aboutIn(facts, pen),
    ...lateFacts(facts, day),
    linked: reader.link !== null,
    place: reader.place,
  };
}
