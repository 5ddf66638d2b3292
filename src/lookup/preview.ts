// What a customer would be shown of a ticket, for its center: made as for the customer, with nothing counted, nothing logged and no secret given out.
import type { Deed } from '#access/deed.ts';
import { customerFiles } from '#files/find-files.ts';
import type { Locale } from '#platform/schema.ts';
import { Problem } from '#problems.ts';
import { ticketRow } from '#tickets/find-tickets.ts';
import { linkedProgress, noPass } from './link-projection.ts';
import { linkedTicket } from './link-store.ts';
import type { LinkedTicket } from './link-ticket.ts';
import { isAnsweredAlone, readIdentifier } from './normalize.ts';
import type { NotShown, OpenProgress, OwnerProgress } from './progress.ts';
import { notShown, openProgress, ownerProgress } from './projection.ts';
import { previewOpen, previewOwner } from './store.ts';
import { visibleSince } from './visible.ts';

/** How much the customer has shown: a serial alone, a proof beside it, the link. */
export type Tier = '0' | '1' | '2';
export type Previewed = OpenProgress | OwnerProgress | LinkedTicket | NotShown;

/** Whether a device has a serial that is answered without a proof. */
function hasOpenSerial(deed: Deed, identifiers: Awaited<ReturnType<typeof ticketRow>>['identifiers']): boolean {
  return identifiers.some(({ type, sealed, keyId }) => {
    const read = readIdentifier(deed.seal.open(Buffer.from(sealed, 'base64'), keyId), type === 'serial' ? 'serial' : 'imei');
    return read.ok && type === 'serial' && isAnsweredAlone(read);
  });
}

/**
 * What that tier shows of the ticket in this language, as if the device had no newer one; what shows nothing answers as it does to
 * the customer. Problem: not_found.
 */
export async function previewTicket(deed: Deed, ticketId: string, tier: Tier, locale: Locale): Promise<Previewed> {
  const { identifiers } = await ticketRow(deed, ticketId);
  const since = visibleSince(deed.now);
  if (tier === '0') {
    const row = hasOpenSerial(deed, identifiers) ? await previewOpen(deed, ticketId, since) : undefined;
    return row === undefined ? notShown('proof_needed', locale) : openProgress(row, locale);
  }
  if (tier === '1') {
    const row = await previewOwner(deed, ticketId, since);
    return row === undefined ? notShown('proof_needed', locale) : ownerProgress(row, locale, noPass, deed.now);
  }
  const row = await linkedTicket(deed, ticketId);
  if (row === undefined) throw new Problem('not_found', 'There is no such ticket for your key. Check the id.');
  if (row.closed_at !== null && row.closed_at <= since) return notShown('link_ended', locale);
  return linkedProgress(row, await customerFiles(deed, ticketId), locale, deed.now);
}
