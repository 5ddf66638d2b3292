// Clocks of a ticket: what starts, stands still and goes on with which step, to the millisecond.
import { describe, expect, it } from 'vitest';
import { earliestDue } from '#clocks/clock-rules.ts';
import { workingBetween } from '#service-centers/calendar.ts';
import { type HoldReason, holds } from '#tickets/holds.ts';
import { after, approved, DAY, HOUR, house, monday, only, played, promised, received, turn } from './turns.ts';

describe('on receipt', () => {
  const clocks = played(received);

  it('these run', () => {
    expect(clocks.map(({ name, basis, dueAt, alarmAt }) => [name, basis, dueAt, alarmAt])).toEqual([
      // Thursday, close of business.
      ['diagnosis', 'working', new Date('2026-11-26T10:00:00Z'), new Date('2026-11-26T10:00:00Z')],
      ['promise', 'calendar', promised, after(-DAY, promised)],
      ['cn_loaner', 'calendar', after(7 * DAY), after(7 * DAY)],
      ['cn_own_fault', 'calendar', after(30 * DAY), after(30 * DAY)],
      ['cn_parts', 'calendar', after(60 * DAY), after(60 * DAY)],
      ['warranty_extension', 'calendar', null, null],
    ]);
    expect(
      new Set(clocks.map(({ run, policyVersion, startedAt, pausedMs }) => `${run} ${policyVersion} ${startedAt.toISOString()} ${pausedMs}`)),
    ).toEqual(new Set([`1 3 ${monday.toISOString()} 0`]));
  });

  it('the Chinese ones run in China only', () => {
    const others = played(turn({ ...received, jurisdiction: 'EU' }));
    expect(others.map(({ name }) => name)).toEqual(['diagnosis', 'promise', 'warranty_extension']);
  });

  it('the earliest by which the ticket can be overdue is the diagnosis', () => {
    expect(earliestDue(clocks)).toEqual(new Date('2026-11-26T10:00:00Z'));
    expect(earliestDue(clocks.filter(({ name }) => name.startsWith('cn_')))).toBeNull();
  });
});

describe('a ticket booked elsewhere', () => {
  const booked = turn({ from: null, to: 'created', actorKind: 'courier', promisedAt: null });

  it('waits for the first act of the center', () => {
    const waiting = only(played(booked, turn({ from: 'created', to: 'awaiting_device', actorKind: 'courier', promisedAt: null })), 'acknowledge');
    expect([waiting.dueAt, waiting.stoppedAt]).toEqual([new Date('2026-11-25T10:00:00Z'), null]);
    const seen = only(played(booked, turn({ to: 'created', now: after(HOUR), promisedAt: null })), 'acknowledge');
    expect([seen.stoppedAt, seen.breachedAt, seen.alarmAt]).toEqual([after(HOUR), null, null]);
  });

  it('is acknowledged already where the center itself opened it', () => {
    expect(played(turn({ from: null, to: 'created', promisedAt: null }))).toEqual([]);
  });
});

