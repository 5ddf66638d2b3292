// How pushes prove where they come from, whoever sends them: compared in constant time, and a time that may differ by minutes only.
import { createHmac } from 'node:crypto';
import { sameSecret } from '#platform/seal.ts';
import type { Push, Verdict } from './carrier.ts';

/** Clocks of other machines differ a little, and a push takes its time; what is older may be a replay. */
const WINDOW_MS = 5 * 60_000;

/** Whether the given text is the expected one; false for what is no text. Takes as long wherever they differ. */
export const isProof = (given: unknown, expected: string): boolean => typeof given === 'string' && sameSecret(given, expected);

/** `late` where a push that is right in all else was sent at another time than now. Null: it names no time that can be read. */
export const inWindow = (sentAt: Date | null, now: Date): Verdict =>
  sentAt !== null && Math.abs(sentAt.getTime() - now.getTime()) <= WINDOW_MS ? 'right' : 'late';

/** The secret part of an account's address. Made from its secret, so that an address which shows up in a log gives no signature away. */
export const addressKey = (secret: string): string => createHmac('sha256', secret).update('glassbench carrier address').digest('base64url');

/** Whether the push came in at the account's secret address. */
export const cameByAddress = (secret: string, { key }: Push): boolean => isProof(key, addressKey(secret));
