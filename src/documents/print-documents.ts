// Writes the documents of a ticket: reads what was recorded and hands it to the template of the document.
import type { Deed } from '#access/deed.ts';
import type { Locale } from '#platform/schema.ts';
import { Problem } from '#problems.ts';
import type { Printable } from './printable.ts';
import { quoteOf } from './quote.ts';
import { receiptOf } from './receipt.ts';
import type { Offer, Repair } from './record.ts';
import { intakeOf, type OfferJson, quoteById, type RepairRow } from './store.ts';

const unknownTicket = (): Problem => new Problem('not_found', 'There is no such ticket for your key. Check the id.');

function repairOf(deed: Deed, row: RepairRow): Repair {
  const open = ({ type, sealed, keyId }: RepairRow['identifiers'][number]): Repair['identifiers'][number] => ({
    type,
    value: deed.seal.open(Buffer.from(sealed, 'base64'), keyId),
  });
  return { ...row, identifiers: row.identifiers.map(open) };
}

/**
 * The receipt of the device's intake (16 CCR 2721), in the customer's language where none is named.
 * Problems: not_found, also before the device was received.
 */
export async function intakeReceipt(deed: Deed, ticketId: string, locale: Locale | undefined, lookupAddress: string): Promise<Printable> {
  const row = await intakeOf(deed, ticketId);
  if (row === undefined) throw unknownTicket();
  if (row.received === null) throw new Problem('not_found', 'The device has not been received yet: there is nothing to give a receipt for.');
  const current = row.promisedAt ?? row.firstPromise;
  const record = {
    repair: repairOf(deed, row),
    receivedAt: new Date(row.received.at),
    reception: row.received.data,
    backupConsent: row.opened?.data.backupConsent ?? null,
    promise: current === null ? null : { first: row.firstPromise ?? current, current },
  };
  return receiptOf(record, locale ?? row.customer.locale, lookupAddress);
}

const instant = (text: string | null): Date | null => (text === null ? null : new Date(text));

const offerOf = (json: OfferJson): Offer => ({
  ...json,
  sentAt: instant(json.sentAt),
  validUntil: instant(json.validUntil),
  decidedAt: instant(json.decidedAt),
});

/**
 * One version of a quote, in the customer's language where none is named. A customer sees what was sent, never a draft.
 * Problem: not_found.
 */
export async function quoteDocument(deed: Deed, ticketId: string, quoteId: string, locale: Locale | undefined): Promise<Printable> {
  const row = await quoteById(deed, ticketId, quoteId);
  if (row === undefined) throw unknownTicket();
  const { quote, replaced, replacedBy, why } = row;
  const hidden = deed.actor.kind === 'customer' && quote?.status === 'draft';
  if (quote === null || hidden) throw new Problem('not_found', 'The ticket has no such quote. Check its id.');
  const record = {
    repair: repairOf(deed, row),
    offer: offerOf(quote),
    replaced: replaced === null ? null : offerOf(replaced),
    replacedBy,
    why,
    now: deed.now,
  };
  return quoteOf(record, locale ?? row.customer.locale);
}
