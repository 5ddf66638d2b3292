// What a step does to the clocks of its ticket: they start, stand still, go on, follow a date that was moved, and stop.
import { addWorking, workingBetween } from '#service-centers/calendar.ts';
import { type Clock, type ClockName, clockNames } from './clock.ts';
import { type ClockRule, clockTable, countersOnly, dueOf, type Turn } from './clock-table.ts';

export type { Turn } from './clock-table.ts';

const HOUR_MS = 3_600_000;

/** Complete rows of the clocks that the step changes or starts; none where it touches none. */
export function turnClocks(clocks: readonly Clock[], turn: Turn): Clock[] {
  const changed: Clock[] = [];
  for (const name of clockNames) {
    const rule = clockTable[name];
    const current = clocks.find((clock) => clock.name === name && clock.stoppedAt === null);
    if (current === undefined) {
      if (starts(rule, turn)) changed.push(started(name, rule, clocks, turn));
    } else if (!goesOn(rule, turn)) {
      changed.push(stopped(current, rule, turn.now));
    } else if (turn.handedOver === true) {
      changed.push(...handedOver(current, rule, clocks, turn));
    } else {
      changed.push(...turned(current, rule, clocks, turn));
    }
  }
  return changed;
}

/** The earliest due of the clocks that run and by which a ticket can be overdue; past ones included. */
export function earliestDue(clocks: readonly Clock[]): Date | null {
  let earliest: Date | null = null;
  for (const { name, stoppedAt, pausedSince, dueAt } of clocks) {
    if (stoppedAt !== null || pausedSince !== null || dueAt === null || countersOnly.has(name)) continue;
    if (earliest === null || dueAt < earliest) earliest = dueAt;
  }
  return earliest;
}

const holdsStill = (rule: ClockRule, { to, hold }: Turn): boolean => rule.waits.has(to) || (hold !== null && rule.pausedBy.has(hold));

const goesOn = (rule: ClockRule, turn: Turn): boolean =>
  (rule.runs.has(turn.to) || rule.waits.has(turn.to)) && (rule.only?.(turn) ?? true) && (rule.given === undefined || rule.given(turn) !== null);

function starts(rule: ClockRule, turn: Turn): boolean {
  if (!rule.runs.has(turn.to) || !goesOn(rule, turn)) return false;
  // A date that has passed already is not promised anew.
  if (rule.given !== undefined) return (rule.given(turn) ?? turn.now) > turn.now;
  return turn.from === null || !rule.runs.has(turn.from);
}

function started(name: ClockName, rule: ClockRule, clocks: readonly Clock[], turn: Turn): Clock {
  const dueAt = dueOf(rule, turn);
  const fresh: Clock = {
    name,
    run: 1 + clocks.reduce((runs, clock) => (clock.name === name ? Math.max(runs, clock.run) : runs), 0),
    policyVersion: turn.house.policyVersion,
    basis: rule.basis,
    startedAt: rule.since?.(turn) ?? turn.now,
    stoppedAt: null,
    pausedSince: null,
    pausedMs: 0,
    remainingMs: null,
    dueAt,
    alarmAt: alarmOf(name, rule, dueAt, turn),
    breachedAt: null,
  };
  return holdsStill(rule, turn) ? paused(fresh, rule, turn) : fresh;
}

/** When the sweep looks at it: when it is due; at a promise early enough to make a new one, and of one for the same day halfway to it. */
function alarmOf(name: ClockName, rule: ClockRule, dueAt: Date | null, { now, house }: Turn): Date | null {
  if (dueAt === null || rule.counts === true) return null;
  if (name !== 'promise') return dueAt;
  return new Date(Math.max(dueAt.getTime() - house.policy.promiseWarningHours * HOUR_MS, (now.getTime() + dueAt.getTime()) / 2));
}

