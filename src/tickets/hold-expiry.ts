// A hold that runs out: its customer is reminded a day before, then the center is alarmed and the customer told, once; it stays open until somebody acts.
import type { Deed } from '#access/deed.ts';
import { raiseAlerts } from '#alerts/raise.ts';
import type { Services } from '#services.ts';
import { eachDue, type Falling } from './each-due.ts';
import { holdFast, holdsDue, putOffHolds, ringHold } from './ladder-store.ts';
import { lock } from './store.ts';
import { canBeTold, tellWaiting } from './tell-waiting.ts';

/** What falls due here; stories of a sandbox run it at times of their own. */
export const holdExpiring: Falling = { what: 'hold-expiry', find: holdsDue, act: expireHold, putOff: putOffHolds };

/** Rings for every hold that is about to run out or has; answers with how many. */
export const expireHolds = (services: Services): Promise<number> => eachDue(services, holdExpiring);

async function expireHold(deed: Deed, ticketId: string): Promise<boolean> {
  await holdFast(deed, ticketId);
  const hold = await ringHold(deed, ticketId);
  const row = await lock(deed, ticketId);
  if (hold === undefined || row === undefined) return false;
  if (hold.resumeBy > deed.now) {
    if (!canBeTold(deed, row)) return false;
    await tellWaiting(deed, row, 'hold_reminder');
    return true;
  }
  const data = { holdId: hold.id, holdReason: hold.reason, resumeBy: hold.resumeBy.toISOString() };
  await raiseAlerts(deed, ticketId, row.centerId, [{ kind: 'hold_expired', data }]);
  await tellWaiting(deed, row, 'hold_expired');
  return true;
}
