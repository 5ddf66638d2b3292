// A line in which work waits for its turn, and not for longer than somebody waits before a page that does not move.
import { oneAtATime } from './one-at-a-time.ts';

/** How long a line may be waited in, in ms, and what is said to who has waited as long. */
export interface Patience {
  waitMs: number;
  late(): Error;
}

/** Runs `work` once all before it in the line of this name have ended, in this process. Rejects with `late()` where its turn did not come; it was not begun then. */
export function inTurn<T>(name: string, { waitMs, late }: Patience, work: () => Promise<T>): Promise<T> {
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
}
