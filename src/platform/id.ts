// Opaque ids: a type prefix over a UUIDv7, so that they sort by time and say what they name.
import { randomFillSync, randomInt } from 'node:crypto';

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
  claim: 'clm',
  orphan: 'orp',
  event: 'evt',
  carrierAccount: 'cra',
  endpoint: 'whe',
  message: 'msg',
  replay: 'rpl',
  stop: 'stp',
  formerAddress: 'fad',
} as const;

export type Kind = keyof typeof PREFIX;

/** Pattern of an id of this kind, for schemas. */
export const idPattern = (kind: Kind): RegExp => new RegExp(`^${PREFIX[kind]}_[0-7][0-9a-hjkmnp-tv-z]{25}$`);

/** Every ten bits as two characters. */
const PAIRS = Array.from({ length: 1_024 }, (_, bits) => `${ALPHABET[bits >> 5]}${ALPHABET[bits & 31]}`);

const pair = (value: number, place: number): string => PAIRS[Math.floor(value / 1_024 ** place) & 1_023] ?? '';
const eight = (value: number): string => pair(value, 3) + pair(value, 2) + pair(value, 1) + pair(value, 0);

const RANDOM_BYTES = 10;
const pool = Buffer.alloc(RANDOM_BYTES * 100);
let used = pool.length;

/** Ten random bytes; the generator is asked for many at once, because asking costs more than the bytes. */
function fresh(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += RANDOM_BYTES;
  return pool.subarray(used - RANDOM_BYTES, used);
}

/**
 * A new id, e.g. `tkt_01kaz…`: 26 Crockford base-32 characters of a UUIDv7 (RFC 9562 §5.7). Ten hold the 48 bits of the time,
 * eight each half of the 80 bits behind them.
 */
export function newId(kind: Kind, now: number = Date.now()): string {
  const low = fresh();
  low[0] = 0x70 | ((low[0] ?? 0) & 0x0f);
  low[2] = 0x80 | ((low[2] ?? 0) & 0x3f);
  return `${PREFIX[kind]}_${pair(now, 4)}${eight(now)}${eight(low.readUIntBE(0, 5))}${eight(low.readUIntBE(5, 5))}`;
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
