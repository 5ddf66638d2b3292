// Secrets are compared in the same time whatever they differ in.
import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether both texts are the same, in constant time for any lengths. */
export const same = (given: string, expected: string): boolean => timingSafeEqual(digest(given), digest(expected));
