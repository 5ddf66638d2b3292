// The one source of "now", handed down so that tests can hold it still.

/** Tells the time. */
export interface Clock {
  now(): Date;
}

/** How far, in ms, the clocks of other machines may run ahead of ours. */
export const AHEAD_MS = 5 * 60_000;

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date() };
