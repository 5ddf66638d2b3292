// What a price contract may say, and what a new version may change.
import type { Money } from '#platform/schema.ts';
import type { QuoteLine, QuoteOffer, QuoteRow } from './quote.ts';

/** What the customer pays for one line in minor units, tax included; negative for a discount. Shares are rounded half up. */
export const lineTotal = ({ kind, quantity, unitPrice, tax = 0, coveredPercent = 0 }: QuoteLine): number =>
  (kind === 'discount' ? -1 : 1) * (Math.round((quantity * unitPrice * (100 - coveredPercent)) / 100) + tax);

/** The total of a quote in minor units. */
export const quoteTotal = (lines: readonly QuoteLine[]): number => lines.reduce((sum, line) => sum + lineTotal(line), 0);

/** Least validity in days: Directive (EU) 2024/1799 Art. 4(5) binds the terms of its form for 30 days; house policy elsewhere. */
export const minimumValidDays = { EU: 30, CN: 10, 'US-CA': 10, none: 10 } as const;

/** What is wrong with the sum of an offer, sent or not: what no amount can be. */
export function totalRefusal(lines: readonly QuoteLine[]) {
  const total = quoteTotal(lines);
  if (total < 0) return 'total_negative';
  return total > 2_147_483_647 ? 'total_too_large' : null;
}

/** What is wrong with an offer by itself; `feeDisclosed` is what the customer was told at intake that the diagnosis costs. */
export function offerRefusal(offer: QuoteOffer, jurisdiction: keyof typeof minimumValidDays, feeDisclosed: Money | null) {
  const sum = totalRefusal(offer.lines);
  if (sum !== null) return sum;
  const told = feeDisclosed?.currency === offer.currency ? feeDisclosed.amount : 0;
  if (offer.diagnosisFee > told) return 'fee_not_disclosed';
  const least = offer.form === 'eu_erif' ? minimumValidDays.EU : minimumValidDays[jurisdiction];
  return offer.validDays < least ? 'validity_too_short' : null;
}

/** Whether the terms of this quote may not get worse for the customer: the European form, for as long as it is valid. */
export const termsLocked = (quote: QuoteRow, now: Date): boolean =>
  quote.form === 'eu_erif' && quote.validUntil !== null && new Date(quote.validUntil) >= now;
