// The keyed hash is made by hand for speed: it must be HMAC-SHA256 to the last bit, or nothing stored is found again.
import { createHmac, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSeal } from '#platform/seal.ts';

it('is HMAC-SHA256 under the key derived for its purpose, for text and bytes of any length', () => {
  const secret = 'a secret of at least 32 characters, for tests';
  const seal = createSeal([secret]);
  const key = Buffer.from(hkdfSync('sha256', secret, 'glassbench', 'hash:identifier', 32));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      ),
      (value) => {
        expect(seal.hash('identifier', value)).toEqual(createHmac('sha256', key).update(value).digest());
      },
    ),
  );
});
