// Keeps identifiers and secrets from being read off a copy of the database: keyed hashes to find, sealed values to show.
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

/** Purposes have keys of their own, so that a hash of one kind says nothing about another. */
type Purpose = 'identifier' | 'api-key' | 'cursor' | 'lookup-token' | 'log' | 'link' | 'file-link' | 'address';

/** Keyed hashing and sealing under the installation's secrets. */
export interface Seal {
  /** The id of the newest key, stored beside what it sealed. */
  keyId: number;
  hash(purpose: Purpose, value: string | Buffer): Buffer;
  seal(plain: string): Buffer;
  /** Throws where the value was changed or its key is not configured any more. */
  open(sealed: Buffer, keyId: number): string;
}

const derive = (secret: string, purpose: string): Buffer => Buffer.from(hkdfSync('sha256', secret, 'glassbench', purpose, 32));

/** @param secrets newest last; the position (from 1) is the key id. Hashes use the first, so that they stay findable. */
export function createSeal(secrets: readonly [string, ...string[]]): Seal {
  const sealKeys = secrets.map((secret) => derive(secret, 'seal'));
  const hashKeys = new Map<Purpose, Buffer>();
  const hashKey = (purpose: Purpose): Buffer => {
    const key = hashKeys.get(purpose) ?? derive(secrets[0], `hash:${purpose}`);
    hashKeys.set(purpose, key);
    return key;
  };
  const keyAt = (keyId: number): Buffer => {
    const key = sealKeys[keyId - 1];
    if (key === undefined) throw new Error(`sealed under key ${keyId}, which SECRETS does not hold`);
    return key;
  };
  return {
    keyId: secrets.length,
    hash: (purpose, value) => createHmac('sha256', hashKey(purpose)).update(value).digest(),
    seal(plain) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', keyAt(secrets.length), nonce);
      return Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed, keyId) {
      const decipher = createDecipheriv('aes-256-gcm', keyAt(keyId), sealed.subarray(0, 12));
      decipher.setAuthTag(sealed.subarray(-16));
      return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]).toString('utf8');
    },
  };
}

/** Compares secrets without telling by time where they differ. */
export function sameSecret(a: string | Buffer, b: string | Buffer): boolean {
  const left = Buffer.from(a as string);
  const right = Buffer.from(b as string);
  return left.length === right.length && timingSafeEqual(left, right);
}
