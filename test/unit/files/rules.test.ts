// What a file is by its bytes, the keys it lies under, and the links that open it.
import { describe, expect, it } from 'vitest';
import { declaredType, sniff } from '#files/file-types.ts';
import { keyOf, readKey } from '#files/keys.ts';
import { readLink, writeLink } from '#files/links.ts';
import { newId } from '#platform/id.ts';
import { createSeal } from '#platform/seal.ts';

describe('the type of a file', () => {
  it.each([
    ['ffd8ffe000104a464946', 'image/jpeg'],
    ['89504e470d0a1a0a0000', 'image/png'],
    ['524946461a00000057454250565038', 'image/webp'],
    ['524946461a00000057415645', null],
    ['255044462d312e37', 'application/pdf'],
    ['0000001866747970686569630000', 'heif'],
    ['0000001c6674797061766966', 'heif'],
    ['00000020667479706d703432', null],
    ['474946383961', null],
    ['3c7376672078', null],
    ['', null],
    ['ffd8', null],
  ])('of %s is %s', (head, type) => {
    expect(sniff(Buffer.from(head, 'hex'))).toBe(type);
  });

  it('is compared in one spelling', () => {
    expect(['image/jpg', 'IMAGE/JPEG; q=1', 'image/pjpeg', 'image/png', 'application/octet-stream', ''].map(declaredType)).toEqual([
      ...['image/jpeg', 'image/jpeg', 'image/jpeg', 'image/png'],
      ...[null, null],
    ]);
  });
});

const place = { brandId: newId('brand'), ticketId: newId('ticket'), fileId: newId('file') };

it('a key says whose file it is, and nothing else is a key', () => {
  expect(readKey(keyOf(place))).toEqual({ ...place, whole: true });
  expect(readKey(`${keyOf(place)}.0b7b0a52-7d0c-4f6f-9a53-3b1f9f5ddc1e.part`)).toEqual({ ...place, whole: false });
  for (const other of ['', 'README', `x/${keyOf(place)}`, `${keyOf(place)}/x`, keyOf(place).replace('fil_', 'tkt_'), `../${keyOf(place)}`]) {
    expect(readKey(other)).toBeNull();
  }
});

describe('a link', () => {
  const seal = createSeal(['a secret that is long enough for this']);
  const now = new Date('2026-11-22T09:00:00.400Z');
  const link = { brandId: place.brandId, fileId: place.fileId, audience: 'customer' } as const;
  const parts = (url: string): { expires: string; signature: string } => {
    const query = new URL(url, 'http://here').searchParams;
    return { expires: query.get('expires') ?? '', signature: query.get('signature') ?? '' };
  };

  it('opens its file for a quarter of an hour at least, until the end of a step of five minutes', () => {
    const { url, expiresAt } = writeLink(seal, link, now);
    expect(url.startsWith(`/f/${place.fileId}?`)).toBe(true);
    expect(expiresAt.toISOString()).toBe('2026-11-22T09:20:00.000Z');
    expect(writeLink(seal, link, new Date('2026-11-22T09:05:00.000Z')).url).toBe(url);
    expect(writeLink(seal, link, new Date('2026-11-22T09:05:00.001Z')).expiresAt.toISOString()).toBe('2026-11-22T09:25:00.000Z');
    expect(readLink(seal, place.fileId, parts(url), now)).toEqual(link);
    expect(readLink(seal, place.fileId, parts(url), new Date(expiresAt.getTime() - 1))).toEqual(link);
    expect(readLink(seal, place.fileId, parts(url), expiresAt)).toBeNull();
  });

  it('stays good when a secret is added, and is nothing under another', () => {
    const { url } = writeLink(seal, link, now);
    const rotated = createSeal(['a secret that is long enough for this', 'a newer secret, long enough as well too']);
    expect(readLink(rotated, place.fileId, parts(url), now)).toEqual(link);
    expect(readLink(createSeal(['some other secret that is long enough']), place.fileId, parts(url), now)).toBeNull();
  });

  it('opens nothing with any one character changed', () => {
    const { expires, signature } = parts(writeLink(seal, link, now).url);
    const opened = [...signature].filter((character, at) => {
      const changed = `${signature.slice(0, at)}${character === 'a' ? 'b' : 'a'}${signature.slice(at + 1)}`;
      return readLink(seal, place.fileId, { expires, signature: changed }, now) !== null;
    });
    expect(opened).toEqual([]);
  });
});
