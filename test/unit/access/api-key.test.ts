// The form of an API key: any slip in writing it down is noticed without asking the database.
import { expect, it } from 'vitest';
import { hashSecret, type KeyKind, keyKinds, makeKey, readKey } from '#access/api-key.ts';
import { createSeal } from '#platform/seal.ts';

const seal = createSeal(['a secret of the unit tests, long enough']);

it('reads back what it made, for each kind', () => {
  for (const kind of Object.keys(keyKinds) as KeyKind[]) {
    const made = makeKey(seal, kind);
    const read = readKey(made.text);
    expect(read?.id).toBe(made.id);
    expect(hashSecret(seal, made.id, read?.secret ?? '')).toEqual(made.hash);
    expect(made.text.startsWith(`gb_${keyKinds[kind]}_`)).toBe(true);
    expect(made.hash.toString('latin1')).not.toContain(read?.secret);
  }
});

it('notices every changed, lost or added character', () => {
  const { text } = makeKey(seal, 'brand');
  for (let i = 0; i < text.length; i += 1) {
    const other = text[i] === '0' ? '1' : '0';
    expect(readKey(text.slice(0, i) + other + text.slice(i + 1)), `position ${i}`).toBeNull();
    expect(readKey(text.slice(0, i) + text.slice(i + 1)), `without ${i}`).toBeNull();
  }
  for (const wrong of ['', ' ', `${text} `, `${text}\n`, text.toUpperCase(), 'gb_', '\0']) expect(readKey(wrong)).toBeNull();
});

it('hashes the same secret differently for another key and another installation', () => {
  const other = createSeal(['another secret of the unit tests, long enough']);
  expect(hashSecret(seal, 'a', 'x')).not.toEqual(hashSecret(seal, 'b', 'x'));
  expect(hashSecret(seal, 'a', 'x')).not.toEqual(hashSecret(other, 'a', 'x'));
});
