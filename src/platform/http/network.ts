// A client address cut to its network, so that a log tells crowds from loops and not one person from another.
import { isIPv4 } from 'node:net';

/** The /24 of an IPv4 address (mapped ones included), the /48 of an IPv6 one. */
export function networkOf(address: string): string {
  const plain = address.startsWith('::ffff:') ? address.slice(7) : address;
  if (isIPv4(plain)) return `${plain.slice(0, plain.lastIndexOf('.'))}.0/24`;
  const [head = '', tail = ''] = plain.split('::', 2);
  const before = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  const zeros = plain.includes('::') ? Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0') : [];
  return `${[...before, ...zeros, ...after].slice(0, 3).join(':')}::/48`;
}
