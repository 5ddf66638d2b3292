// When a relay looks for lanes that are overdue: every half second, and a moment later where PostgreSQL has just been away. Times in milliseconds. Pure.

/** How often it looks. */
export const POLL_MS = 500;
/** PostgreSQL was away if a look takes longer. */
const AWAY_MS = 500;
/**
 * Once it is back, what was tried meanwhile is told first (every quarter of a second): by then every lease is over, and a lane that was handed
 * out again at once would be called once more.
 */
const GRACE_MS = 1_000;

/** The next such look of one relay. */
export interface Overdue {
  /** A look at what is ready took so long, or failed after it. */
  looked(tookMs: number, now: number): void;
  failed(now: number): void;
  /** Whether it comes now; to be asked once a look, after the others. */
  isDue(now: number): boolean;
  /** They were looked for; `more`: there may be others. */
  handedOut(more: boolean, now: number): void;
}

/** Nothing was looked for yet. */
export function openOverdue(): Overdue {
  let at = 0;
  // A database that is slow again and again is not away: what is overdue there, all that customers' lanes have gathered too, is put off once.
  let isPutOff = false;
  const putOff = (now: number): void => {
    at = now + GRACE_MS;
    isPutOff = true;
  };
  return {
    looked(tookMs, now) {
      if (tookMs > AWAY_MS && !isPutOff) putOff(now);
    },
    failed: putOff,
    isDue(now) {
      if (now < at) return false;
      isPutOff = false;
      return true;
    },
    handedOut(more, now) {
      if (!more) at = now + POLL_MS;
    },
  };
}
