// Clocks of a ticket over its way: what starts, stands still, goes on and stops with which step, to the millisecond.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock, ClockName } from '#clocks/clock.ts';
import { earliestDue, type Turn, turnClocks } from '#clocks/clock-rules.ts';
import { addWorking, workingBetween } from '#service-centers/calendar.ts';
import type { House } from '#service-centers/house.ts';
import { housePolicy } from '#service-centers/policy.ts';
import { usualHours } from '#service-centers/week-hours.ts';
import { type HoldReason, holds } from '#tickets/holds.ts';
import { Status } from '#tickets/status.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const house: House = { policy: housePolicy, policyVersion: 3, calendar: { timeZone: 'Asia/Shanghai', hours: usualHours, holidays: [] } };
// A Monday, 10:00 in Shanghai.
const monday = new Date('2026-11-23T02:00:00.000Z');
const after = (ms: number, from: Date = monday): Date => new Date(from.getTime() + ms);
const promised = after(10 * DAY);

const turn = (more: Partial<Turn> & { to: Status }): Turn => ({
  from: more.to,
  action: 'test',
  now: monday,
  actorKind: 'center',
  returnMethod: 'ship',
  jurisdiction: 'CN',
  hold: null,
  promisedAt: promised,
  quoteValidUntil: null,
  partsExpectedOn: null,
  deliveredAt: null,
  outcome: null,
  house,
  ...more,
});

/** Takes one step after the other over the same rows, as the store does. */
function played(...turns: Turn[]): Clock[] {
  let clocks: Clock[] = [];
  for (const one of turns) {
    const changed = turnClocks(clocks, one);
    const key = (clock: Clock): string => `${clock.name} ${clock.run}`;
    const turned = new Set(changed.map(key));
    clocks = [...clocks.filter((clock) => !turned.has(key(clock))), ...changed];
  }
  return clocks;
}
const runsOf = (clocks: readonly Clock[], name: ClockName): Clock[] =>
  clocks.filter((clock) => clock.name === name).toSorted((a, b) => a.run - b.run);
const only = (clocks: readonly Clock[], name: ClockName): Clock => {
  const [clock, ...more] = runsOf(clocks, name);
  if (clock === undefined || more.length > 0) throw new Error(`${runsOf(clocks, name).length} runs of ${name}`);
  return clock;
};
const received = turn({ from: 'created', to: 'received' });
const approved = (now = monday): Turn => turn({ from: 'diagnosing', to: 'approved', now });

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

describe('parts', () => {
  const ordered = turn({ from: 'approved', to: 'awaiting_parts', now: after(HOUR), partsExpectedOn: '2026-12-01' });

  it('have a clock of their own, and the repair stands still', () => {
    const clocks = played(received, approved(), ordered);
    expect(only(clocks, 'parts').dueAt).toEqual(new Date('2026-12-01T16:00:00Z'));
    expect(only(clocks, 'repair').pausedSince).toEqual(after(HOUR));
    expect(only(clocks, 'cn_own_fault').pausedSince).toEqual(after(HOUR));
    expect(only(clocks, 'promise').pausedSince).toBeNull();
  });

  it('that are delayed move it; when the last has come it stops, and the repair waits for its bench no longer', () => {
    const clocks = played(
      received,
      approved(),
      ordered,
      turn({ to: 'awaiting_parts', now: after(DAY), partsExpectedOn: '2026-12-04' }),
      turn({ to: 'awaiting_parts', now: after(5 * DAY), partsExpectedOn: null }),
      turn({ from: 'awaiting_parts', to: 'in_repair', now: after(6 * DAY) }),
    );
    expect(only(clocks, 'parts')).toMatchObject({ dueAt: new Date('2026-12-04T16:00:00Z'), stoppedAt: after(5 * DAY), breachedAt: null });
    const left = workingBetween(house.calendar, after(HOUR), new Date('2026-11-30T10:00:00Z'));
    expect(only(clocks, 'repair')).toMatchObject({ pausedMs: 6 * DAY - HOUR, dueAt: addWorking(house.calendar, after(6 * DAY), left) });
  });

  it('that were late stay late when another day is named', () => {
    const late = new Date('2026-12-02T16:00:00Z');
    const clocks = played(received, approved(), ordered, turn({ to: 'awaiting_parts', now: late, partsExpectedOn: '2026-12-04' }));
    expect(runsOf(clocks, 'parts')).toMatchObject([
      { run: 1, stoppedAt: late, breachedAt: new Date('2026-12-01T16:00:00Z'), alarmAt: null },
      { run: 2, startedAt: late, dueAt: new Date('2026-12-04T16:00:00Z'), breachedAt: null },
    ]);
  });
});

