// Days on pages: with their weekday where one has to be kept, short where many stand in a row.
import { penOf } from '#documents/format.ts';
import type { Locale, Money } from '#platform/schema.ts';
import { type Html, html } from './html.ts';

/** Writes for one reader. */
export interface PagePen {
  /** A calendar day with its weekday. */
  day(on: string): Html;
  /** A calendar day in as few letters as will do. */
  shortDay(on: string): Html;
  /** A point in time, in the time zone of the place where it happened. */
  moment(at: string): Html;
  money(amount: Money): string;
}

const pens = new Map<string, PagePen>();

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
    day: (on) => html`<time datetime="${on}">${long.format(noon(on))}</time>`,
    shortDay: (on) => html`<time datetime="${on}">${short.format(noon(on))}</time>`,
    moment: (at) => html`<time datetime="${at}">${moment(new Date(at))}</time>`,
    money,
  };
  pens.set(`${locale} ${timeZone}`, pen);
  return pen;
}
