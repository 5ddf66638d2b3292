// A courier takes its booking back before anything has been collected.
import type { Deed } from '#access/deed.ts';
import { advanceTicket } from '#tickets/advance-ticket.ts';
import { readMailInJob } from './find-mail-in-jobs.ts';
import type { MailInJobView } from './mail-in-job.ts';

/** Done already is done again without effect. Problems: not_found, transition_not_allowed once the parcel is on its way. */
export async function withdrawJob(deed: Deed, ticketId: string, reason: string): Promise<MailInJobView> {
  const job = await readMailInJob(deed, ticketId);
  if (job.status === 'cancelled') return job;
  await advanceTicket(deed, { ticketId, expectedVersion: null, command: { action: 'intake.withdraw', input: {} }, reason });
  return readMailInJob(deed, ticketId);
}
