// Addresses that customers give us must not reach into our own network: only public ones, checked where the connection is made.
import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';

/** Why a webhook's address is not called. */
export type AddressRefusal = 'not_https' | 'has_credentials' | 'not_public' | 'not_a_url';

/** An address that must not be called. */
export class RefusedAddress extends Error {
  readonly refusal: AddressRefusal;

  constructor(refusal: AddressRefusal) {
    super(refusal);
    this.name = 'RefusedAddress';
    this.refusal = refusal;
  }
}

// The only block of IPv6 that is handed out for the internet; all the transition and local ones lie outside it or are named below.
const GLOBAL_V6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Whether this IP address is one of the internet's. Tunnels (6to4, Teredo, NAT64) and mapped IPv4 are refused: they hide another address. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || (parsed as ipaddr.IPv6).match(GLOBAL_V6);
}

const bare = (hostname: string): string => (hostname.startsWith('[') ? hostname.slice(1, -1) : hostname);

/** What is wrong with the address as it is written; null where only resolving it can tell. */
export function refusalOf(url: string, toPrivate: boolean): AddressRefusal | null {
  if (!URL.canParse(url)) return 'not_a_url';
  const { protocol, username, password, hostname } = new URL(url);
  if (protocol !== 'https:' && !(toPrivate && protocol === 'http:')) return 'not_https';
  if (username !== '' || password !== '') return 'has_credentials';
  if (toPrivate) return null;
  const host = bare(hostname);
  if (ipaddr.isValid(host) && !isPublic(host)) return 'not_public';
  return /(^|\.)localhost\.?$/i.test(host) ? 'not_public' : null;
}

/** Answers all addresses of a name; rejects where it has none. */
export type Resolve = (name: string) => Promise<{ address: string }[]>;

/** As the machine resolves names. */
export const resolveName: Resolve = (name) => lookup(name, { all: true });

/** Resolves the name, once, and answers an address to connect to. Throws RefusedAddress where any of its addresses is not public. */
export async function checkedAddress(hostname: string, toPrivate: boolean, resolve: Resolve = resolveName): Promise<string> {
  const host = bare(hostname);
  const addresses = ipaddr.isValid(host) ? [{ address: host }] : await resolve(host);
  const [first] = addresses;
  if (first === undefined || (!toPrivate && !addresses.every(({ address }) => isPublic(address)))) throw new RefusedAddress('not_public');
  return first.address;
}
