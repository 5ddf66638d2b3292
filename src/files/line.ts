// A line in which work waits for its turn, and not for longer than somebody waits before a page that does not move.
import { oneAtATime } from '#platform/one-at-a-time.ts';
import { Problem } from '#problems.ts';

/** One thing after the other; who has waited `waitMs` for a turn gives it up. */
export interface Line {
  /** What `work` answers. Problem: overloaded, where its turn did not come; it was not begun then. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

/** Opens the line of this name in this process. */
export const openLine = (name: string, waitMs: number): Line => ({
  inTurn(work) {
    const late = Promise.withResolvers<never>();
    let isWaiting = true;
    const giveUp = setTimeout(() => {
      isWaiting = false;
      late.reject(
        new Problem('overloaded', 'Many pictures are being read just now. Send the file again shortly.', { headers: { 'retry-after': '5' } }),
      );
    }, waitMs);
    const mine = oneAtATime(name, () => {
      clearTimeout(giveUp);
      return isWaiting ? work() : late.promise;
    });
    return Promise.race([mine, late.promise]);
  },
});