/** When it was breached by now, whether or not a sweep has seen it. */
function breachOf({ breachedAt, pausedSince, dueAt }: Clock, rule: ClockRule, now: Date): Date | null {
  if (breachedAt !== null || pausedSince !== null || dueAt === null || rule.counts === true) return breachedAt;
  return now > dueAt ? dueAt : null;
}

const stoodStill = ({ pausedMs, pausedSince }: Clock, now: Date): number =>
  pausedMs + (pausedSince === null ? 0 : now.getTime() - pausedSince.getTime());

const stopped = (clock: Clock, rule: ClockRule, now: Date): Clock => ({
  ...clock,
  stoppedAt: now,
  pausedSince: null,
  pausedMs: stoodStill(clock, now),
  remainingMs: null,
  alarmAt: null,
  breachedAt: breachOf(clock, rule, now),
});

/** A clock that is past its due has nothing left: it is due again the moment it goes on. */
function paused(clock: Clock, rule: ClockRule, { now, house }: Turn): Clock {
  const { dueAt } = clock;
  const left = dueAt === null ? 0 : rule.basis === 'working' ? workingBetween(house.calendar, now, dueAt) : dueAt.getTime() - now.getTime();
  return { ...clock, pausedSince: now, remainingMs: Math.max(0, left), dueAt: null, alarmAt: null, breachedAt: breachOf(clock, rule, now) };
}

/** It goes on towards the date that is given now; where that passed while it stood still, towards what was left of it. */
function resumed(clock: Clock, rule: ClockRule, turn: Turn): Clock {
  const { now, house } = turn;
  const left = clock.remainingMs ?? 0;
  const given = rule.given?.(turn) ?? null;
  const rest = rule.basis === 'working' ? addWorking(house.calendar, now, left) : new Date(now.getTime() + left);
  const dueAt = given !== null && (given > now || clock.breachedAt !== null) ? given : rest;
  return {
    ...clock,
    pausedSince: null,
    pausedMs: stoodStill(clock, now),
    remainingMs: null,
    dueAt,
    alarmAt: clock.breachedAt === null ? alarmOf(clock.name, rule, dueAt, turn) : null,
  };
}

/**
 * The work of one center ends, that of the next begins; everything else goes on, and is the business of the next. What has been missed by
 * then was missed by the first, whether or not a sweep has seen it.
 */
const handedOver = (clock: Clock, rule: ClockRule, clocks: readonly Clock[], turn: Turn): Clock[] =>
  rule.ofCenter === true
    ? [stopped(clock, rule, turn.now), started(clock.name, rule, clocks, turn)]
    : [{ ...clock, breachedAt: breachOf(clock, rule, turn.now) }];

/** One that ran before the step and runs on after it. */
function turned(clock: Clock, rule: ClockRule, clocks: readonly Clock[], turn: Turn): Clock[] {
  const still = holdsStill(rule, turn);
  if (clock.pausedSince !== null) {
    if (still) return [];
    return starts(rule, turn) && clock.breachedAt !== null && rule.given !== undefined
      ? [stopped(clock, rule, turn.now), started(clock.name, rule, clocks, turn)]
      : [resumed(clock, rule, turn)];
  }
  if (still) return [paused(clock, rule, turn)];
  return rule.given !== undefined ? moved(clock, rule, clocks, turn) : [];
}

/** Another date was given. One that was missed stays missed: the new date is another run. */
function moved(clock: Clock, rule: ClockRule, clocks: readonly Clock[], turn: Turn): Clock[] {
  const dueAt = dueOf(rule, turn);
  if (dueAt === null || dueAt.getTime() === clock.dueAt?.getTime()) return [];
  // What was left after a pause outlives the date that passed during it.
  if (clock.pausedMs > 0 && dueAt <= turn.now) return [];
  if (breachOf(clock, rule, turn.now) === null) return [{ ...clock, dueAt, alarmAt: alarmOf(clock.name, rule, dueAt, turn) }];
  return dueAt > turn.now ? [stopped(clock, rule, turn.now), started(clock.name, rule, clocks, turn)] : [];
}
