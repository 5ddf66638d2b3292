// What follows from the outcome of one try: the next state of the row and of its lane. Pure.
import type { SendResult } from './channels/channel.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Seconds to wait after the first, second, … failed try: 12 tries over 5 days. */
export const retrySchedule = [5, 30, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 36 * HOUR, 39 * HOUR] as const;

/** How often a row is tried before it is given up. */
export const TRIES = retrySchedule.length + 1;

/** A challenge that is not answered is not worth days: whoever waits for it is there. */
export const CHALLENGE_TRIES = 5;

/** A row that was being sent when its worker died, this often, is taken to be what kills the workers. */
export const CRASHES = 3;

/** Why a message came back that never left the house: others have found out that its provider is in trouble. */
export const TURNED_AWAY = 'provider_in_trouble';
/** How far such a message goes in the schedule: it waits half an hour at most, because its provider may be back long before. */
const LAST_TURN = 5;
/** Turned away so often, it is as late as after the last try: five days. */
const TURNS = 240;

/** What was due to a customer longer ago and did not arrive is told by nothing any more: they have heard newer things, or asked. */
export const NEWS_DAYS = 2;

/** A receiver may ask for more time than the schedule gives, but not for ever. */
const LONGEST_WISH = 24 * HOUR;
/** Spread, so that what failed together does not come back together. */
const JITTER = 0.1;
/** How long a receiver in trouble is left alone, doubled with each further failure. */
const FIRST_PAUSE = 2;
const LONGEST_PAUSE = 5 * MINUTE;

/** Seconds until the next try. `tried` counts the tries made, from 1; `random` is in [0, 1). */
export function retryDelay(tried: number, random: number, after = 0): number {
  const planned = (retrySchedule[tried - 1] ?? LONGEST_WISH) * (1 - JITTER + 2 * JITTER * random);
  return Math.max(planned, Math.min(after, LONGEST_WISH));
}

/** Seconds for which no message at all goes to a receiver in trouble; `failures` counts them in a row, from 1. */
export const pauseFor = (failures: number, after = 0): number =>
  Math.max(Math.min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE), Math.min(after, LONGEST_PAUSE));

/** What to write after a try. The lane goes on, waits, or stops until somebody replays. */
export type Verdict =
  | { row: 'sent'; lane: 'on' }
  | { row: 'skipped'; reason: string; lane: 'on' }
  | { row: 'dead'; reason: string; lane: 'on' | 'stopped'; disable: boolean }
  | {
      row: 'pending';
      reason: string;
      lane: 'waiting';
      seconds: number;
      /** The way that has failed for good: the next try takes another. */
      giveUp?: string;
    };

/** How a lane treats a message that cannot be delivered. */
export interface Manner {
  /** The endpoint chose that nothing overtakes: a dead letter stops the lane. */
  strict: boolean;
  random: number;
  /** A receiver that is being set up: what it refuses now it may take in a minute. */
  challenge?: boolean;
  /** Of the earlier tries, those that were none: the message was turned away. */
  turnedAway?: number;
}

/** Seconds until the next try of a message. What was turned away has used up none of its tries. */
export function delayAfter({ reason, after = 0 }: Extract<SendResult, { outcome: 'retry' }>, tried: number, manner: Manner): number {
  const { random, turnedAway = 0 } = manner;
  if (reason !== TURNED_AWAY) return retryDelay(tried - turnedAway, random, after);
  return Math.max(retryDelay(Math.min(turnedAway + 1, LAST_TURN), random), after * (1 + random));
}

/** Decides about a row after a try. `tried` counts the tries since it was due or replayed, this one included. */
export function verdictOf(result: SendResult, tried: number, manner: Manner): Verdict {
  const { strict, random, challenge, turnedAway = 0 } = manner;
  if (challenge === true && result.outcome !== 'sent') return unproven(result, tried, random);
  switch (result.outcome) {
    case 'sent':
      return { row: 'sent', lane: 'on' };
    case 'dead':
      if (result.unasked === true) return { row: 'skipped', reason: result.reason, lane: 'on' };
      return setAside(result.reason, strict, result.gone === true);
    case 'retry':
      if (result.reason === TURNED_AWAY ? turnedAway + 1 >= TURNS : tried - turnedAway >= TRIES)
        return setAside(`gave_up: ${result.reason}`, strict, false);
      return { row: 'pending', reason: result.reason, lane: 'waiting', seconds: delayAfter(result, tried, manner) };
  }
}

function unproven(result: Exclude<SendResult, { outcome: 'sent' }>, tried: number, random: number): Verdict {
  const { reason } = result;
  if (tried >= CHALLENGE_TRIES || reason.startsWith('address_')) return setAside(reason, false, false);
  return { row: 'pending', reason, lane: 'waiting', seconds: retryDelay(tried, random) };
}

/** A dead letter. An endpoint that wants no more of anything is disabled, and nothing is left that could overtake. */
export const setAside = (reason: string, strict: boolean, disable: boolean): Verdict => ({
  row: 'dead',
  reason,
  lane: strict && !disable ? 'stopped' : 'on',
  disable,
});
