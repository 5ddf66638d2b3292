// A line in which work waits for its turn, and not for longer than somebody waits before a page that does not move.
import { oneAtATime } from './one-at-a-time.ts';

/** One thing after the other; who has waited `waitMs` for a turn gives it up. */
export interface Line {
  /** What `work` answers. Rejects with `late()` where its turn did not come; it was not begun then. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

/** How long a line may be waited in, in ms, and what is said to who has waited as long. */
export interface Patience {
  waitMs: number;
  late(): Error;
}

/** The line of this name in this process. */
export const openLine = (name: string, { waitMs, late }: Patience): Line => ({
  inTurn(work) {
    const tooLate = Promise.withResolvers<never>();
    let isWaiting = true;
    const giveUp = setTimeout(() => {
      isWaiting = false;
      tooLate.reject(late());
    }, waitMs);
    const mine = oneAtATime(name, () => {
      clearTimeout(giveUp);
      return isWaiting ? work() : tooLate.promise;
    });
    return Promise.race([mine, tooLate.promise]);
  },
});
