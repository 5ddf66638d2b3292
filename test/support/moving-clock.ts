// A clock that stands still until a test moves it.
import type { Clock } from '#platform/clock.ts';

/** A clock that a test moves. */
export interface MovingClock extends Clock {
  pass(hours: number): void;
  at(instant: string): void;
}

/** Begins at `start`; `pass` moves it on by so many hours, `at` sets it. */
export function movingClock(start: string): MovingClock {
  let now = new Date(start);
  return {
    now: () => new Date(now),
    pass(hours) {
      now = new Date(now.getTime() + hours * 3_600_000);
    },
    at(instant) {
      now = new Date(instant);
    },
  };
}
