// A carrier that has not answered a claim in time: the center is alarmed, and the customer hears the new day before asking. A draft that
// should be filed by now alarms the center alone.
import type { Deed } from '#access/deed.ts';
import { asSystem } from '#access/perform.ts';
import { raiseAlerts } from '#alerts/raise.ts';
import { addWorkingDays } from '#service-centers/calendar.ts';
import { centerCalendar } from '#service-centers/center-calendar.ts';
import type { Services } from '#services.ts';
import { claimById, claimsDue, writeClaim } from './claims-store.ts';
import { tellAll } from './manage-claims.ts';
import * as store from './store.ts';
import { travelers } from './travelers.ts';

/** Working days until the customer hears again. */
const AGAIN_DAYS = 5;

/** Deals with every claim that is due; answers with how many. One that fails does not keep the others. */
export async function pressClaims(services: Services): Promise<number> {
  let pressed = 0;
  for (const { brandId, claimId } of await asSystem(services, '*', claimsDue)) {
    try {
      await asSystem(services, brandId, (deed) => pressClaim(deed, claimId));
      pressed += 1;
    } catch (error) {
      services.log.error({ err: error, brandId, claimId }, 'a claim that is due could not be dealt with');
    }
  }
  return pressed;
}

/** Alarms and tells; the claim is looked at again when that day comes. */
async function pressClaim(deed: Deed, claimId: string): Promise<void> {
  const seen = await claimById(deed, claimId);
  if (seen === undefined) return;
  const tickets = await travelers(deed, seen.shipmentId);
  const [claim, shipment] = [await claimById(deed, claimId), await store.byId(deed, seen.shipmentId)];
  const [first] = tickets;
  if (claim === undefined || shipment === undefined || first === undefined || claim.alarmAt === null || claim.alarmAt > deed.now) return;
  const dueAt = (claim.state === 'draft' ? (claim.fileBy ?? claim.alarmAt) : claim.alarmAt).toISOString();
  for (const { id, centerId } of tickets) {
    await raiseAlerts(deed, id, centerId, [{ kind: 'claim_due', data: { shipmentId: shipment.id, claimId, dueAt } }]);
  }
  if (claim.state === 'draft') return writeClaim(deed, { ...claim, alarmAt: null, updatedAt: deed.now });
  const answerBy = addWorkingDays(await centerCalendar(deed, first.centerId), deed.now, AGAIN_DAYS);
  const row = { ...claim, answerBy, alarmAt: answerBy, updatedAt: deed.now };
  await writeClaim(deed, row);
  await tellAll(deed, shipment, tickets, 'claim_news', row, true);
}
