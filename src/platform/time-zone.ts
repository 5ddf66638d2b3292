// What the clock on the wall says: offsets of time zones without asking Intl twice for the same quarter of an hour.

const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;
const MAX_OFFSETS = 20_000;
/** More than there are names; but a name may be written in small and capital letters by chance, and each spelling is one here. */
const MAX_ZONES = 1_000;

interface Zone {
  format: Intl.DateTimeFormat;
  offsets: Map<number, number>;
}
const zones = new Map<string, Zone>();

/** Milliseconds that wall time is ahead of UTC at this instant. Zones change on whole quarters of an hour, so one answer serves a quarter. */
export function offsetAt(timeZone: string, at: number): number {
  let zone = zones.get(timeZone);
  if (zone === undefined) {
    zone = { format: new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }), offsets: new Map() };
    if (zones.size >= MAX_ZONES) zones.clear();
    zones.set(timeZone, zone);
  }
  const quarter = Math.floor(at / QUARTER_MS);
  let offset = zone.offsets.get(quarter);
  if (offset === undefined) {
    offset = Date.parse(`${zone.format.format(quarter * QUARTER_MS).replace(' ', 'T')}Z`) - quarter * QUARTER_MS;
    if (zone.offsets.size >= MAX_OFFSETS) zone.offsets.clear();
    zone.offsets.set(quarter, offset);
  }
  return offset;
}

/**
 * The instant at which the wall shows this time, given as if it were UTC. Where the wall shows it twice, the first;
 * where it is skipped, the instant of the skip: later wall times never come before earlier ones.
 */
export function atWall(timeZone: string, wall: number): number {
  const before = offsetAt(timeZone, wall - DAY_MS);
  const after = offsetAt(timeZone, wall + DAY_MS);
  if (before === after) return wall - before;
  const first = wall - Math.max(before, after);
  const second = wall - Math.min(before, after);
  if (first + offsetAt(timeZone, first) === wall) return first;
  if (second + offsetAt(timeZone, second) === wall) return second;
  return skipBetween(timeZone, first, second);
}

/** The instant at which the offset changes, between one before and one after it. */
function skipBetween(timeZone: string, before: number, after: number): number {
  let low = Math.floor(before / QUARTER_MS);
  let high = Math.ceil(after / QUARTER_MS);
  const old = offsetAt(timeZone, low * QUARTER_MS);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (offsetAt(timeZone, middle * QUARTER_MS) === old) low = middle;
    else high = middle;
  }
  return high * QUARTER_MS;
}

/** The calendar day of an instant in this time zone, e.g. `2026-11-22`. */
export function dayIn(timeZone: string, at: string | Date): string {
  const ms = typeof at === 'string' ? Date.parse(at) : at.getTime();
  return new Date(ms + offsetAt(timeZone, ms)).toISOString().slice(0, 10);
}
