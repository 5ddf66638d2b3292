// Leaves a provider alone that is in trouble: one message at a time finds out whether it is over, the others are answered at once, so that no hand waits.
import { pauseFor, TURNED_AWAY } from '../lane-rules.ts';
import type { Channel, Message, SendResult } from './channel.ts';

/** Failures in a row that are the provider's: fewer are a connection that broke. */
const PATIENCE = 3;
/** Seconds; shorter than with partners: who is answered in a pause waits for the next try, which may be far off by then. */
const LONGEST_PAUSE = 10;
/** Seconds that a provider may ask for. */
const LONGEST_WISH = 60;

interface Options {
  /** So many messages are with the provider at once; those that come then wait for a place. */
  atOnce?: number;
  now(): number;
}

/** The same channel, spared while what is behind it fails. */
export function sparing<M extends Message>(channel: Channel<M>, { atOnce = Number.POSITIVE_INFINITY, now }: Options): Channel<M> {
  const waiting = new Set<(enters: boolean) => void>();
  let running = 0;
  let failures = 0;
  let pausedUntil = 0;

  const enter = (): boolean | Promise<boolean> => {
    if (pausedUntil > now() || (failures >= PATIENCE && running > 0)) return false;
    if (running < atOnce) {
      running += 1;
      return true;
    }
    // However long the others take: a provider that is slow is not in trouble. Every message with it ends, and lets the next one in or turns all away.
    return new Promise((resolve) => {
      const answer = (enters: boolean): void => {
        waiting.delete(answer);
        if (enters) running += 1;
        resolve(enters);
      };
      waiting.add(answer);
    });
  };
  const turnedAway = (): SendResult => {
    const after = (pausedUntil - now()) / 1000;
    return { outcome: 'retry', reason: TURNED_AWAY, ...(after > 0 ? { after } : {}) };
  };
  const turnAway = (): void => {
    for (const answer of waiting) answer(false);
  };
  const leave = (): void => {
    running -= 1;
    const [next] = waiting;
    next?.(true);
  };
  const noticed = (result: SendResult): void => {
    if (result.outcome !== 'retry' || result.throttle !== true) {
      failures = 0;
      return;
    }
    // What was on its way when the pause began fails of the same trouble.
    if (pausedUntil <= now()) failures += 1;
    if (failures < PATIENCE) return;
    const pause = Math.max(Math.min(pauseFor(failures - PATIENCE + 1), LONGEST_PAUSE), Math.min(result.after ?? 0, LONGEST_WISH));
    pausedUntil = Math.max(pausedUntil, now() + pause * 1000);
    turnAway();
  };

  return {
    async send(message) {
      if (!(await enter())) return turnedAway();
      try {
        const result = await channel.send(message);
        noticed(result);
        return result;
      } finally {
        leave();
      }
    },
    close() {
      turnAway();
      return channel.close();
    },
  };
}
