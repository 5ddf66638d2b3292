// A booking is taken back before anything has been collected.
import type { Deed } from '#access/deed.ts';
import { Problem } from '#problems.ts';
import { advanceTicket } from '#tickets/advance-ticket.ts';
import { allowedActions } from '#tickets/move.ts';
import { readMailInJob } from './find-mail-in-jobs.ts';
import type { MailInJobView } from './mail-in-job.ts';

/** Done already is done again without effect. Problems: not_found, transition_not_allowed once the parcel is on its way. */
export async function withdrawJob(deed: Deed, ticketId: string, reason: string): Promise<MailInJobView> {
  const job = await readMailInJob(deed, ticketId);
  if (job.status === 'cancelled') return job;
  if (job.status !== 'created' && job.status !== 'awaiting_device') {
    throw new Problem('transition_not_allowed', `The booking cannot be taken back any more: the ticket is ${job.status}.`, {
      allowedActions: allowedActions(job.status, deed.actor.kind, false),
    });
  }
  // Who only carries has an action of its own; a center cancels as always.
  const byCourier = { action: 'intake.withdraw', input: {} } as const;
  const byCenter = { action: 'ticket.cancel', input: { requestedBy: 'center' } } as const;
  await advanceTicket(deed, { ticketId, expectedVersion: job.version, command: deed.actor.kind === 'courier' ? byCourier : byCenter, reason });
  return readMailInJob(deed, ticketId);
}
