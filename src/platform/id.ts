// Opaque ids: a type prefix over a UUIDv7, so that they sort by time and say what they name.
import { randomBytes, randomInt } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** What an id can name, and its prefix. */
export const PREFIX = {
  brand: 'brd',
  center: 'ctr',
  ticket: 'tkt',
  contact: 'ctc',
  device: 'dev',
  quote: 'quo',
  part: 'prt',
  note: 'nte',
  hold: 'hld',
  alert: 'alr',
  file: 'fil',
  shipment: 'shp',
  event: 'evt',
  carrierAccount: 'cra',
  endpoint: 'whe',
  message: 'msg',
  replay: 'rpl',
} as const;

export type Kind = keyof typeof PREFIX;

/** Pattern of an id of this kind, for schemas. */
export const idPattern = (kind: Kind): RegExp => new RegExp(`^${PREFIX[kind]}_[0-7][0-9a-hjkmnp-tv-z]{25}$`);

function uuidv7(now: number): bigint {
  const random = BigInt(`0x${randomBytes(10).toString('hex')}`);
  const low = (0b10n << 62n) | (random & ((1n << 62n) - 1n));
  const high = (BigInt(now) << 16n) | (0x7n << 12n) | ((random >> 64n) & 0xfffn);
  return (high << 64n) | low;
}

/** A new id, e.g. `tkt_01kaz…`: 26 Crockford base-32 characters of a UUIDv7 (RFC 9562 §5.7). */
export function newId(kind: Kind, now: number = Date.now()): string {
  let value = uuidv7(now);
  let text = '';
  for (let i = 0; i < 26; i += 1) {
    text = `${ALPHABET[Number(value & 31n)]}${text}`;
    value >>= 5n;
  }
  return `${PREFIX[kind]}_${text}`;
}

const CHECK_ALPHABET = `${ALPHABET}*~$=u`.toUpperCase();

function checkCharacter(body: string): string {
  let remainder = 0;
  for (const character of body) remainder = (remainder * 32 + CHECK_ALPHABET.indexOf(character)) % 37;
  return CHECK_ALPHABET[remainder] ?? '';
}

/** A new ticket code: ten Crockford base-32 characters from a CSPRNG and the modulo-37 check character. */
export function newTicketCode(): string {
  for (;;) {
    let body = '';
    for (let i = 0; i < 10; i += 1) body += CHECK_ALPHABET[randomInt(32)];
    const code = body + checkCharacter(body);
    // A code is typed, spoken and put into addresses: those that end in * ~ $ = are left out.
    if (/^[0-9A-Z]+$/.test(code)) return code;
  }
}

/** Reads a ticket code as people type it (case, separators, O for 0, I and L for 1); null where the check fails. */
export function readTicketCode(text: string): string | null {
  const code = text
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s\-._]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  if (!/^[0-9A-HJKMNP-TV-Z]{10}[0-9A-HJKMNP-Z]$/.test(code)) return null;
  return checkCharacter(code.slice(0, 10)) === code[10] ? code : null;
}
