// Ladders under any outage: reminders one at a time and a day apart, no end before two of them, and always an end.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  announcedEnd,
  climb,
  firstIntakeAlarm,
  firstQuoteAlarm,
  firstStorageAlarm,
  intakeLadder,
  isSlipping,
  type Ladder,
  nextWordBy,
  quoteLadder,
  storageLadder,
} from '#tickets/ladders.ts';

const DAY = 86_400_000;
const start = new Date('2026-11-22T05:00:00.000Z');
const day = (days: number): Date => new Date(start.getTime() + days * DAY);
const policy = { quoteReminderDays: [2, 5, 9], quoteGraceDays: 2, labelReminderDays: [3, 7], labelExpiryDays: 30, storageNoticeDays: [7, 14, 30] };

/** Lets a worker look at these times only; the last one looks until the ladder ends. Days from the start, by what was due. */
function played(ladder: Ladder, looks: readonly number[]): { reminded: number[]; expired: number } {
  const reminded: number[] = [];
  let alarm: Date | null = ladder.slots[0] ?? ladder.expires;
  let now = start;
  for (let look = 0; alarm !== null; look += 1) {
    if (look > 1_000) throw new Error('the ladder does not end');
    const looked = looks[look];
    now = new Date(Math.max(now.getTime(), (looked === undefined ? alarm : day(looked)).getTime()));
    if (alarm > now) continue;
    const rung = climb(ladder, reminded.length, now);
    if (rung.act === 'expire') return { reminded, expired: (now.getTime() - start.getTime()) / DAY };
    if (rung.act === 'remind') reminded.push((now.getTime() - start.getTime()) / DAY);
    alarm = rung.alarmAt;
  }
  throw new Error('the ladder ends without an end');
}

const everyLook = Array.from({ length: 300 }, (_, at) => at);

describe('as planned', () => {
  it('a quote of ten days is recalled on days 2, 5 and 9 and ends after the grace', () => {
    expect(played(quoteLadder(start, day(10), policy), everyLook)).toEqual({ reminded: [2, 5, 9], expired: 12 });
  });

  it('the days stretch with the validity', () => {
    expect(played(quoteLadder(start, day(30), policy), everyLook)).toEqual({ reminded: [6, 15, 27], expired: 32 });
  });

  it('a device that does not come is recalled twice and given up after a month', () => {
    expect(played(intakeLadder(start, policy), everyLook)).toEqual({ reminded: [3, 7], expired: 30 });
  });

  it('a device that is not picked up is recalled until the day it need not be kept any longer', () => {
    expect(played(storageLadder(start, day(180), policy), everyLook)).toEqual({ reminded: [7, 14, 30], expired: 180 });
  });

  it('first alarms are the first slots', () => {
    expect(firstQuoteAlarm(start, day(10), policy)).toEqual(day(2));
    expect(firstIntakeAlarm(start, policy)).toEqual(day(3));
    expect(firstStorageAlarm(start, day(180), policy)).toEqual(day(7));
  });
});

describe('after an outage', () => {
  it('of forty days a quote is recalled twice, and ends two days after the second', () => {
    expect(played(quoteLadder(start, day(10), policy), [40, 40, 41, 41, 42, 43])).toEqual({ reminded: [40, 41], expired: 43 });
  });

  it('of forty days an intake is recalled twice before it is given up', () => {
    expect(played(intakeLadder(start, policy), [40, 40, 41, 42, 43])).toEqual({ reminded: [40, 41], expired: 43 });
  });

  it('of a year three notices go out before a device is due for disposal', () => {
    expect(played(storageLadder(start, day(180), policy), [365, 365, 366, 367, 368, 369])).toEqual({ reminded: [365, 366, 367], expired: 369 });
  });

  it('slots that passed are not made up for', () => {
    expect(played(quoteLadder(start, day(10), policy), [6, 6, 7, 8, 9, 10, 11, 12])).toEqual({ reminded: [6, 9], expired: 12 });
  });

  it('a policy without reminders sends the two that are owed', () => {
    expect(played(quoteLadder(start, day(10), { quoteReminderDays: [], quoteGraceDays: 0 }), [])).toEqual({ reminded: [10, 11], expired: 12 });
  });
});

describe('whatever the policy and the outages', () => {
  const days = (max: number) => fc.uniqueArray(fc.integer({ min: 1, max }), { maxLength: 6 });
  const ladders = fc.oneof(
    fc
      .record({ quoteReminderDays: days(20), quoteGraceDays: fc.integer({ min: 0, max: 10 }), validity: fc.integer({ min: 1, max: 90 }) })
      .map(({ validity, ...own }) => quoteLadder(start, day(validity), own)),
    fc.record({ labelReminderDays: days(60), labelExpiryDays: fc.integer({ min: 1, max: 60 }) }).map((own) => intakeLadder(start, own)),
    fc
      .record({ storageNoticeDays: days(120), keep: fc.integer({ min: 1, max: 200 }) })
      .map(({ keep, ...own }) => storageLadder(start, day(keep), own)),
  );
  const looks = fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { maxLength: 60 }).map((times) => times.toSorted((a, b) => a - b));

  it('the least that is owed at least, a day apart at least, and the end a day after the last and not before its day', () => {
    fc.assert(
      fc.property(ladders, looks, (ladder, when) => {
        const { reminded, expired } = played(ladder, when);
        expect(reminded.length).toBeGreaterThanOrEqual(ladder.least);
        const gaps = reminded.slice(1).map((at, index) => at - (reminded[index] ?? 0));
        expect(Math.min(...gaps, expired - (reminded.at(-1) ?? 0))).toBeGreaterThan(1 - 1e-6);
        expect(day(expired).getTime()).toBeGreaterThanOrEqual(ladder.expires.getTime() - 1);
        // Beyond the plan only what is owed.
        expect(reminded.length).toBeLessThanOrEqual(Math.max(ladder.least, ladder.slots.length));
      }),
      { numRuns: 2_000 },
    );
  });
});

it('an end is announced where it is certain', () => {
  expect(announcedEnd(intakeLadder(start, policy), day(3))).toEqual(day(30));
  expect(announcedEnd(intakeLadder(start, policy), day(28))).toBeNull();
});

describe('the next word', () => {
  const now = start;
  it('comes after the quiet days, or on the day kept', () => {
    expect(nextWordBy(now, 3, null, null)).toEqual(day(3));
    expect(nextWordBy(now, 3, day(1), null)).toEqual(day(1));
    expect(nextWordBy(now, null, day(1), day(2))).toBeNull();
  });

  it('comes four hours before a promise passes, if that is sooner and still to come', () => {
    expect(nextWordBy(now, 3, null, day(2))).toEqual(new Date(day(2).getTime() - 4 * 3_600_000));
    expect(nextWordBy(now, 3, null, day(9))).toEqual(day(3));
    expect(nextWordBy(now, 3, null, day(-1))).toEqual(day(3));
  });

  it('comes halfway to a promise for the same day', () => {
    expect(nextWordBy(now, 3, null, day(0.1))).toEqual(day(0.05));
    expect(nextWordBy(now, 3, day(0.01), day(0.1))).toEqual(day(0.01));
  });

  it('is then that the promise slips', () => {
    expect(isSlipping(now, day(0.1))).toBe(true);
    expect(isSlipping(now, day(-2))).toBe(true);
    expect(isSlipping(now, day(0.3))).toBe(true);
    expect(isSlipping(now, day(1))).toBe(false);
    expect(isSlipping(now, null)).toBe(false);
  });
});
