// Working time of a center in Shanghai that is open Monday to Friday from 9 to 18, counted the slow and plain way.

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** China has one time zone and no summer time. */
const AHEAD = 8 * HOUR;

const dayOf = (at: number): number => Math.floor((at + AHEAD) / DAY);
/** 1970-01-01 was a Thursday. */
const isOpen = (day: number): boolean => day % 7 !== 2 && day % 7 !== 3;
const opens = (day: number): number => day * DAY + 9 * HOUR - AHEAD;
const closes = (day: number): number => day * DAY + 18 * HOUR - AHEAD;

/** Closing time of the n-th open day after that of `from`. */
export function workdaysAfter(from: number, n: number): number {
  let day = dayOf(from);
  for (let left = n; left > 0; ) {
    day += 1;
    if (isOpen(day)) left -= 1;
  }
  return closes(day);
}

/** Open milliseconds between two times. */
export function openBetween(from: number, to: number): number {
  let sum = 0;
  for (let day = dayOf(from); day <= dayOf(to); day += 1) {
    if (isOpen(day)) sum += Math.max(0, Math.min(to, closes(day)) - Math.max(from, opens(day)));
  }
  return sum;
}

/** When so many open milliseconds have passed. */
export function openAfter(from: number, ms: number): number {
  if (ms === 0) return from;
  let left = ms;
  for (let day = dayOf(from); ; day += 1) {
    if (!isOpen(day)) continue;
    const begin = Math.max(from, opens(day));
    if (begin >= closes(day)) continue;
    if (left <= closes(day) - begin) return begin + left;
    left -= closes(day) - begin;
  }
}
