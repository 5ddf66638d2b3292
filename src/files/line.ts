// A line in which work waits for its turn, and not for longer than somebody waits before a page that does not move.
import { Problem } from '#problems.ts';

/** One thing after the other; who has waited `waitMs` for a turn gives it up. */
export interface Line {
  /** What `work` answers. Problem: overloaded, where its turn did not come; it was not begun then. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

/** Opens a line of this process. */
export function openLine(waitMs: number): Line {
  let last: Promise<void> = Promise.resolve();
  return {
    inTurn<T>(work: () => Promise<T>): Promise<T> {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      let isWaiting = true;
      const giveUp = setTimeout(() => {
        isWaiting = false;
        reject(new Problem('overloaded', 'Many pictures are being read just now. Send the file again shortly.', { headers: { 'retry-after': '5' } }));
      }, waitMs);
      last = last.then(async () => {
        clearTimeout(giveUp);
        if (isWaiting) await work().then(resolve, reject);
      });
      return promise;
    },
  };
}
