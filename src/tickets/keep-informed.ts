// A customer who was promised word by a day gets it: that the promised day slips, that the diagnosis is late, or else that nothing has moved.
import type { Deed } from '#access/deed.ts';
import type { Services } from '#services.ts';
import { eachDue, type Falling } from './each-due.ts';
import { holdFast, toldSince } from './ladder-store.ts';
import { isSlipping } from './ladders.ts';
import { quietDays } from './stands.ts';
import { type LockedRow, lock } from './store.ts';
import { promiseWord, wordDue } from './sweep-store.ts';
import { diagnosisDue, promiseDueOf, tellWaiting } from './tell-waiting.ts';
import { wishOf } from './wish.ts';

/** What falls due here; stories of a sandbox run it at times of their own. */
export const wordPromised: Falling = { what: 'keep-informed', find: wordDue, act: tellWait, putOff: promiseWord };

/** Tells everyone whose day has come and promises the next one; answers how many were told. */
export const keepInformed = (services: Services): Promise<number> => eachDue(services, wordPromised);

async function tellWait(deed: Deed, ticketId: string): Promise<boolean> {
  await holdFast(deed, ticketId);
  const row = await lock(deed, ticketId);
  // It moved while we came: the step itself has told the customer.
  if (row === undefined || row.nextUpdateBy === null || row.nextUpdateBy > deed.now) return false;
  if (quietDays(row) === null) {
    await promiseWord(deed, ticketId, null);
    return false;
  }
  // Nobody is promised to have back what is to be disposed of.
  if (isSlipping(deed.now, promiseDueOf(row)) && wishOf(row) !== 'disposal') await tellWaiting(deed, row, 'promise_slipping');
  else if (await isLate(deed, row)) await tellWaiting(deed, row, 'diagnosis_late', { diagnosisBy: diagnosisDue(row)?.toISOString() ?? null });
  else await tellWaiting(deed, row, 'still_with_us');
  return true;
}

const DAY_MS = 86_400_000;

/** Whether the diagnosis is late, or about to be, and nobody was told so within a day (design N7). */
const isLate = async (deed: Deed, row: LockedRow): Promise<boolean> =>
  isSlipping(deed.now, diagnosisDue(row)) && !(await toldSince(deed, row.id, 'diagnosis_late', new Date(deed.now.getTime() - DAY_MS)));