describe('a hold', () => {
  const pauses: [HoldReason, string[]][] = [
    ['device_lock', ['repair', 'promise', 'cn_own_fault']],
    ['rescheduled_customer', ['repair', 'promise', 'cn_own_fault']],
    ['maker_decision', ['repair']],
    ['tech_support', []],
    ['shipment_problem', ['repair']],
    ['legal_block', ['repair']],
    ['force_majeure', ['repair']],
    ['suspected_loss', []],
  ];

  it.each(pauses)('%s during the repair holds still: %j', (hold, names) => {
    const clocks = played(received, approved(), turn({ to: 'in_repair', from: 'approved', hold }));
    expect(clocks.filter((clock) => clock.pausedSince !== null).map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    expect(clocks.filter((clock) => clock.pausedSince !== null)).toHaveLength(names.length);
  });

  it('during the diagnosis: not that of the maker', () => {
    const of = (hold: HoldReason): boolean => only(played(received, turn({ to: 'received', hold })), 'diagnosis').pausedSince !== null;
    expect(Object.keys(holds).filter((reason) => of(reason as HoldReason) !== holds[reason as HoldReason].pauses)).toEqual([]);
  });

  it('keeps what is left, and goes on with it', () => {
    const held = after(3 * HOUR);
    const resumedAt = after(2 * DAY + 3 * HOUR);
    const clocks = played(
      received,
      turn({ to: 'received', now: held, hold: 'device_lock' }),
      turn({ to: 'received', now: resumedAt, promisedAt: after(12 * DAY) }),
    );
    const paused = only(played(received, turn({ to: 'received', now: held, hold: 'device_lock' })), 'diagnosis');
    // Monday 13:00 to Thursday 18:00: 5 hours and three days of 9.
    expect(paused).toMatchObject({ pausedSince: held, remainingMs: 32 * HOUR, pausedMs: 0, dueAt: null, alarmAt: null });
    const diagnosis = only(clocks, 'diagnosis');
    // Wednesday 13:00: 5 hours, Thursday, Friday and Monday.
    expect(diagnosis).toMatchObject({ pausedSince: null, remainingMs: null, pausedMs: 2 * DAY, dueAt: new Date('2026-11-30T10:00:00Z') });
    expect(only(clocks, 'promise')).toMatchObject({ pausedMs: 2 * DAY, dueAt: after(12 * DAY), alarmAt: after(11 * DAY) });
    expect(only(clocks, 'cn_own_fault')).toMatchObject({ pausedMs: 2 * DAY, dueAt: after(32 * DAY) });
    expect(only(clocks, 'cn_loaner')).toMatchObject({ pausedMs: 0, dueAt: after(7 * DAY) });
  });

  it('after a hold adds up; one that is changed is one pause', () => {
    const clocks = played(
      received,
      turn({ to: 'received', now: after(HOUR), hold: 'device_lock' }),
      turn({ to: 'received', now: after(2 * HOUR), hold: 'customer_info' }),
      turn({ to: 'received', now: after(3 * HOUR) }),
      turn({ to: 'received', now: after(4 * HOUR), hold: 'payment' }),
      turn({ to: 'received', now: after(9 * HOUR) }),
    );
    expect(only(clocks, 'cn_own_fault')).toMatchObject({ pausedMs: 7 * HOUR, dueAt: after(30 * DAY + 7 * HOUR) });
  });

  it('of the customer that becomes one of the maker goes on for the promise and not for the repair', () => {
    const clocks = played(
      received,
      approved(),
      turn({ to: 'approved', now: after(HOUR), hold: 'device_lock' }),
      turn({ to: 'approved', now: after(2 * HOUR), hold: 'maker_decision' }),
    );
    expect(only(clocks, 'promise')).toMatchObject({ pausedSince: null, pausedMs: HOUR });
    expect(only(clocks, 'repair')).toMatchObject({ pausedSince: after(HOUR), pausedMs: 0 });
  });

  it('ends with the clock that stops during it', () => {
    const clocks = played(
      received,
      turn({ to: 'received', now: after(HOUR), hold: 'device_lock' }),
      turn({ from: 'received', to: 'ready', now: after(3 * HOUR) }),
    );
    expect(only(clocks, 'diagnosis')).toMatchObject({
      stoppedAt: after(3 * HOUR),
      pausedSince: null,
      remainingMs: null,
      pausedMs: 2 * HOUR,
      breachedAt: null,
    });
  });

  it('that is open already holds still what starts', () => {
    const clocks = played(received, turn({ from: 'diagnosing', to: 'approved', now: after(HOUR), hold: 'payment' }));
    const repair = only(clocks, 'repair');
    expect(repair).toMatchObject({ startedAt: after(HOUR), pausedSince: after(HOUR), dueAt: null, alarmAt: null });
    expect(repair.remainingMs).toBe(workingBetween(house.calendar, after(HOUR), new Date('2026-11-30T10:00:00Z')));
  });
});
