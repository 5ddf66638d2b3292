// A line in which work waits for its turn, neither longer than somebody waits before a page that does not move, nor with more than fit in it.
import { oneAtATime } from './one-at-a-time.ts';

/** How long a line may be waited in, in ms, how many may wait, and what is said to who has waited as long or finds it full. */
export interface Patience {
  waitMs: number;
  /** Beside the one whose turn it is; any number where absent. */
  places?: number;
  late(): Error;
}

/** How many are in a line, the one whose turn it is included. */
const lengths = new Map<string, number>();

function enter(name: string): () => void {
  lengths.set(name, (lengths.get(name) ?? 0) + 1);
  return () => {
    const left = (lengths.get(name) ?? 1) - 1;
    if (left === 0) lengths.delete(name);
    else lengths.set(name, left);
  };
}

/**
 * Runs `work` once all before it in the line of this name have ended, in this process. Rejects with `late()` where the line is full, or where its turn
 * did not come; it was not begun then.
 */
export async function inTurn<T>(name: string, { waitMs, places = Number.POSITIVE_INFINITY, late }: Patience, work: () => Promise<T>): Promise<T> {
  if ((lengths.get(name) ?? 0) > places) throw late();
  const leave = enter(name);
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
  try {
    return await Promise.race([mine, tooLate.promise]);
  } finally {
    leave();
  }
}
