// A device that nobody picks up: its owner is told by the policy, then the center is asked to decide. Nothing is disposed of here.
import type { Deed } from '#access/deed.ts';
import { raiseAlerts } from '#alerts/raise.ts';
import { houseOf } from '#service-centers/house.ts';
import { storageTerms } from '#service-centers/policy.ts';
import type { Services } from '#services.ts';
import { eachDue, type Falling } from './each-due.ts';
import { awaitsPickUp, holdFast, noticeGiven, putOffTickets, ticketReminded, ticketsDue } from './ladder-store.ts';
import { climb, storageLadder, tomorrow } from './ladders.ts';
import { lock } from './store.ts';
import { canBeTold, tellWaiting } from './tell-waiting.ts';

/** What falls due here; stories of a sandbox run it at times of their own. */
export const pickUpWaiting: Falling = { what: 'storage-ladder', find: (deed) => ticketsDue(deed, 'ready'), act: climbStored, putOff: putOffTickets };

/** Gives notice, or alarms the center; answers with how many. */
export const climbStorage = (services: Services): Promise<number> => eachDue(services, pickUpWaiting);

async function climbStored(deed: Deed, ticketId: string): Promise<boolean> {
  await holdFast(deed, ticketId);
  const waits = await awaitsPickUp(deed, ticketId);
  const row = await lock(deed, ticketId);
  if (!waits || row === undefined) return false;
  const { storage } = row;
  if (storage === null) {
    // Nothing is stored: there is no ladder to climb.
    await ticketReminded(deed, ticketId, row.reminders, null);
    return false;
  }
  const { noticeDays } = storageTerms(houseOf(row.house).policy, row.jurisdiction);
  const keepUntil = new Date(storage.keepUntil);
  // The ledger counts, not the ticket: its notices are what a disposal has to show.
  const sent = storage.notices.length;
  const rung = climb(storageLadder(new Date(storage.since), keepUntil, { storageNoticeDays: noticeDays }), sent, deed.now);
  // A hold speaks for itself, and nothing ends while it is open.
  if (row.hold !== null || (rung.act === 'remind' && !canBeTold(deed, row))) {
    await ticketReminded(deed, ticketId, row.reminders, tomorrow(deed.now));
    return false;
  }
  await ticketReminded(deed, ticketId, row.reminders + (rung.act === 'remind' ? 1 : 0), rung.alarmAt);
  if (rung.act === 'expire')
    await raiseAlerts(deed, ticketId, row.centerId, [{ kind: 'disposal_due', data: { keepUntil: keepUntil.toISOString() } }]);
  if (rung.act === 'remind') {
    const isFinal = rung.alarmAt !== null && rung.alarmAt >= keepUntil && sent + 1 >= noticeDays.length;
    const kind = isFinal ? 'final_notice' : deed.now < new Date(storage.freeUntil) ? 'free' : 'fee_accruing';
    await noticeGiven(deed, ticketId, { at: deed.now.toISOString(), kind });
    await tellWaiting(deed, row, 'storage_notice');
  }
  return rung.act !== 'wait';
}
