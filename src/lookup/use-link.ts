// What is done with a customer's link: reading the one ticket it is for, and making it anew.
import type { Deed } from '#access/deed.ts';
import { customerFiles } from '#files/find-files.ts';
import type { Locale } from '#platform/schema.ts';
import { Problem } from '#problems.ts';
import { tellNotice } from '#tickets/tell-notice.ts';
import { customerLink, type Linked, linkHash } from './link.ts';
import { linkedProgress } from './link-projection.ts';
import { linkedTicket, nextGeneration, writeHashes } from './link-store.ts';
import type { LinkedTicket, NewLink } from './link-ticket.ts';

/** The ticket that a customer's actor is for. */
export function ticketOf({ actor }: Deed): string {
  if (actor.ticketId === undefined) throw new Error('only a customer has one ticket');
  return actor.ticketId;
}

/** Tier 2 of the link's ticket. Problem: unauthorized where the link ended between the door and here. */
export async function readLinked(deed: Deed, locale: Locale): Promise<LinkedTicket> {
  const row = await linkedTicket(deed, ticketOf(deed));
  if (row === undefined) throw new Problem('unauthorized', 'The link has ended.');
  return linkedProgress(row, await customerFiles(deed, row.ticket_id), locale, deed.now);
}

/** Ends the link of a ticket and makes another: for a link that came into other hands. Its customer is told. Problem: not_found. */
export async function renewLink(deed: Deed, publicUrl: string, ticketId: string): Promise<NewLink> {
  const linked = await replaceLink(deed, ticketId);
  await tellNotice(deed, ticketId, 'link_renewed');
  return { link: customerLink(deed.seal, publicUrl, linked) };
}

/** The same where something else is told that says so too. Problem: not_found. */
export async function replaceLink(deed: Deed, ticketId: string): Promise<Linked> {
  const generation = await nextGeneration(deed, ticketId);
  if (generation === undefined) throw new Problem('not_found', 'There is no such ticket for your key. Check the id.');
  const linked = { ticketId, generation };
  await writeHashes(deed, [{ brandId: deed.brandId, ...linked, hash: linkHash(deed.seal, linked) }]);
  return linked;
}
