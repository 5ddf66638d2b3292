// What a message would say of a ticket at this moment, for whoever only looks.
import type { Deed } from '#access/deed.ts';
import type { TicketFacts } from '#notifications/event.ts';
import { factsOf } from './facts.ts';
import { ticketRow } from './find-tickets.ts';

/** The facts, and whom they would be told to. Problem: not_found. */
export async function factsNow(deed: Deed, ticketId: string): Promise<{ facts: TicketFacts; contactId: string; email: string | null }> {
  const row = await ticketRow(deed, ticketId);
  return { facts: factsOf(deed, row), contactId: row.contactId, email: row.contact.email };
}
