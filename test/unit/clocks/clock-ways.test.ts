// Clocks of a ticket over its way: parts, promises, breaches, storage, work that is taken up again, and any way at random.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { earliestDue, type Turn, turnClocks } from '#clocks/clock-rules.ts';
import { addWorking, workingBetween } from '#service-centers/calendar.ts';
import type { House } from '#service-centers/house.ts';
import { housePolicy } from '#service-centers/policy.ts';
import { type HoldReason, holds } from '#tickets/holds.ts';
import { Status } from '#tickets/status.ts';
import { after, approved, DAY, HOUR, house, monday, only, played, promised, received, runsOf, turn } from './turns.ts';

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

  it('of which the last has come first leave the day of the one that is overdue', () => {
    const now = new Date('2026-12-02T02:00:00Z');
    const two = turn({ from: 'approved', to: 'awaiting_parts', now: after(HOUR), partsExpectedOn: '2026-12-04' });
    const clocks = played(received, approved(), two, turn({ to: 'awaiting_parts', now, partsExpectedOn: '2026-12-01' }));
    const due = new Date('2026-12-01T16:00:00Z');
    expect(only(clocks, 'parts')).toMatchObject({ dueAt: due, alarmAt: due, stoppedAt: null });
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

  it('that passed while the customer decided is not missed by it: what was left counts from the answer', () => {
    const quoted = turn({ from: 'diagnosing', to: 'quoted', now: after(DAY), quoteValidUntil: after(31 * DAY) });
    const no = turn({ from: 'quoted', to: 'ready', now: after(20 * DAY) });
    const clocks = played(received, quoted, no);
    expect(only(clocks, 'promise')).toMatchObject({ dueAt: after(29 * DAY), alarmAt: after(28 * DAY), pausedMs: 19 * DAY, breachedAt: null });
    const sent = turn({ from: 'ready', to: 'outbound_transit', now: after(21 * DAY) });
    expect(only(played(received, quoted, no, sent), 'promise')).toMatchObject({ stoppedAt: after(21 * DAY), breachedAt: null });
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
