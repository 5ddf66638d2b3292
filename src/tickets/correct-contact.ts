// Corrects the customer of a ticket: what was written wrong at the counter, a new telephone, a wish not to be called.
import type { Deed } from '#access/deed.ts';
import { changeContact } from '#contacts/change-contact.ts';
import { type ContactChange, openWays } from '#contacts/contact.ts';
import { replaceLink } from '#lookup/use-link.ts';
import { dueFor, dueToFormer, wakingWhereMoved } from '#notifications/announce.ts';
import { enqueue } from '#platform/outbox.ts';
import { Problem } from '#problems.ts';
import { factsOf } from './facts.ts';
import { holdFast } from './ladder-store.ts';
import { lock } from './store.ts';
import type { TicketView } from './ticket.ts';
import { ticketView } from './view.ts';

/**
 * Writes the change. Where the customer is reached has changed: the old and the new address hear of it, and the link that was mailed
 * to the old one ends. No step of the lifecycle: version and history stay, the addresses are kept with who changed them. Problem: not_found.
 */
export async function correctContact(deed: Deed, ticketId: string, change: ContactChange): Promise<TicketView> {
  // No version tells `lock` that another correction has passed while it waited.
  await holdFast(deed, ticketId);
  const before = await lock(deed, ticketId);
  if (before === undefined) throw new Problem('not_found', 'There is no such ticket for your key. Check the id.');
  const { row: contact, former, moved } = await changeContact(deed, before.contactId, before.contact, change);
  if (former.length > 0) await replaceLink(deed, ticketId);
  if (moved.length > 0) {
    const facts = { ...factsOf(deed, before), changed: moved };
    const { recipients } = before;
    const event = { type: 'ticket.noticed', ticketId, seq: null, telling: 'contact_changed', facts } as const;
    const due = dueFor(event, { ...recipients, ways: openWays(contact) }, deed.instantWays);
    await enqueue(deed, [...wakingWhereMoved(due, moved), ...dueToFormer(event, former, deed.instantWays)]);
  }
  return ticketView(deed, { ...before, contact });
}
