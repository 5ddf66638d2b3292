// What a message says where there is room for one sentence: a text to a telephone, and a note in WeChat. Pure.
import type { Locale } from '#platform/schema.ts';
import type { MessageName, TicketFacts } from './event.ts';
import { labelIn, lines, ownNotes, shorts, withoutText } from './messages/short.ts';
import type { Addressee } from './scene.ts';
import { type Short, templates } from './short-templates.ts';

/** What of a reader matters in short messages. */
export type ShortReader = Pick<Addressee, 'locale' | 'timeZone' | 'lookupUrl' | 'link' | 'labels' | 'sentAt'>;

/** A text without its signature. Chinese ones name their template alone, others also their language. */
export interface ShortText {
  text: string;
  template: string;
  values: Record<string, string>;
}

/** A note: `code` is a character_string, `status` a phrase (in English a thing), `date` a time, `text` a thing, `amount` an amount. */
export interface ShortNote {
  template: string;
  fields: Record<string, string>;
  url: string | null;
}

/** A page address longer than this is not named in texts: they would cost two parts. */
export const PAGE = 18;

/** The page where a repair is looked up, as it stands in texts; null where its address is too long. */
export function pageOf(lookupUrl: string): string | null {
  const page = lookupUrl.replace(/^https?:\/\//, '').replace(/\/$/, '');
  return page.length <= PAGE ? page : null;
}

/** A day without its year: in a text every character counts, and nothing is further away than a year. */
const dayIn = (iso: string, { locale, timeZone }: ShortReader): string =>
  new Intl.DateTimeFormat(locale, { month: locale === 'en' ? 'short' : 'long', day: 'numeric', timeZone }).format(new Date(iso));

/** A time as WeChat takes it in `time` and in `date` fields. */
function timeIn(iso: string, { locale, timeZone }: ShortReader): string {
  const stamp = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone }).format(new Date(iso));
  if (locale === 'en') return stamp;
  const [, year, month, day, time] = /^(\d+)-(\d+)-(\d+) (.+)$/.exec(stamp) ?? [];
  return `${year}年${Number(month)}月${Number(day)}日 ${time}`;
}

const inLanguage = (name: string, locale: Locale): string => (locale === 'zh-CN' ? name : `${name}.${locale}`);

function valuesOf({ template: _, date, ...more }: Short, { code }: TicketFacts, reader: ShortReader): Record<string, string> {
  return { code, date: dayIn(date, reader), ...more };
}

/** The text as its template has it, with the address of the page: this is what providers are given to read. */
export function wordingOf(name: keyof typeof templates, locale: Locale, lookupUrl: string): string {
  const page = pageOf(lookupUrl);
  return page === null ? templates[name].text[locale] : `${templates[name].text[locale]} ${page}`;
}

/** The text for a telephone; null where this message is none for telephones. */
export function textFor(name: MessageName, facts: TicketFacts, reader: ShortReader): ShortText | null {
  const short = withoutText.has(name) ? null : (shorts[name]?.(facts, reader) ?? null);
  if (short === null) return null;
  const values = valuesOf(short, facts, reader);
  const text = wordingOf(short.template, reader.locale, reader.lookupUrl).replaceAll(/\$\{(\w+)\}/g, (_, place: string) => values[place] ?? '');
  return { text, template: inLanguage(short.template, reader.locale), values };
}

/** A symbol of one character, up to 10 digits: what an `amount` field takes; null where the currency has no such symbol. */
function amountOf({ quote }: TicketFacts, locale: Locale): string | null {
  if (quote === null) return null;
  const { amount, currency } = quote.total;
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay: 'narrowSymbol', useGrouping: false });
  const parts = format.formatToParts(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
  const symbol = parts.find(({ type }) => type === 'currency')?.value ?? '';
  const digits = parts.filter(({ type }) => type !== 'currency' && type !== 'literal').map(({ value }) => value);
  return symbol.length === 1 ? `${symbol}${digits.join('')}` : null;
}

/** The note for WeChat; null where this message is none for WeChat. */
export function noteFor(name: MessageName, facts: TicketFacts, reader: ShortReader): ShortNote | null {
  const { locale } = reader;
  const short = shorts[name]?.(facts, reader) ?? null;
  if (short === null) return null;
  const { line, asks } = templates[short.template];
  const amount = short.template === 'decide' ? amountOf(facts, locale) : null;
  const own = ownNotes[name]?.(facts) ?? null;
  const kind = amount === null ? (asks ? 'action' : 'progress') : 'quote';
  return {
    template: inLanguage(kind, locale),
    fields: {
      code: facts.code,
      status: labelIn(facts, locale, reader.labels),
      date: timeIn(own?.date ?? short.date, reader),
      text: (own?.line ?? lines[name] ?? line)[locale],
      ...(amount === null ? {} : { amount }),
    },
    url: reader.link ?? reader.lookupUrl,
  };
}
