// Whether something comes within a time, counted by the event loop: a machine that stands still for seconds makes nobody late.
import { setTimeout as sleep } from 'node:timers/promises';

/** So many turns of the loop are more than it takes until what was due by then has come to its end. */
const TURNS = 40;
const TURN_MS = 5;

/**
 * Whether `coming` is there within `ms`. After a standstill all timers that fell due in it go off in their order, ours too, and only then does what
 * they began reach the other side: so the loop turns a little more before we say no. For what comes about in this process alone.
 */
export function comesWithin(ms: number, coming: Promise<unknown>): Promise<boolean> {
  const late = async (): Promise<boolean> => {
    await sleep(ms - 2 * TURNS * TURN_MS, undefined, { ref: false });
    for (let turn = 0; turn < TURNS; turn += 1) await sleep(TURN_MS, undefined, { ref: false });
    return false;
  };
  return Promise.race([coming.then(() => true), late()]);
}
