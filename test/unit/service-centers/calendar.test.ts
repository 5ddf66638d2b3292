// Working time is arithmetic: it goes there and back, over split days, holidays and the nights on which clocks are put forward or back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atWall } from '#platform/time-zone.ts';
import { addWorking, addWorkingDays, type Calendar, endOfDay, workingBetween } from '#service-centers/calendar.ts';
import { usualHours, WeekHours } from '#service-centers/week-hours.ts';

const HOUR = 3_600_000;
const shanghai: Calendar = { timeZone: 'Asia/Shanghai', hours: usualHours, holidays: [] };
const berlin: Calendar = { timeZone: 'Europe/Berlin', hours: usualHours, holidays: [] };
const roundTheClock = (timeZone: string): Calendar => {
  const whole: [string, string][] = [['00:00', '24:00']];
  return { timeZone, hours: { mon: whole, tue: whole, wed: whole, thu: whole, fri: whole, sat: whole, sun: whole }, holidays: [] };
};
const at = (text: string): Date => new Date(text);

describe('working time', () => {
  it('counts open hours only', () => {
    // Monday 17:00 to Tuesday 10:00 in Shanghai.
    expect(workingBetween(shanghai, at('2026-11-23T09:00:00Z'), at('2026-11-24T02:00:00Z'))).toBe(2 * HOUR);
    // Friday evening to Monday morning.
    expect(workingBetween(shanghai, at('2026-11-20T10:00:00Z'), at('2026-11-23T01:00:00Z'))).toBe(0);
    expect(workingBetween(shanghai, at('2026-11-24T02:00:00Z'), at('2026-11-23T09:00:00Z'))).toBe(0);
  });

  it('ends where the hours end, and goes on where they begin', () => {
    expect(addWorking(shanghai, at('2026-11-23T09:00:00Z'), HOUR)).toEqual(at('2026-11-23T10:00:00Z'));
    expect(addWorking(shanghai, at('2026-11-23T09:00:00Z'), HOUR + 1)).toEqual(at('2026-11-24T01:00:00.001Z'));
    expect(addWorking(shanghai, at('2026-11-21T09:00:00Z'), 1)).toEqual(at('2026-11-23T01:00:00.001Z'));
    expect(addWorking(shanghai, at('2026-11-21T09:00:00Z'), 0)).toEqual(at('2026-11-21T09:00:00Z'));
  });

  it('leaves lunch and holidays out, and takes the hours of a day that has its own', () => {
    const split: Calendar = {
      ...shanghai,
      hours: {
        ...usualHours,
        mon: [
          ['09:00', '12:00'],
          ['13:00', '18:00'],
        ],
      },
      holidays: [
        { day: '2026-11-24', name: 'Stocktaking', hours: [] },
        { day: '2026-11-28', name: 'Working Saturday', hours: [['10:00', '12:00']] },
      ],
    };
    expect(workingBetween(split, at('2026-11-23T00:00:00Z'), at('2026-11-23T16:00:00Z'))).toBe(8 * HOUR);
    expect(workingBetween(split, at('2026-11-23T16:00:00Z'), at('2026-11-24T16:00:00Z'))).toBe(0);
    expect(workingBetween(split, at('2026-11-27T16:00:00Z'), at('2026-11-28T16:00:00Z'))).toBe(2 * HOUR);
    expect(addWorking(split, at('2026-11-23T10:00:00Z'), HOUR)).toEqual(at('2026-11-25T02:00:00Z'));
  });

  it('is of 23 and of 25 hours on the nights of the change', () => {
    const open = roundTheClock('Europe/Berlin');
    expect(workingBetween(open, at('2026-03-28T23:00:00Z'), at('2026-03-29T22:00:00Z'))).toBe(23 * HOUR);
    expect(workingBetween(open, at('2026-10-24T22:00:00Z'), at('2026-10-25T23:00:00Z'))).toBe(25 * HOUR);
    // 09:00 on the wall, before and after.
    expect(addWorking(berlin, at('2026-03-27T17:00:00Z'), HOUR)).toEqual(at('2026-03-30T08:00:00Z'));
    expect(addWorking(berlin, at('2026-10-23T16:00:00Z'), HOUR)).toEqual(at('2026-10-26T09:00:00Z'));
  });

  it('of an hour that the wall skips is none, of one that it shows twice is two', () => {
    const night: Calendar = { timeZone: 'Europe/Berlin', hours: { sun: [['02:00', '03:00']] }, holidays: [] };
    expect(workingBetween(night, at('2026-03-28T23:00:00Z'), at('2026-03-29T22:00:00Z'))).toBe(0);
    expect(workingBetween(night, at('2026-10-24T22:00:00Z'), at('2026-10-25T23:00:00Z'))).toBe(2 * HOUR);
  });
});

describe('working days', () => {
  it('end with the close of business of the n-th open day after today', () => {
    // Friday, a Saturday, and one minute before midnight on a Sunday in Shanghai.
    expect(addWorkingDays(shanghai, at('2026-11-20T03:00:00Z'), 2)).toEqual(at('2026-11-24T10:00:00Z'));
    expect(addWorkingDays(shanghai, at('2026-11-21T03:00:00Z'), 1)).toEqual(at('2026-11-23T10:00:00Z'));
    expect(addWorkingDays(shanghai, at('2026-11-22T15:59:00Z'), 1)).toEqual(at('2026-11-23T10:00:00Z'));
  });

  it('leave holidays out', () => {
    const closed: Calendar = { ...shanghai, holidays: [{ day: '2026-11-23', name: 'Inventory', hours: [] }] };
    expect(addWorkingDays(closed, at('2026-11-20T03:00:00Z'), 2)).toEqual(at('2026-11-25T10:00:00Z'));
  });

  it('end a day of a part at midnight of the center', () => {
    expect(endOfDay('Asia/Shanghai', '2026-11-22')).toEqual(at('2026-11-22T16:00:00Z'));
    expect(endOfDay('America/Los_Angeles', '2026-03-08')).toEqual(at('2026-03-09T07:00:00Z'));
  });
});