describe('a promise', () => {
  it('that is moved in time is one run; one that was missed another', () => {
    const moved = turn({ to: 'received', now: after(DAY), promisedAt: after(12 * DAY) });
    expect(only(played(received, moved), 'promise')).toMatchObject({ run: 1, dueAt: after(12 * DAY), alarmAt: after(11 * DAY), breachedAt: null });
    const missed = turn({ to: 'received', now: after(11 * DAY), promisedAt: after(12 * DAY) });
    expect(runsOf(played(received, missed), 'promise')).toMatchObject([
      { run: 1, stoppedAt: after(11 * DAY), breachedAt: promised },
      { run: 2, dueAt: after(12 * DAY), breachedAt: null },
    ]);
  });

  it('is not rung twice by steps that do not move it', () => {
    const before = played(received).map((clock) => (clock.name === 'promise' ? { ...clock, alarmAt: clock.dueAt } : clock));
    expect(turnClocks(before, turn({ from: 'received', to: 'diagnosing', now: after(9.5 * DAY) })).map(({ name }) => name)).toEqual([]);
  });

  it('waits while the customer decides, and counts from the decision', () => {
    const quoted = turn({ from: 'diagnosing', to: 'quoted', now: after(DAY), quoteValidUntil: after(11 * DAY) });
    const yes = turn({ from: 'quoted', to: 'approved', now: after(9 * DAY), promisedAt: after(14 * DAY) });
    expect(only(played(received, quoted), 'promise').pausedSince).toEqual(after(DAY));
    const clocks = played(received, quoted, yes);
    expect(only(clocks, 'promise')).toMatchObject({ pausedMs: 8 * DAY, dueAt: after(14 * DAY) });
    expect(only(clocks, 'quote_answer')).toMatchObject({ dueAt: after(11 * DAY), stoppedAt: after(9 * DAY), breachedAt: null });
    expect(only(clocks, 'diagnosis')).toMatchObject({ stoppedAt: after(DAY) });
  });

  it('is kept when the device can be fetched, or has left', () => {
    const ready = (returnMethod: 'ship' | 'pick_up'): Turn => turn({ from: 'quality_check', to: 'ready', now: after(DAY), returnMethod });
    expect(only(played(received, ready('pick_up')), 'promise').stoppedAt).toEqual(after(DAY));
    expect(only(played(received, ready('ship')), 'promise').stoppedAt).toBeNull();
    const sent = turn({ from: 'ready', to: 'outbound_transit', now: after(2 * DAY) });
    expect(only(played(received, ready('ship'), sent), 'promise').stoppedAt).toEqual(after(2 * DAY));
  });
});

describe('a breach', () => {
  it('that no sweep has seen is seen by the step that ends the clock, or holds it still', () => {
    const late = new Date('2026-11-27T02:00:00Z');
    const due = new Date('2026-11-26T10:00:00Z');
    expect(only(played(received, turn({ from: 'received', to: 'approved', now: late })), 'diagnosis')).toMatchObject({ breachedAt: due, dueAt: due });
    const held = only(played(received, turn({ to: 'received', now: late, hold: 'device_lock' })), 'diagnosis');
    expect(held).toMatchObject({ breachedAt: due, dueAt: null, remainingMs: 0 });
    const later = after(DAY, late);
    const back = only(played(received, turn({ to: 'received', now: late, hold: 'device_lock' }), turn({ to: 'received', now: later })), 'diagnosis');
    expect(back).toMatchObject({ breachedAt: due, dueAt: later, alarmAt: null });
  });

  it('is none at the very moment it is due', () => {
    const due = new Date('2026-11-26T10:00:00Z');
    expect(only(played(received, turn({ from: 'received', to: 'approved', now: due })), 'diagnosis').breachedAt).toBeNull();
  });
});

describe('after the repair', () => {
  const delivered = turn({ from: 'outbound_transit', to: 'delivered', now: after(DAY), deliveredAt: after(DAY), outcome: 'repaired' });

  it('the redo window counts and alarms nobody', () => {
    expect(only(played(delivered), 'redo')).toMatchObject({ dueAt: after(91 * DAY), alarmAt: null });
    expect(only(played(delivered, turn({ from: 'delivered', to: 'closed', now: after(8 * DAY), outcome: 'repaired' })), 'redo').stoppedAt).toBeNull();
    expect(played(turn({ ...delivered, outcome: 'returned_unrepaired' }))).toEqual([]);
    expect(earliestDue(played(delivered))).toBeNull();
  });

  it('storage is free for a while, and stands still under a legal block', () => {
    const ready = turn({ from: 'quality_check', to: 'ready', returnMethod: 'pick_up' });
    expect(only(played(ready), 'storage').dueAt).toEqual(after(30 * DAY));
    const blocked = played(ready, turn({ to: 'ready', returnMethod: 'pick_up', now: after(DAY), hold: 'legal_block' }));
    expect(only(blocked, 'storage')).toMatchObject({ pausedSince: after(DAY), remainingMs: 29 * DAY });
  });

  it('the extension of the warranty counts from receipt to delivery', () => {
    expect(only(played(received, delivered), 'warranty_extension')).toMatchObject({ startedAt: monday, stoppedAt: after(DAY), breachedAt: null });
  });
});

