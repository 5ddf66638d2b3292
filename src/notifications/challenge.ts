// A new endpoint has to answer with what it was sent: so nobody can have us call an address that never asked for it. Pure but for chance.
import { randomBytes } from 'node:crypto';
import { sameSecret } from '#platform/seal.ts';

/** The type of the call. */
export const CHALLENGE = 'endpoint.challenge';

/** Nobody can guess it, and no page says it by itself. */
export const newChallenge = (): string => randomBytes(24).toString('base64url');

/**
 * Whether the body of an answer is the challenge: the text alone, or JSON with it in `challenge` at the top.
 * A server that merely echoes our call does not pass: there it stands deeper.
 */
export function answers(body: string, challenge: string): boolean {
  const text = body.trim();
  if (sameSecret(text, challenge)) return true;
  try {
    const said: unknown = JSON.parse(text);
    const answer = typeof said === 'object' && said !== null ? (said as { challenge?: unknown }).challenge : said;
    return typeof answer === 'string' && sameSecret(answer, challenge);
  } catch {
    return false;
  }
}
