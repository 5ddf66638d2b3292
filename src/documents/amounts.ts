// What a line of a quote comes to, and how two versions of a quote differ.
import type { QuoteLine } from '#quotes/quote.ts';
import { lineTotal } from '#quotes/quote-rules.ts';
import type { Offer } from './record.ts';

/** A line's price, tax and the share that a warranty pays; minor units, a discount negative. */
export interface LineAmounts {
  net: number;
  tax: number;
  covered: number;
  /** What the customer pays. */
  amount: number;
}

/** The amounts of one line. A warranty pays its share of the price, not of the tax. */
export function amountsOf(line: QuoteLine): LineAmounts {
  const { kind, quantity, unitPrice, tax = 0 } = line;
  const sign = kind === 'discount' ? -1 : 1;
  const net = sign * quantity * unitPrice;
  const amount = lineTotal(line);
  // A discount without tax is taxed 0, not -0.
  return { net, tax: sign * tax || 0, covered: net + sign * tax - amount || 0, amount };
}

/** A line that two versions do not share; null: the version has no such line. */
export interface Difference {
  kind: QuoteLine['kind'];
  text: string;
  before: number | null;
  after: number | null;
}

const keyOf = ({ kind, text }: QuoteLine): string => `${kind} ${text}`;

function byKey(offer: Offer): Map<string, { line: QuoteLine; amount: number }> {
  const lines = new Map<string, { line: QuoteLine; amount: number }>();
  for (const line of offer.lines) {
    const earlier = lines.get(keyOf(line))?.amount ?? 0;
    lines.set(keyOf(line), { line, amount: earlier + amountsOf(line).amount });
  }
  return lines;
}

/** What was taken out, changed and added, in the order of the versions. Lines of one kind and text count as one. */
export function differences(before: Offer, after: Offer): Difference[] {
  const old = byKey(before);
  const fresh = byKey(after);
  const keys = [...new Set([...old.keys(), ...fresh.keys()])];
  return keys.flatMap((key) => {
    const [was, is] = [old.get(key), fresh.get(key)];
    const line = is?.line ?? was?.line;
    if (line === undefined || was?.amount === is?.amount) return [];
    return [{ kind: line.kind, text: line.text, before: was?.amount ?? null, after: is?.amount ?? null }];
  });
}
