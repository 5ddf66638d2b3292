// Days on pages: with their weekday where one has to be kept, short where many stand in a row.
import { penOf } from '#documents/format.ts';
import type { Locale, Money } from '#platform/schema.ts';
import { type Html, html } from './html.ts';

/** Writes for one reader. */
export interface PagePen {
  /** A calendar day with its weekday. */
  day(on: string): Html;
  /** The same for the one day that counts: the year stands back. */
  bigDay(on: string): Html;
  /** A calendar day in as few letters as will do. */
  shortDay(on: string): Html;
  /** A point in time, in the time zone of the place where it happened. */
  moment(at: string): Html;
  money(amount: Money): string;
}

const pens = new Map<string, PagePen>();

/** In Chinese the weekday follows the day without a gap, which reads as one number and one word run together. */
const spaced = (parts: Intl.DateTimeFormatPart[]): Intl.DateTimeFormatPart[] =>
  parts.map((part, index) =>
    part.type === 'weekday' && index > 0 && parts[index - 1]?.value === '日' ? { ...part, value: ` ${part.value}` } : part,
  );

const joined = (parts: readonly Intl.DateTimeFormatPart[]): string => parts.map(({ value }) => value).join('');

/** The year goes with the sign that ties it to the rest: behind it where it comes first, before it where it comes last. */
function withSmallYear(parts: readonly Intl.DateTimeFormatPart[]): Html {
  const at = parts.findIndex(({ type }) => type === 'year');
  const [from, to] = at === 0 ? [0, 2] : [at - 1, at + 1];
  return html`${joined(parts.slice(0, from))}<span class="year">${joined(parts.slice(from, to))}</span>${joined(parts.slice(to))}`;
}

/** A hyphen before an amount is no minus. */
const minus = (amount: string): string => amount.replace('-', '\u2212');

/** @param timeZone IANA; formatters are kept, because making one costs more than a page. */
export function pagePen(locale: Locale, timeZone: string): PagePen {
  const known = pens.get(`${locale} ${timeZone}`);
  if (known !== undefined) return known;
  // A calendar day has no time zone: it is written as noon in UTC.
  const long = new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'long', day: 'numeric', weekday: 'short', timeZone: 'UTC' });
  const short = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', timeZone: 'UTC' });
  const { moment, money } = penOf(locale, timeZone);
  const noon = (on: string): Date => new Date(`${on}T12:00:00Z`);
  const pen: PagePen = {
    day: (on) => html`<time datetime="${on}">${joined(spaced(long.formatToParts(noon(on))))}</time>`,
    bigDay: (on) => html`<time datetime="${on}">${withSmallYear(spaced(long.formatToParts(noon(on))))}</time>`,
    shortDay: (on) => html`<time datetime="${on}">${short.format(noon(on))}</time>`,
    moment: (at) => html`<time datetime="${at}">${moment(new Date(at))}</time>`,
    money: (amount) => minus(money(amount)),
  };
  pens.set(`${locale} ${timeZone}`, pen);
  return pen;
}
