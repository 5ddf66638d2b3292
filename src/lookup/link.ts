// The secret in a customer's link: made anew from the ticket whenever it is written down, so that it is stored nowhere in clear.
import { createHash } from 'node:crypto';
import type { Seal } from '#platform/seal.ts';

const PREFIX = 'lnk_';
const BYTES = 16;
const form = new RegExp(`^${PREFIX}[A-Za-z0-9_-]{22}$`);

/** Whose link it is; a higher generation ends the ones before it. */
export interface Linked {
  ticketId: string;
  /** `tickets.link_generation`, from 1. */
  generation: number;
}

/**
 * The secret: 128 bits of an HMAC over ticket and generation. Like every hash of the seal it is made with the oldest secret of
 * the installation, so adding a secret ends no link.
 */
export const linkToken = (seal: Seal, { ticketId, generation }: Linked): string =>
  PREFIX + seal.hash('link', `${ticketId}:${generation}`).subarray(0, BYTES).toString('base64url');

/** What `tickets.link_hash` holds. SHA-256 without a key is enough for 128 random bits. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

/** The hash under which a ticket's link is found. */
export const linkHash = (seal: Seal, linked: Linked): Buffer => hashToken(linkToken(seal, linked));

/** Whether a text can be the secret of a link at all; what cannot is refused without asking the database. */
export const isLinkToken = (text: string): boolean => form.test(text);

/**
 * The address that messages carry: `<PUBLIC_URL>/t/lnk_…`. The secret is in the path and not behind a `#`, because the page works
 * without JavaScript. Our log has a route's pattern and never its address; whoever puts a proxy in front keeps `/t/` out of its log.
 */
export const customerLink = (seal: Seal, publicUrl: string, linked: Linked): string => `${publicUrl}/t/${linkToken(seal, linked)}`;
