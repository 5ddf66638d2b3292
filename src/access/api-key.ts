// The API key as text: its form, its checksum, and how it is made.
import { hash, randomBytes } from 'node:crypto';
import type { Seal } from '#platform/seal.ts';

/** Who a key is for; the letter stands in the key so that people can tell keys apart. */
export const keyKinds = { admin: 'a', brand: 'b', center: 's', courier: 'c' } as const;
export type KeyKind = keyof typeof keyKinds;

const ID_LENGTH = 12;
const SECRET_LENGTH = 43;
const CHECK_LENGTH = 6;
const form = new RegExp(`^gb_[absc]_([0-9a-z]{${ID_LENGTH}})_([\\w-]{${SECRET_LENGTH}})([0-9a-f]{${CHECK_LENGTH}})$`);

const checksum = (text: string): string => hash('sha256', text, 'hex').slice(0, CHECK_LENGTH);

/** A key just made. The text is shown once; only the hash is kept. */
export interface NewKey {
  id: string;
  text: string;
  hash: Buffer;
}

/** What is stored of a secret: an HMAC under the installation's pepper. */
export const hashSecret = (seal: Seal, id: string, secret: string): Buffer => seal.hash('api-key', `${id}:${secret}`);

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Makes a key: `gb_`, kind letter, public id of 60 bits, 256-bit secret, checksum. */
export function makeKey(seal: Seal, kind: KeyKind): NewKey {
  const id = [...randomBytes(ID_LENGTH)].map((byte) => ALPHABET[byte % 32]).join('');
  const secret = randomBytes(32).toString('base64url');
  const body = `gb_${keyKinds[kind]}_${id}_${secret}`;
  return { id, text: `${body}${checksum(body)}`, hash: hashSecret(seal, id, secret) };
}

/** Takes a key apart; null where form or checksum is wrong, which costs no query. */
export function readKey(text: string): { id: string; secret: string } | null {
  const match = form.exec(text);
  const [, id, secret, check] = match ?? [];
  if (id === undefined || secret === undefined || checksum(text.slice(0, -CHECK_LENGTH)) !== check) return null;
  return { id, secret };
}
