// Dates and amounts as people of each language write them.
import type { Locale, Money } from '#platform/schema.ts';

/** Writes for one reader: language, and the time zone of the place where it happened. */
export interface Pen {
  day(at: Date): string;
  moment(at: Date): string;
  /** Minor units with the sign of the currency, e.g. `CN¥129.00`. */
  money(amount: Money): string;
  /** Minor units without the currency, for columns whose caption names it. */
  amount(amount: Money): string;
}

/** @param timeZone IANA */
export function penOf(locale: Locale, timeZone: string): Pen {
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone });
  const writers = new Map<string, { digits: number; money: Intl.NumberFormat; amount: Intl.NumberFormat }>();
  // A formatter costs a hundred times what it writes.
  const writerOf = (currency: string) => {
    const money = new Intl.NumberFormat(locale, { style: 'currency', currency });
    const digits = money.resolvedOptions().maximumFractionDigits ?? 2;
    const amount = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    const writer = { digits, money, amount };
    writers.set(currency, writer);
    return writer;
  };
  const write = ({ amount, currency }: Money, style: 'money' | 'amount'): string => {
    const writer = writers.get(currency) ?? writerOf(currency);
    return writer[style].format(amount / 10 ** writer.digits);
  };
  return {
    day: (at) => day.format(at),
    moment: (at) => moment.format(at),
    money: (amount) => write(amount, 'money'),
    amount: (amount) => write(amount, 'amount'),
  };
}
