// When a telephone is left alone: the quiet hours on the wall of whoever it belongs to.
import { atWall, offsetAt } from '#platform/time-zone.ts';

/** From when to when, as HH:MM; past midnight where `to` is not later. The same twice: never. */
export interface QuietHours {
  from: string;
  to: string;
}

/** Of everyone who has chosen none (notifications §5.3). */
export const houseQuietHours: QuietHours = { from: '21:00', to: '09:00' };

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** When the quiet hours end that are running; null where none are. */
export function quietUntil(now: Date, timeZone: string, { from, to }: QuietHours): Date | null {
  const [begins, ends] = [minutesOf(from), minutesOf(to)];
  const wall = now.getTime() + offsetAt(timeZone, now.getTime());
  const midnight = Math.floor(wall / DAY_MS) * DAY_MS;
  const minute = (wall - midnight) / MINUTE_MS;
  const overNight = ends < begins;
  const quiet = overNight ? minute >= begins || minute < ends : minute >= begins && minute < ends;
  if (!quiet) return null;
  const day = overNight && minute >= begins ? midnight + DAY_MS : midnight;
  return new Date(atWall(timeZone, day + ends * MINUTE_MS));
}