describe('a calendar without an open hour', () => {
  const never: Calendar = { timeZone: 'UTC', hours: {}, holidays: [] };

  it('is refused', () => {
    expect(WeekHours.safeParse({}).success).toBe(false);
    expect(WeekHours.safeParse({ mon: [] }).success).toBe(false);
    expect(WeekHours.safeParse({ mon: [['09:00', '09:00']] }).success).toBe(false);
    expect(
      WeekHours.safeParse({
        mon: [
          ['09:00', '12:00'],
          ['11:00', '18:00'],
        ],
      }).success,
    ).toBe(false);
    expect(WeekHours.safeParse({ mon: [['09:00', '24:01']] }).success).toBe(false);
    expect(WeekHours.safeParse({ mon: [['00:00', '24:00']] }).success).toBe(true);
  });

  it('ends the search all the same', () => {
    const from = at('2026-11-22T00:00:00Z');
    expect(addWorking(never, from, 1)).toEqual(at('2036-11-22T00:00:00Z'));
    expect(addWorkingDays(never, from, 1)).toEqual(at('2036-11-22T00:00:00Z'));
    expect(workingBetween(never, from, at('2126-11-22T00:00:00Z'))).toBe(0);
  });
});

const zones = ['Asia/Shanghai', 'Europe/Berlin', 'America/Los_Angeles', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Africa/Cairo', 'America/Havana'];
const clock = (n: number): string => `${String(Math.floor(n / 4)).padStart(2, '0')}:${String((n % 4) * 15).padStart(2, '0')}`;
const intervals = fc
  .uniqueArray(fc.integer({ min: 0, max: 96 }), { maxLength: 6 })
  .map((marks) => marks.toSorted((a, b) => a - b))
  .map((marks) => Array.from({ length: Math.floor(marks.length / 2) }, (_, n): [string, string] => [clock(marks[2 * n]!), clock(marks[2 * n + 1]!)]));
const weekDays = fc.record({ mon: intervals, tue: intervals, wed: intervals, thu: intervals, fri: intervals, sat: intervals, sun: intervals });
// Around the changes of the clocks in 2026, in spring and in autumn.
const moment = fc.tuple(fc.constantFrom('2026-03-01', '2026-04-01', '2026-10-20', '2026-11-01'), fc.integer({ min: 0, max: 30 * 24 * HOUR }));
const instant = moment.map(([day, ms]) => new Date(Date.parse(`${day}T00:00:00Z`) + ms));
const someDays = fc.uniqueArray(
  instant.map((one) => one.toISOString().slice(0, 10)),
  { maxLength: 5 },
);
const calendars = fc
  .tuple(fc.constantFrom(...zones), weekDays, someDays, intervals)
  .filter(([, hours]) => Object.values(hours).some((open) => open.length > 0))
  .map(
    ([timeZone, hours, days, hoursThen]): Calendar => ({
      timeZone,
      hours,
      holidays: days.map((day) => ({ day, name: 'Other hours', hours: hoursThen })),
    }),
  );

describe('on any calendar', () => {
  it('what was added is what passes', () => {
    fc.assert(
      fc.property(calendars, instant, fc.integer({ min: 1, max: 200 * HOUR }), (calendar, from, ms) => {
        expect(workingBetween(calendar, from, addWorking(calendar, from, ms))).toBe(ms);
      }),
      { numRuns: 400 },
    );
  });

  it('more work never ends earlier, and a later start neither', () => {
    fc.assert(
      fc.property(calendars, instant, fc.nat(50 * HOUR), fc.nat(50 * HOUR), (calendar, from, one, more) => {
        expect(addWorking(calendar, from, one + more).getTime()).toBeGreaterThanOrEqual(addWorking(calendar, from, one).getTime());
        const later = new Date(from.getTime() + more);
        expect(addWorking(calendar, later, one).getTime()).toBeGreaterThanOrEqual(addWorking(calendar, from, one).getTime());
        expect(addWorkingDays(calendar, later, 2).getTime()).toBeGreaterThanOrEqual(addWorkingDays(calendar, from, 2).getTime());
      }),
      { numRuns: 300 },
    );
  });

  it('two stretches are as long as the whole, and none is longer than the time that passed', () => {
    fc.assert(
      fc.property(calendars, instant, fc.nat(600 * HOUR), fc.nat(600 * HOUR), (calendar, from, one, two) => {
        const middle = new Date(from.getTime() + one);
        const end = new Date(middle.getTime() + two);
        const whole = workingBetween(calendar, from, end);
        expect(workingBetween(calendar, from, middle) + workingBetween(calendar, middle, end)).toBe(whole);
        expect(whole).toBeLessThanOrEqual(one + two);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the wall', () => {
  it('never goes back for a later time on it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), instant, fc.nat(3 * HOUR), (zone, from, step) => {
        expect(atWall(zone, from.getTime() + step)).toBeGreaterThanOrEqual(atWall(zone, from.getTime()));
      }),
      { numRuns: 2000 },
    );
  });
});
