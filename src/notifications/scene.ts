// What a message is made of: the facts as they were, already written in the reader's language and time zone.
import type { Locale, Money } from '#platform/schema.ts';
import { labelOf } from '#tickets/lifecycle.ts';
import type { Outcome, ReturnMethod, Status } from '#tickets/status.ts';
import type { TicketFacts } from './event.ts';

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
  quote: { total: string; fee: string | null; until: string; days: number } | null;
  parts: { name: string; on: string }[];
  parcel: { carrier: string; tail: string; eta: string | null } | null;
}

/** A day in words, in the reader's time zone. */
export const dayIn = (iso: string, locale: Locale, timeZone: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone }).format(new Date(iso));

/** An amount with its currency; minor units have as many digits as ISO 4217 gives the currency. */
export function moneyIn({ amount, currency }: Money, locale: Locale): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** Enough of an address to notice a wrong one: `w***@example.com`. */
export function masked(email: string): string {
  const at = email.lastIndexOf('@');
  return at < 1 ? '***' : `${email.slice(0, 1)}***${email.slice(at)}`;
}

/** Writes the facts for this reader. */
export function sceneOf(facts: TicketFacts, reader: Addressee): Scene {
  const { locale, timeZone, center, contactLine } = reader;
  const day = (iso: string): string => dayIn(iso, locale, timeZone);
  const { quote, shipment } = facts;
  return {
    code: facts.code,
    center,
    contactLine,
    status: facts.status,
    label: labelOf(facts.status, facts.returnMethod)[locale],
    outcome: facts.outcome,
    returnMethod: facts.returnMethod,
    on: day(facts.occurredAt),
    by: facts.nextUpdateBy === null ? null : day(facts.nextUpdateBy),
    quote: quote && {
      total: moneyIn(quote.total, locale),
      fee: quote.diagnosisFee.amount === 0 ? null : moneyIn(quote.diagnosisFee, locale),
      until: day(quote.validUntil),
      days: quote.promisedDays,
    },
    // A calendar day belongs to no time zone.
    parts: facts.parts.map(({ name, expectedOn }) => ({ name, on: dayIn(`${expectedOn}T00:00:00Z`, locale, 'UTC') })),
    parcel: shipment && { carrier: shipment.carrier, tail: shipment.waybillTail, eta: shipment.eta === null ? null : day(shipment.eta) },
  };
}
