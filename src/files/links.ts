// Signed links to files: good for one file and a quarter of an hour or a little more, with nothing stored. Customers get files in no other way.
import { type Seal, sameSecret } from '#platform/seal.ts';

/** Minutes a link is good for, at least. */
export const LINK_MINUTES = 15;
/** Links end together, every five minutes: a page that is read again has the same ones for a while, and its photos stay. */
const STEP_SECONDS = 5 * 60;

/** For whom a link was made: a customer's opens a file only while customers may see it. */
export type Audience = 'customer' | 'staff';

/** What a link opens. */
export interface FileLink {
  brandId: string;
  fileId: string;
  audience: Audience;
}

const letters: Record<Audience, string> = { customer: 'c', staff: 's' };
const form = /^([cs])([0-9a-z]{26})([\w-]{43})$/;

const macOf = (seal: Seal, { brandId, fileId, audience }: FileLink, expires: string): string =>
  seal.hash('file-link', JSON.stringify([audience, brandId, fileId, expires])).toString('base64url');

/** Makes a link, as a path of this API. */
export function writeLink(seal: Seal, link: FileLink, now: Date): { url: string; expiresAt: Date } {
  const seconds = Math.ceil(now.getTime() / 1000 / STEP_SECONDS) * STEP_SECONDS + LINK_MINUTES * 60;
  const expires = String(seconds);
  // The brand goes along because a file is found by brand and id only.
  const signature = `${letters[link.audience]}${link.brandId.slice(4)}${macOf(seal, link, expires)}`;
  return { url: `/f/${link.fileId}?expires=${expires}&signature=${signature}`, expiresAt: new Date(seconds * 1000) };
}

/** Reads a link; null where it was not made here, was made for another file, or is over. */
export function readLink(seal: Seal, fileId: string, query: { expires: string; signature: string }, now: Date): FileLink | null {
  const [, letter, brand, mac] = form.exec(query.signature) ?? [];
  if (letter === undefined || brand === undefined || mac === undefined) return null;
  const link: FileLink = { brandId: `brd_${brand}`, fileId, audience: letter === 's' ? 'staff' : 'customer' };
  if (!sameSecret(mac, macOf(seal, link, query.expires))) return null;
  return Number(query.expires) * 1000 > now.getTime() ? link : null;
}
