// What the page behind a link is made of, read in one transaction: the repair, and whose it is.
import type { Deed } from '#access/deed.ts';
import { readBrand } from '#access/manage-brands.ts';
import { ownFace } from '#looks/find-face.ts';
import type { Face } from '#looks/look.ts';
import { followUpPath } from '#lookup/act-by-link.ts';
import { readLinked } from '#lookup/use-link.ts';
import type { Locale } from '#platform/schema.ts';
import type { TicketScene } from './ticket-page.ts';

/** Problem: unauthorized where the link ended between the door and here. */
export async function readPage(deed: Deed, locale: Locale): Promise<TicketScene & { brand: Face; now: Date }> {
  const ticket = await readLinked(deed, locale);
  // As in the documents: that of the place where the repair is done.
  const timeZone = ticket.center?.timeZone ?? (await readBrand(deed, deed.brandId)).timeZone;
  const followUp = ticket.reRepair === null ? null : await followUpPath(deed);
  return { ticket, followUp, timeZone, now: deed.now, brand: await ownFace(deed) };
}