describe('work that is taken up again', () => {
  it('puts the repair down while a revised quote is out, and goes on with what was left', () => {
    const clocks = played(
      received,
      approved(),
      turn({ from: 'approved', to: 'in_repair', now: after(HOUR) }),
      turn({ from: 'in_repair', to: 'quoted', now: after(2 * HOUR), quoteValidUntil: after(30 * DAY) }),
      turn({ from: 'quoted', to: 'approved', now: after(2 * DAY + 2 * HOUR) }),
    );
    expect(only(clocks, 'repair')).toMatchObject({ run: 1, pausedMs: 2 * DAY, stoppedAt: null });
  });

  it('ends the repair and starts a second diagnosis where the diagnosis was wrong', () => {
    const clocks = played(
      received,
      approved(),
      turn({ from: 'approved', to: 'in_repair', now: after(HOUR) }),
      turn({ from: 'in_repair', to: 'diagnosing', now: after(2 * HOUR) }),
    );
    expect(only(clocks, 'repair').stoppedAt).toEqual(after(2 * HOUR));
    expect(runsOf(clocks, 'diagnosis').map(({ run, stoppedAt }) => [run, stoppedAt])).toEqual([
      [1, monday],
      [2, null],
    ]);
  });

  it('a later policy does not touch what runs', () => {
    const strict: House = { ...house, policyVersion: 4, policy: { ...housePolicy, repairDays: 1, promiseWarningHours: 1 } };
    const clocks = played(received, approved(), turn({ from: 'approved', to: 'in_repair', now: after(HOUR), house: strict }));
    expect(only(clocks, 'repair')).toMatchObject({ policyVersion: 3, dueAt: new Date('2026-11-30T10:00:00Z') });
    expect(only(clocks, 'promise').alarmAt).toEqual(after(-DAY, promised));
  });
});

const walk = fc.array(
  fc.record({
    to: fc.constantFrom(...Status.options),
    hold: fc.option(fc.constantFrom(...(Object.keys(holds) as HoldReason[]))),
    wait: fc.integer({ min: 1, max: 20 * DAY }),
    promise: fc.integer({ min: -2 * DAY, max: 20 * DAY }),
    parts: fc.option(fc.constantFrom('2026-11-25', '2026-12-24')),
    actorKind: fc.constantFrom('center', 'courier', 'system'),
    returnMethod: fc.constantFrom('ship' as const, 'pick_up' as const),
  }),
  { maxLength: 40 },
);

describe('on any way through the statuses', () => {
  it('the rows fit the checks of their table, and time is counted once', () => {
    fc.assert(
      fc.property(walk, (steps) => {
        let now = monday.getTime();
        let from: Status | null = null;
        const turns = steps.map((step) => {
          now += step.wait;
          const one = turn({
            ...step,
            from,
            now: new Date(now),
            promisedAt: new Date(now + step.promise),
            quoteValidUntil: new Date(now + DAY),
            partsExpectedOn: step.parts,
          });
          from = step.to;
          return one;
        });
        const clocks = played(...turns);
        for (const clock of clocks) {
          expect((clock.pausedSince === null) === (clock.remainingMs === null)).toBe(true);
          expect(clock.alarmAt === null || (clock.stoppedAt === null && clock.pausedSince === null)).toBe(true);
          expect(clock.pausedSince === null || clock.stoppedAt === null).toBe(true);
          expect(clock.pausedMs).toBeLessThanOrEqual((clock.stoppedAt ?? new Date(now)).getTime() - clock.startedAt.getTime());
          expect(clock.remainingMs ?? 0).toBeGreaterThanOrEqual(0);
        }
        const open = clocks.filter((clock) => clock.stoppedAt === null).map(({ name }) => name);
        expect(new Set(open).size).toBe(open.length);
        const last = turns.at(-1);
        expect(last === undefined ? [] : turnClocks(clocks, { ...last, from: last.to })).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
