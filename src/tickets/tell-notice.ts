// Tells a customer something about their ticket that neither a step nor a wait brings; the day of the next word stays.
import type { Deed } from '#access/deed.ts';
import { announce } from '#notifications/announce.ts';
import type { Notice, TicketFacts } from '#notifications/event.ts';
import { factsOf } from './facts.ts';
import { type LockedRow, lock } from './store.ts';

/** Tells it of a ticket that is locked and read already. */
export async function tellNoticeOf(deed: Deed, row: LockedRow, telling: Notice, more: Partial<TicketFacts> = {}): Promise<void> {
  await announce(deed, { type: 'ticket.noticed', ticketId: row.id, seq: null, telling, facts: { ...factsOf(deed, row), ...more } }, row.recipients);
}

/** Locks the ticket and tells it; nothing where the actor may not see the ticket. */
export async function tellNotice(deed: Deed, ticketId: string, telling: Notice, more: Partial<TicketFacts> = {}): Promise<void> {
  const row = await lock(deed, ticketId);
  if (row !== undefined) await tellNoticeOf(deed, row, telling, more);
}
