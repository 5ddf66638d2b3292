// Addresses by way: how they are compared without being kept, and how much of one is shown.
import type { Seal } from '#platform/seal.ts';
import type { Way } from './contact.ts';

/** The keyed hash under which an address is on the stop list: the same for every way it is spelled. */
export const addressHash = (seal: Seal, way: Way, address: string): Buffer =>
  seal.hash('address', `${way}:${way === 'email' ? address.trim().toLowerCase() : address.trim()}`);

/** Enough of an address to notice a wrong one: `w***@example.com`, `+86138****1234`, `oX1a***`. */
export function maskedAddress(way: Way, address: string): string {
  if (way === 'email') {
    const at = address.lastIndexOf('@');
    return at < 1 ? '***' : `${address.slice(0, 1)}***${address.slice(at)}`;
  }
  return way === 'sms' ? `${address.slice(0, -8)}****${address.slice(-4)}` : `${address.slice(0, 4)}***`;
}
