// Tells a customer what a time has brought, and by when the next word comes.
import type { Deed } from '#access/deed.ts';
import { clocksOf } from '#clocks/columns.ts';
import { announce } from '#notifications/announce.ts';
import type { ParcelTelling, TicketFacts, Waiting } from '#notifications/event.ts';
import { addWorkingDays } from '#service-centers/calendar.ts';
import { houseOf } from '#service-centers/house.ts';
import { factsOf } from './facts.ts';
import { nextWordBy, tomorrow } from './ladders.ts';
import { quietDays } from './stands.ts';
import type { LockedRow } from './store.ts';
import { promiseWord } from './sweep-store.ts';

/** When the promise that runs is due; null where none runs, or it stands still. */
export const promiseDueOf = (row: LockedRow): Date | null =>
  clocksOf(row.clocks).find(({ name, stoppedAt }) => name === 'promise' && stoppedAt === null)?.dueAt ?? null;

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

/** Whose promise slips hears the new day by the end of the next working day; where it has passed long since, as often as others. */
function nextWord(deed: Deed, row: LockedRow, telling: Waiting | ParcelTelling): Date | null {
  const promiseDue = promiseDueOf(row);
  const quiet = nextWordBy(deed.now, quietDays(row), null, promiseDue);
  if (telling !== 'promise_slipping' || quiet === null || promiseDue === null || tomorrow(promiseDue) < deed.now) return quiet;
  const nextDay = addWorkingDays(houseOf(row.house).calendar, deed.now, 1);
  return nextDay < quiet || quiet < promiseDue ? nextDay : quiet;
}
