// Writes the label of a parcel.
import type { Deed } from '#access/deed.ts';
import type { Locale } from '#platform/schema.ts';
import { Problem } from '#problems.ts';
import { labelOf } from './label.ts';
import { labelRecord } from './label-store.ts';
import type { Printable } from './printable.ts';

/** In the customer's language where none is named. Problem: not_found. */
export async function shippingLabel(deed: Deed, shipmentId: string, locale: Locale | undefined): Promise<Printable> {
  const record = await labelRecord(deed, shipmentId);
  if (record === undefined) throw new Problem('not_found', 'There is no such shipment for your key. Check the id.');
  return labelOf(record, locale ?? record.customer.locale);
}
