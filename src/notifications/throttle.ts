// Keeps one slow or failing receiver from taking all hands of this process; other processes find out for themselves.
import { pauseFor } from './lane-rules.ts';

/** Lanes of one receiver that are worked on at once: a twentieth of the hands of a worker. */
export const AT_ONCE = 20;
/** A receiver that keeps this many waiting for long gets no more of them. */
const SLOW_AT_ONCE = 4;
const SLOW_MS = 500;
const FULL_WAIT_SECONDS = 1;
/** Who was not called again for so long after a failure is forgotten: others may have reached them, or they get nothing any more. */
const FORGET_MS = 1_800_000;
/** Receivers in trouble that are kept before those to be forgotten are looked for. */
const KEPT = 1_000;

interface Receiver {
  /** When each lane that is being worked on was let in. */
  running: Set<{ since: number }>;
  waiting: Set<() => void>;
  failures: number;
  pausedUntil: number;
}

/** A lane that was let in; or the seconds to put it off. */
export type Admission = { leave(now: number): void } | { seconds: number };

/** Who may be called now. Times in milliseconds. */
export interface Throttle {
  /** Lets a lane in; waits a moment where a quick receiver is merely busy, because putting off costs more. */
  admit(recipient: string, now: () => number): Promise<Admission>;
  succeeded(recipient: string): void;
  failed(recipient: string, now: number, after?: number): void;
}

/** Seconds to stay away, 0 to go ahead, or `busy`: a place is about to become free. */
function stay({ running, failures, pausedUntil }: Receiver, now: number): number | 'busy' {
  if (pausedUntil > now) return (pausedUntil - now) / 1000;
  // After a pause one lane goes ahead and finds out.
  if (failures > 0) return running.size > 0 ? FULL_WAIT_SECONDS : 0;
  const slow = [...running].filter(({ since }) => since <= now - SLOW_MS).length;
  if (slow >= SLOW_AT_ONCE) return FULL_WAIT_SECONDS;
  return running.size < AT_ONCE ? 0 : 'busy';
}

const aPlace = (receiver: Receiver): Promise<boolean> =>
  new Promise((resolve) => {
    const free = (): void => {
      clearTimeout(timer);
      receiver.waiting.delete(free);
      resolve(true);
    };
    const timer = setTimeout(() => {
      receiver.waiting.delete(free);
      resolve(false);
    }, SLOW_MS);
    receiver.waiting.add(free);
  });

/** A throttle for one process. */
export function createThrottle(): Throttle {
  const receivers = new Map<string, Receiver>();
  const of = (recipient: string): Receiver => {
    const known = receivers.get(recipient) ?? { running: new Set(), waiting: new Set(), failures: 0, pausedUntil: 0 };
    receivers.set(recipient, known);
    return known;
  };
  let lookAt = KEPT;
  const forget = (now: number): void => {
    if (receivers.size < lookAt) return;
    for (const [recipient, { running, waiting, pausedUntil }] of receivers)
      if (running.size === 0 && waiting.size === 0 && pausedUntil < now - FORGET_MS) receivers.delete(recipient);
    // Not at every failure while there are as many.
    lookAt = Math.max(KEPT, receivers.size * 2);
  };
  const letIn = (recipient: string, receiver: Receiver, since: number): Admission => {
    const place = { since };
    receiver.running.add(place);
    return {
      leave(now) {
        receiver.running.delete(place);
        const [next] = receiver.waiting;
        next?.();
        if (receiver.running.size === 0 && receiver.waiting.size === 0 && receiver.failures === 0 && receiver.pausedUntil <= now)
          receivers.delete(recipient);
      },
    };
  };
  return {
    async admit(recipient, now) {
      for (;;) {
        const receiver = of(recipient);
        const answer = stay(receiver, now());
        if (answer === 0) return letIn(recipient, receiver, now());
        if (answer !== 'busy') return { seconds: answer };
        if (!(await aPlace(receiver))) return { seconds: FULL_WAIT_SECONDS };
      }
    },
    succeeded(recipient) {
      of(recipient).failures = 0;
    },
    failed(recipient, now, after) {
      const known = of(recipient);
      // Calls that were on their way when the pause began fail of the same trouble: twenty at once are no reason to stay away for five minutes.
      if (known.pausedUntil <= now) known.failures += 1;
      known.pausedUntil = Math.max(known.pausedUntil, now + pauseFor(known.failures, after) * 1000);
      forget(now);
    },
  };
}
