// Writes the label of a parcel.
import type { Deed } from '#access/deed.ts';
import type { Locale } from '#platform/schema.ts';
import { Problem } from '#problems.ts';
import { labelOf } from './label.ts';
import { labelRecord } from './label-store.ts';
import type { Printable } from './printable.ts';

/** In the customer's language where none is named. Problem: not_found, for a customer also once the label cannot be used any more. */
export async function shippingLabel(deed: Deed, shipmentId: string, locale: Locale | undefined): Promise<Printable> {
  const record = await labelRecord(deed, shipmentId);
  if (record === undefined) {
    const detail =
      deed.actor.kind === 'customer'
        ? 'There is no such label any more. Look which documents the repair has now.'
        : 'There is no such shipment for your key. Check the id.';
    throw new Problem('not_found', detail);
  }
  return labelOf(record, locale ?? record.customer.locale);
}
