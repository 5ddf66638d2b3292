// A message that no telephone took is mailed, where it was not mailed anyway.
import { enqueue } from '#platform/outbox.ts';
import type { TicketFacts } from './event.ts';
import { type DueRow, type HeldLane, keepCenter, mailIsMissing } from './lane-store.ts';
import { isMessage } from './render.ts';
import { isUrgent, routeOf } from './routing.ts';
import type { Sending } from './try-row.ts';

/** Makes the mail due, once, before the row ends: a worker that dies in between finds it due already. */
export async function fallBackToMail({ db, clock }: Pick<Sending, 'db' | 'clock'>, lane: HeldLane, row: DueRow): Promise<void> {
  const { message, facts, eventSeq } = row;
  if (!isMessage(message) || routeOf(message).mail === 'always') return;
  const { brandId, subject } = lane;
  const recipient = lane.recipient.replace(/^phone:/, 'contact:');
  await db.transaction().execute(async (trx) => {
    await keepCenter(trx, lane);
    if (!(await mailIsMissing(trx, lane, recipient, row))) return;
    const cause = { trx, brandId, now: clock.now(), traceparent: null, enqueued: false };
    await enqueue(cause, [{ subject, recipient, channel: 'email', message, facts, eventSeq, urgent: isUrgent(message, facts as TicketFacts) }]);
  });
}
