// Keeps one slow or failing receiver from taking all hands of this process; other processes find out for themselves.
import { pauseFor } from './lane-rules.ts';

/** Lanes of one receiver that are worked on at once. */
const AT_ONCE = 4;
const FULL_WAIT_SECONDS = 1;

interface Receiver {
  running: number;
  failures: number;
  pausedUntil: number;
}

/** Who may be called now. Times in milliseconds. */
export interface Throttle {
  /** 0: go ahead; otherwise the seconds to put the lane off. */
  hold(recipient: string, now: number): number;
  enter(recipient: string): void;
  leave(recipient: string, now: number): void;
  succeeded(recipient: string): void;
  failed(recipient: string, now: number, after?: number): void;
}

/** A throttle for one process. */
export function createThrottle(): Throttle {
  const receivers = new Map<string, Receiver>();
  const of = (recipient: string): Receiver => {
    const known = receivers.get(recipient) ?? { running: 0, failures: 0, pausedUntil: 0 };
    receivers.set(recipient, known);
    return known;
  };
  return {
    hold(recipient, now) {
      const known = receivers.get(recipient);
      if (known === undefined) return 0;
      if (known.pausedUntil > now) return (known.pausedUntil - now) / 1000;
      // After a pause one lane goes ahead and finds out.
      const places = known.failures > 0 ? 1 : AT_ONCE;
      return known.running >= places ? FULL_WAIT_SECONDS : 0;
    },
    enter(recipient) {
      of(recipient).running += 1;
    },
    leave(recipient, now) {
      const known = of(recipient);
      known.running -= 1;
      if (known.running === 0 && known.failures === 0 && known.pausedUntil <= now) receivers.delete(recipient);
    },
    succeeded(recipient) {
      of(recipient).failures = 0;
    },
    failed(recipient, now, after) {
      const known = of(recipient);
      known.failures += 1;
      known.pausedUntil = now + pauseFor(known.failures, after) * 1000;
    },
  };
}
