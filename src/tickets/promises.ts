// When the customer's day moves: made on receipt, agreed with the quote, and afterwards only for a reason that is told.
import { addWorking, addWorkingDays, endOfDay, workingBetween } from '#service-centers/calendar.ts';
import type { House } from '#service-centers/house.ts';
import type { PromiseRow } from './bench.ts';
import type { Facts } from './guards.ts';
import type { Command } from './lifecycle.ts';
import type { PromiseReason } from './promise.ts';
import type { Status } from './status.ts';

/** Before the device is with us there is nothing to promise, and after the end no more; as `tickets_promised_check` says. */
const unpromised: ReadonlySet<Status> = new Set(['created', 'awaiting_device', 'inbound_transit', 'closed', 'cancelled', 'disposed']);

/** Working days in which a device that is not repaired is sent back. */
const RETURN_DAYS = 2;

/** A part that is expected on a day comes on the center's day. */
const lastMoment = ({ timeZone }: House['calendar'], day: string): Date => new Date(endOfDay(timeZone, day).getTime() - 1);

interface Wanted {
  at: Date;
  reason: PromiseReason;
  note?: string | undefined;
  /** It moves to a later day only. */
  laterOnly?: true;
}

/** The promise this command makes or moves; null where the day stays. `facts` are those before the step. */
export function promiseAfter(facts: Facts, command: Command, { policy, calendar }: House): PromiseRow | null {
  const wanted = wantedBy(facts, command, policy, calendar);
  if (wanted === null) return null;
  const before = facts.promisedAt;
  if (before !== null && (wanted.at.getTime() === before.getTime() || (wanted.laterOnly === true && wanted.at < before))) return null;
  return { promisedAt: wanted.at.toISOString(), reason: wanted.reason, note: wanted.note ?? null, madeAt: facts.now.toISOString() };
}

function wantedBy(facts: Facts, command: Command, policy: House['policy'], calendar: House['calendar']): Wanted | null {
  const { now } = facts;
  const workdays = (days: number, from = now): Date => addWorkingDays(calendar, from, days);
  switch (command.action) {
    case 'device.receive': {
      const { promisedAt } = command.input;
      return { at: promisedAt === undefined ? workdays(policy.diagnosisDays + policy.repairDays) : new Date(promisedAt), reason: 'received' };
    }
    case 'coverage.accept':
      return { at: workdays(policy.repairDays), reason: 'covered', laterOnly: true };
    case 'quote.approve':
      return { at: workdays(facts.quote?.promisedDays ?? policy.repairDays), reason: 'quote_approved' };
    case 'quote.decline':
    case 'quote.expire':
    case 'ticket.cancel':
      // The day stood still while the customer decided; what goes back unrepaired leaves soon, but not in the past.
      if (facts.status !== 'quoted' || facts.returnMethod !== 'ship') return null;
      return { at: workdays(RETURN_DAYS), reason: command.action === 'quote.expire' ? 'hold' : 'customer_wish', laterOnly: true };
    case 'parts.order':
    case 'parts.delay': {
      const last = command.input.parts.map(({ expectedOn }) => expectedOn).reduce((a, b) => (a > b ? a : b));
      return { at: workdays(policy.repairDays, lastMoment(calendar, last)), reason: 'part_delayed', laterOnly: true };
    }
    case 'hold.change':
    case 'hold.resume': {
      const { hold, promisedAt, promisedSince } = facts;
      if (hold === null || !hold.pausesClock || promisedAt === null || promisedSince === null) return null;
      // A promise made during the hold knew of it.
      const from = new Date(Math.max(Date.parse(hold.openedAt), promisedSince.getTime()));
      // A day that had passed by then was missed before anything stood still: moved, it would be another one that has passed.
      if (promisedAt <= from) return null;
      return { at: addWorking(calendar, promisedAt, workingBetween(calendar, from, now)), reason: 'hold', laterOnly: true };
    }
    case 'promise.change':
      return { at: new Date(command.input.promisedAt), reason: command.input.reason, note: command.input.note };
    case 'admin.correct':
      // A ticket that is put where the device is with us has a promise from then on.
      return facts.promisedAt === null && !unpromised.has(command.input.to)
        ? { at: workdays(policy.diagnosisDays + policy.repairDays), reason: 'correction' }
        : null;
    default:
      return null;
  }
}
