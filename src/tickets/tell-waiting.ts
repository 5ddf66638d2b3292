// Tells a customer what a time has brought, and by when the next word comes.
import type { Deed } from '#access/deed.ts';
import { clocksOf } from '#clocks/columns.ts';
import { announce } from '#notifications/announce.ts';
import type { ParcelTelling, TicketFacts, Waiting } from '#notifications/event.ts';
import { addWorkingDays } from '#service-centers/calendar.ts';
import { houseOf } from '#service-centers/house.ts';
import { diagnosisDueOf, factsOf } from './facts.ts';
import { earlier, nextWordBy, tomorrow } from './ladders.ts';
import { quietDays } from './stands.ts';
import type { LockedRow } from './store.ts';
import { promiseWord } from './sweep-store.ts';

/** When the promise that runs is due; null where none runs, or it stands still. */
export const promiseDueOf = (row: LockedRow): Date | null =>
  clocksOf(row.clocks).find(({ name, stoppedAt }) => name === 'promise' && stoppedAt === null)?.dueAt ?? null;

/** When the diagnosis that runs is due; null where none runs, or it stands still. */
export const diagnosisDue = (row: LockedRow): Date | null => diagnosisDueOf(clocksOf(row.clocks));

/** Whether a reminder can reach anybody by a way that is open: one that cannot is not counted as sent. */
export const canBeTold = (deed: Deed, { recipients: { ways } }: LockedRow): boolean =>
  ways.email === true || deed.instantWays.some((way) => ways[way] === true);

/** Tells it, and moves the day of the next word, to `by` where the message names a day. The ticket is locked; its version and history stay. */
export async function tellWaiting(
  deed: Deed,
  row: LockedRow,
  telling: Waiting | ParcelTelling,
  more: Partial<TicketFacts> = {},
  by: Date | null = null,
): Promise<void> {
  const nextUpdateBy = by ?? nextWord(deed, row, telling);
  await promiseWord(deed, row.id, nextUpdateBy);
  const facts = { ...factsOf(deed, { ...row, nextUpdateBy }), ...more };
  await announce(deed, { type: 'ticket.waiting', ticketId: row.id, seq: null, telling, facts }, row.recipients);
}

/** Working days after which whoever is told that the diagnosis is late has its result, or hears why not. */
const LATE_DIAGNOSIS_DAYS = 2;

/**
 * Whose promise slips hears the new day by the end of the next working day; where it has passed long since, as often as others.
 * Whose diagnosis is late is given a day that does not come before the one that is missed.
 */
function nextWord(deed: Deed, row: LockedRow, telling: Waiting | ParcelTelling): Date | null {
  const promiseDue = promiseDueOf(row);
  const { calendar } = houseOf(row.house);
  if (telling === 'diagnosis_late') {
    const late = addWorkingDays(calendar, new Date(Math.max(deed.now.getTime(), diagnosisDue(row)?.getTime() ?? 0)), LATE_DIAGNOSIS_DAYS);
    return nextWordBy(deed.now, quietDays(row), late, promiseDue);
  }
  const quiet = nextWordBy(deed.now, quietDays(row), null, earlier(promiseDue, diagnosisDue(row)));
  if (telling !== 'promise_slipping' || quiet === null || promiseDue === null || tomorrow(promiseDue) < deed.now) return quiet;
  const nextDay = addWorkingDays(calendar, deed.now, 1);
  return nextDay < quiet || quiet < promiseDue ? nextDay : quiet;
}
