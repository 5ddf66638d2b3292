// Working time: how much of a stretch of time a center was open, and when so much of it will have passed.
import { atWall, offsetAt } from '#platform/time-zone.ts';
import type { Holiday, WeekHours } from './week-hours.ts';

/** When a center works, on the clock of its own wall. */
export interface Calendar {
  timeZone: string;
  hours: WeekHours;
  /** Days with hours of their own instead of the week's. */
  holidays: readonly Holiday[];
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Nothing is counted further than ten years, or promised: a calendar that never opens answers that horizon instead of searching for ever. */
export const HORIZON_DAYS = 3653;

const week = ['thu', 'fri', 'sat', 'sun', 'mon', 'tue', 'wed'] as const;

/** Days since 1970-01-01 on the wall. */
const dayNumber = ({ timeZone }: Calendar, at: number): number => Math.floor((at + offsetAt(timeZone, at)) / DAY_MS);

const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

function hoursOf(calendar: Calendar, day: number): readonly (readonly string[])[] {
  if (calendar.holidays.length > 0) {
    const name = new Date(day * DAY_MS).toISOString().slice(0, 10);
    const holiday = calendar.holidays.find((one) => one.day === name);
    if (holiday !== undefined) return holiday.hours;
  }
  return calendar.hours[week[((day % 7) + 7) % 7] ?? 'mon'] ?? [];
}

/** The open stretches of a day as [from, to) in milliseconds since the epoch, in order. */
function openOn(calendar: Calendar, day: number): [number, number][] {
  return hoursOf(calendar, day).map(([from = '', to = '']): [number, number] => [
    atWall(calendar.timeZone, day * DAY_MS + minutes(from) * MINUTE_MS),
    atWall(calendar.timeZone, day * DAY_MS + minutes(to) * MINUTE_MS),
  ]);
}

/** The instant at which this many milliseconds of open time have passed since `from`; `from` itself for none. */
export function addWorking(calendar: Calendar, from: Date, ms: number): Date {
  const start = from.getTime();
  if (ms <= 0) return new Date(start);
  let left = ms;
  const first = dayNumber(calendar, start);
  for (let day = first; day < first + HORIZON_DAYS; day += 1) {
    for (const [open, close] of openOn(calendar, day)) {
      const begins = Math.max(open, start);
      if (begins >= close) continue;
      if (left <= close - begins) return new Date(begins + left);
      left -= close - begins;
    }
  }
  return new Date(start + HORIZON_DAYS * DAY_MS);
}

/** Milliseconds of open time between two instants; 0 where `to` is not after `from`. */
export function workingBetween(calendar: Calendar, from: Date, to: Date): number {
  const start = from.getTime();
  const end = to.getTime();
  if (end <= start) return 0;
  const first = dayNumber(calendar, start);
  const last = Math.min(dayNumber(calendar, end), first + HORIZON_DAYS);
  let open = 0;
  for (let day = first; day <= last; day += 1) {
    for (const [opens, closes] of openOn(calendar, day)) open += Math.max(0, Math.min(closes, end) - Math.max(opens, start));
  }
  return open;
}

/** The close of business of the n-th open day after the day of `from`: what "within n working days" means. */
export function addWorkingDays(calendar: Calendar, from: Date, days: number): Date {
  const start = from.getTime();
  const today = dayNumber(calendar, start);
  let left = days;
  for (let day = today + 1; day < today + HORIZON_DAYS; day += 1) {
    const latest = openOn(calendar, day).findLast(([opens, closes]) => closes > opens);
    if (latest === undefined) continue;
    left -= 1;
    if (left <= 0) return new Date(latest[1]);
  }
  return new Date(start + HORIZON_DAYS * DAY_MS);
}

/** Midnight at the end of a calendar day on the center's wall, e.g. of the day on which a part is expected. */
export const endOfDay = (timeZone: string, day: string): Date => new Date(atWall(timeZone, Date.parse(`${day}T00:00:00Z`) + DAY_MS));
