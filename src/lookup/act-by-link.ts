// What a customer does by link beside deciding about a quote: cancel, dispute, agree to disposal, ask for the repair again.
import type { Deed } from '#access/deed.ts';
import { Problem } from '#problems.ts';
import { advanceTicket, type Step } from '#tickets/advance-ticket.ts';
import { openReRepair } from '#tickets/open-re-repair.ts';
import { consentByLink } from './decide-by-link.ts';
import { customerLink } from './link.ts';
import type { LinkActionInput, LinkedReRepair, LinkedReRepairInput } from './link-decision.ts';
import { linkedActions, NO_REASON, reRepairUntil } from './link-projection.ts';
import { followUp, linkedTicket, lockTicket, standsAfter } from './link-store.ts';
import { ticketOf } from './use-link.ts';

function stepOf(deed: Deed, asked: LinkActionInput, evidence: string): Pick<Step, 'command' | 'reason'> {
  switch (asked.action) {
    case 'ticket.cancel':
      return { command: { action: 'ticket.cancel', input: { requestedBy: 'customer' } }, reason: asked.reason ?? NO_REASON };
    case 'delivery.dispute':
      return { command: { action: 'delivery.dispute', input: { what: asked.what, details: asked.details } } };
    case 'disposal.consent':
      return { command: { action: 'disposal.consent', input: { consent: consentByLink(deed, asked, evidence) } } };
  }
}

/** Moves the ticket as the customer asks. Problems: transition_not_allowed, transition_refused. */
export async function actByLink(deed: Deed, asked: LinkActionInput, evidence: string): Promise<void> {
  const ticketId = ticketOf(deed);
  await lockTicket(deed, ticketId);
  await advanceTicket(deed, { ticketId, expectedVersion: null, ...stepOf(deed, asked, evidence) });
}

/** The same for a form, which a double click sends twice: what was asked before is as good as recorded now. */
export async function actOnceByLink(deed: Deed, asked: LinkActionInput, evidence: string): Promise<void> {
  const ticketId = ticketOf(deed);
  await lockTicket(deed, ticketId);
  if (!(await standsAfter(deed, ticketId, asked.action))) await actByLink(deed, asked, evidence);
}

/** The address of the page, below ours, of the ticket that the repair was taken up again with; null where none is open. */
export async function followUpPath(deed: Deed): Promise<string | null> {
  const open = await followUp(deed, ticketOf(deed));
  return open === undefined ? null : customerLink(deed.seal, '', open);
}

/**
 * Opens the ticket that takes the repair up again, or answers the one that was opened already.
 * Problems: transition_not_allowed where the repair is not completed or its warranty is over, open_ticket_exists.
 */
export async function reRepairByLink(deed: Deed, asked: LinkedReRepairInput, publicUrl: string): Promise<LinkedReRepair> {
  const ticketId = ticketOf(deed);
  await lockTicket(deed, ticketId);
  const open = await followUp(deed, ticketId);
  if (open !== undefined) return { code: open.code, link: customerLink(deed.seal, publicUrl, open), alreadyOpened: true };
  const row = await linkedTicket(deed, ticketId);
  if (row === undefined || reRepairUntil(row, deed.now) === null) {
    const detail = 'A repair is taken up again once it is completed and while its warranty runs. Please call the service center.';
    throw new Problem('transition_not_allowed', detail, { allowedActions: row === undefined ? [] : linkedActions(row, deed.now) });
  }
  const { id, code } = await openReRepair(deed, ticketId, asked);
  return { code, link: customerLink(deed.seal, publicUrl, { ticketId: id, generation: 1 }), alreadyOpened: false };
}
