// The address in every mail by which its reader ends the mails, or says that they are meant for somebody else (RFC 8058).
import { asSystem } from '#access/perform.ts';
import type { Seal } from '#platform/seal.ts';
import type { Services } from '#services.ts';
import { addressHash, maskedAddress } from './address.ts';
import type { Way } from './contact.ts';
import { type Closed, closeAddress, reopenAddress } from './stop-list.ts';

/** Whose mails end, and at which ticket it was asked. */
export interface Wish extends Closed {
  brandId: string;
}

/** What its reader can wish. */
export type Choice = 'stop' | 'not_mine' | 'again';

/** The address `<PUBLIC_URL>/u/…`; what is in it is sealed: brand, ticket and the hash of the address, so that it stays good when the contact changes. */
export function unsubscribeLink(seal: Seal, publicUrl: string, way: Way, address: string, ticket: { brandId: string; ticketId: string }): string {
  const wish: [string, string, Way, string, string] = [
    ...([ticket.brandId, ticket.ticketId, way] as const),
    addressHash(seal, way, address).toString('base64url'),
    maskedAddress(way, address),
  ];
  const token = Buffer.concat([Buffer.from([seal.keyId]), seal.seal(JSON.stringify(wish))]).toString('base64url');
  return `${publicUrl}/u/${token}`;
}

/** Reads what stands in the address; null where it was not made here. */
export function readWish(seal: Seal, token: string): Wish | null {
  try {
    const bytes = Buffer.from(token, 'base64url');
    const [brandId, ticketId, way, hash, masked] = JSON.parse(seal.open(bytes.subarray(1), bytes[0] ?? 0)) as [string, string, Way, string, string];
    return { brandId, ticketId, way, hash: Buffer.from(hash, 'base64url'), masked };
  } catch {
    return null;
  }
}

/** Does what was wished, as often as it is asked. The token is the proof: mail programs send it without anybody being signed in. */
export const grantWish = (services: Services, wish: Wish, choice: Choice): Promise<void> =>
  asSystem(services, wish.brandId, (deed) =>
    choice === 'again' ? reopenAddress(deed, wish) : closeAddress(deed, wish, choice === 'stop' ? 'unsubscribed' : 'not_mine', 'customer'),
  );
