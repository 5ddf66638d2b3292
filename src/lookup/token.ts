// The pass a proof earns: opens one ticket's stream and page for half an hour, without anything being stored.
import { type Seal, sameSecret } from '#platform/seal.ts';

/** Minutes a pass is good for. */
export const TOKEN_MINUTES = 30;

/** What a pass opens. */
export interface Pass {
  brandId: string;
  ticketId: string;
}

const sign = (seal: Seal, payload: string): string => seal.hash('lookup-token', payload).toString('base64url');

/** Makes a pass for one ticket. */
export function writeToken(seal: Seal, pass: Pass, now: Date): { value: string; expiresAt: Date } {
  const expiresAt = new Date(now.getTime() + TOKEN_MINUTES * 60_000);
  const payload = Buffer.from(JSON.stringify([pass.brandId, pass.ticketId, expiresAt.getTime()])).toString('base64url');
  return { value: `${payload}.${sign(seal, payload)}`, expiresAt };
}

/** Reads a pass and until when it is good; null where it was not made here or is over. */
export function readToken(seal: Seal, token: string, now: Date): (Pass & { expiresAt: Date }) | null {
  const [payload = '', signature = ''] = token.split('.');
  if (!sameSecret(signature, sign(seal, payload))) return null;
  const [brandId, ticketId, expiresAt] = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as [string, string, number];
  return expiresAt > now.getTime() ? { brandId, ticketId, expiresAt: new Date(expiresAt) } : null;
}
