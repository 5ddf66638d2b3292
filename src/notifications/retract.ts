// After a correction: what told of the wrong status and was not sent is withdrawn in silence, and what was sent is recalled.
import type { Deed } from '#access/deed.ts';
import type { Due } from '#platform/outbox.ts';
import type { TicketFacts, Waiting } from './event.ts';
import { type WrongRow, withdraw, wrongRows } from './retraction-store.ts';

/** The messages that speak of a status without a step. */
const ofStatus: Record<Waiting, true> = {
  still_with_us: true,
  quote_reminder: true,
  send_reminder: true,
  promise_slipping: true,
  diagnosis_late: true,
  hold_reminder: true,
  hold_expired: true,
  storage_notice: true,
};

/** What was wrong, and on which lanes somebody may have read it. */
export interface Retraction {
  /** The messages that count as not told any more. */
  messages: string[];
  read: { recipient: string; channel: string; sentAt: Date }[];
}

/** Withdraws what told of the status that the ticket has at this moment. The ticket is locked, and not corrected yet. */
export async function retract(deed: Deed, ticketId: string): Promise<Retraction> {
  const wrong = await wrongRows(deed, ticketId, Object.keys(ofStatus));
  await withdraw(
    deed,
    wrong.map(({ id }) => id),
  );
  // A correction that is withdrawn unsent is still owed: what it corrects was read.
  const read = Map.groupBy(
    wrong.filter(({ out, corrects }) => out || corrects !== null),
    ({ recipient }) => recipient,
  );
  return {
    messages: [...new Set(wrong.map(({ message }) => message))],
    read: [...read].map(([recipient, rows]) => ({ recipient, channel: rows[0]?.channel ?? 'email', sentAt: sentAtOf(rows.at(-1)) ?? deed.now })),
  };
}

const sentAtOf = (row: WrongRow | undefined): Date | null => (row === undefined ? null : row.out ? row.sentAt : row.corrects);

/** The correction, where the wrong message was read; it does not repeat what was wrong. */
export const recallsOf = ({ read }: Retraction, ticketId: string, eventSeq: number, facts: TicketFacts): Due[] =>
  read.map(({ recipient, channel, sentAt }) => ({
    subject: ticketId,
    recipient,
    channel,
    message: 'recalled',
    facts: { ...facts, customerNote: null, recalled: { sentAt: sentAt.toISOString() } },
    eventSeq,
    urgent: true,
  }));
