// The parts that every document of a repair has: whose paper it is, whose device, and what device.
import type { Locale } from '#platform/schema.ts';
import { type Block, type Fact, known, type Printable } from './printable.ts';
import type { Repair } from './record.ts';
import { words } from './wording.ts';

/** The head of the paper. */
export function issuerOf({ brand, center }: Repair, locale: Locale): Printable['issuer'] {
  const phone = `${words[locale].phone} ${center.phone}`;
  return { name: center.name, lines: [...(brand.name === center.name ? [] : [brand.name]), center.address, phone] };
}

/** The customer: name and address are asked for by 16 CCR 2721 (e). Null where nothing is known. */
export function customerBlocks({ customer }: Repair, locale: Locale): Block[] {
  const w = words[locale];
  const facts = known([w.customerName, customer.name], [w.phone, customer.phone], [w.email, customer.email], [w.address, customer.address]);
  return facts.length === 0
    ? []
    : [
        { kind: 'heading', text: w.customer },
        { kind: 'facts', facts, columns: 2 },
      ];
}

/** Kind, maker, model, and every number in full. */
export function deviceFacts({ device, identifiers }: Repair, locale: Locale, unreadable: boolean): Fact[] {
  const w = words[locale];
  const numbers = identifiers.map(({ type, value }) => [w.identifier[type], value] as const);
  const none = identifiers.length === 0 || unreadable ? ([[w.identifier.serial, w.unreadable]] as const) : [];
  return known([w.kind, w.kinds[device.kind]], [w.maker, device.maker], [w.model, device.model], ...(numbers.length === 0 ? none : numbers));
}
