// A device that was announced and does not come: the customer is reminded, and after two reminders the request ends.
import type { Deed } from '#access/deed.ts';
import { houseOf } from '#service-centers/house.ts';
import type { Services } from '#services.ts';
import { advanceTicket } from './advance-ticket.ts';
import { eachDue, type Falling } from './each-due.ts';
import { awaitedSince, holdFast, putOffTickets, ticketReminded, ticketsDue } from './ladder-store.ts';
import { announcedEnd, climb, intakeLadder, tomorrow } from './ladders.ts';
import { type LockedRow, lock } from './store.ts';
import { canBeTold, tellWaiting } from './tell-waiting.ts';

/** What falls due here; stories of a sandbox run it at times of their own. */
export const intakeWaiting: Falling = {
  what: 'intake-ladder',
  find: (deed) => ticketsDue(deed, 'awaiting_device'),
  act: climbIntake,
  putOff: putOffTickets,
};

/** Reminds, or lets requests expire; answers with how many. */
export const climbIntakes = (services: Services): Promise<number> => eachDue(services, intakeWaiting);

/** When the last label that can still be used ends; null where one has no end, or there is none. */
function labelEnds({ shipments }: LockedRow): Date | null {
  const usable = shipments.filter(({ direction, status }) => direction === 'inbound' && status === 'label_created');
  const ends = usable.flatMap(({ labelExpiresAt }) => (labelExpiresAt === null ? [] : [new Date(labelExpiresAt)]));
  if (ends.length === 0 || ends.length < usable.length) return null;
  return ends.reduce((last, end) => (end > last ? end : last));
}

async function climbIntake(deed: Deed, ticketId: string): Promise<boolean> {
  await holdFast(deed, ticketId);
  const since = await awaitedSince(deed, ticketId);
  const row = await lock(deed, ticketId);
  if (since === undefined || row === undefined) return false;
  const ladder = intakeLadder(since, houseOf(row.house).policy, labelEnds(row));
  const rung = climb(ladder, row.reminders, deed.now);
  // A hold speaks for itself, and nothing ends while it is open.
  if (row.hold !== null || (rung.act === 'remind' && !canBeTold(deed, row))) {
    await ticketReminded(deed, ticketId, row.reminders, tomorrow(deed.now));
    return false;
  }
  if (rung.act === 'expire') {
    await advanceTicket(deed, { ticketId, expectedVersion: null, command: { action: 'intake.expire', input: {} } });
    return true;
  }
  const reminded = rung.act === 'remind';
  await ticketReminded(deed, ticketId, row.reminders + (reminded ? 1 : 0), rung.alarmAt);
  if (reminded) await tellWaiting(deed, row, 'send_reminder', { closesAt: announcedEnd(ladder, deed.now)?.toISOString() ?? null });
  return reminded;
}
