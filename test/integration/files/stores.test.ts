// Every place for files keeps the same contract: the disk, and a bucket behind a server that checks each signature itself.
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileStore } from '#files/stores/contract.ts';
import { StoreTrouble } from '#files/stores/contract.ts';
import { openStore } from '#files/stores/stores.ts';
import { type S3Server, startS3 } from '../../support/s3-server.ts';

let folder: string;
let s3: S3Server;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'glassbench-stores-'));
  s3 = await startS3();
});
afterAll(async () => {
  await s3?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A file to put, and what is said of it. */
function aFile(size = 1_000): { bytes: Buffer; at: string; about: { mediaType: string; bytes: number; sha256: Buffer } } {
  const bytes = randomBytes(size);
  const at = path.join(folder, `file-${bytes.toString('hex', 0, 8)}`);
  writeFileSync(at, bytes);
  return { bytes, at, about: { mediaType: 'image/jpeg', bytes: size, sha256: createHash('sha256').update(bytes).digest() } };
}

const keysOf = async (store: FileStore): Promise<string[]> => (await Array.fromAsync(store.list())).map(({ key }) => key).toSorted();

const places: Record<string, () => FileStore> = {
  disk: () => openStore({ DATA_DIR: path.join(folder, 'data') }),
  s3: () => openStore({ DATA_DIR: folder, FILES_S3_URL: s3.url }),
  's3 with a folder': () => openStore({ DATA_DIR: folder, FILES_S3_URL: s3.url.replace('/photos?', '/photos/one/two?') }),
};

describe.each(Object.entries(places))('%s', (_, open) => {
  let store: FileStore;
  beforeAll(() => {
    store = open();
  });
  afterAll(() => store?.close());

  async function read(key: string): Promise<Buffer | null> {
    const stream = await store.open(key);
    return stream === null ? null : buffer(stream);
  }

  it('gives back what was put, and replaces it whole', async () => {
    const [first, second] = [aFile(1_500_000), aFile()];
    await store.put('a/b/c', first.at, first.about);
    expect((await read('a/b/c'))?.equals(first.bytes)).toBe(true);
    await store.put('a/b/c', second.at, second.about);
    expect((await read('a/b/c'))?.equals(second.bytes)).toBe(true);
  });

  it('knows nothing of what was never put or is removed', async () => {
    const { at, about } = aFile();
    expect(await read('a/b/none')).toBeNull();
    await store.put('a/b/gone', at, about);
    await store.remove('a/b/gone');
    expect(await read('a/b/gone')).toBeNull();
    await store.remove('a/b/gone');
    await store.remove('never/been/there');
  });

  it('lists all of it, with the time, and nothing else', async () => {
    for (const { key } of await Array.fromAsync(store.list())) await store.remove(key);
    expect(await keysOf(store)).toEqual([]);
    const keys = Array.from({ length: 8 }, (_, n) => `x/y${n % 2}/z${n}`);
    for (const key of keys) {
      const { at, about } = aFile(10);
      await store.put(key, at, about);
    }
    expect(await keysOf(store)).toEqual(keys.toSorted());
    const now = Date.now();
    for (const { putAt } of await Array.fromAsync(store.list())) expect(Math.abs(now - putAt.getTime())).toBeLessThan(60_000);
  });

  it('keeps nothing of a file that is not there', async () => {
    const { about } = aFile();
    const before = await keysOf(store);
    await expect(store.put('a/b/unread', path.join(folder, 'missing'), about)).rejects.toThrow(StoreTrouble);
    expect(await keysOf(store)).toEqual(before);
  });

  it('takes many at once', async () => {
    const files = Array.from({ length: 20 }, (_, n) => ({ key: `many/at/once${n}`, ...aFile(20_000) }));
    await Promise.all(files.map(({ key, at, about }) => store.put(key, at, about)));
    const read_ = await Promise.all(files.map(async ({ key, bytes }) => (await read(key))?.equals(bytes)));
    expect(read_).toEqual(files.map(() => true));
  });
});

describe('disk', () => {
  it('leaves no half file behind where it refuses', async () => {
    const root = path.join(folder, 'full');
    const store = openStore({ DATA_DIR: root });
    const { at, about } = aFile();
    await store.put('a/b/c', at, about);
    // A folder in place of the file: the rename at the end fails.
    await store.put('a/b/d/e', at, about);
    await expect(store.put('a/b/d', at, about)).rejects.toThrow(StoreTrouble);
    expect(readdirSync(path.join(root, 'files/a/b')).toSorted()).toEqual(['c', 'd']);
  });

  it('lets nobody else read', async () => {
    const root = path.join(folder, 'own');
    const { at, about } = aFile();
    chmodSync(at, 0o600);
    await openStore({ DATA_DIR: root }).put('a/b', at, about);
    const { statSync } = await import('node:fs');
    expect([statSync(path.join(root, 'files/a')).mode & 0o77, statSync(path.join(root, 'files/a/b')).mode & 0o77]).toEqual([0, 0]);
  });
});

describe('s3', () => {
  const store = (url: string): FileStore => openStore({ DATA_DIR: folder, FILES_S3_URL: url });

  it('tries once more where the server stumbles, and gives up where it goes on', async () => {
    const { at, about, bytes } = aFile();
    s3.stumble(1);
    await store(s3.url).put('a/b/again', at, about);
    expect(s3.objects.get('a/b/again')).toMatchObject({ bytes, type: 'image/jpeg' });
    s3.stumble(2);
    await expect(store(s3.url).open('a/b/again')).rejects.toThrow(StoreTrouble);
  });

  it('is refused with a wrong secret, and does not insist', async () => {
    const { at, about } = aFile();
    const before = s3.calls.length;
    await expect(store(s3.url.replace('a%20secret', 'another')).put('a/b/c', at, about)).rejects.toMatchObject({
      cause: new Error('403 SignatureDoesNotMatch'),
    });
    expect(s3.calls.length - before).toBe(1);
  });

  it('has a file that changed on the way refused', async () => {
    const { at, about } = aFile();
    const wrong = { ...about, sha256: Buffer.alloc(32) };
    await expect(store(s3.url).put('a/b/damaged', at, wrong)).rejects.toThrow(StoreTrouble);
    expect(s3.objects.has('a/b/damaged')).toBe(false);
  });

  it('is in trouble where nobody answers', async () => {
    const { at, about } = aFile();
    const nobody = store('http://key:secret@127.0.0.1:9/photos');
    await expect(nobody.put('a/b/c', at, about)).rejects.toThrow(StoreTrouble);
    await expect(nobody.open('a/b/c')).rejects.toThrow(StoreTrouble);
    await expect(nobody.remove('a/b/c')).rejects.toThrow(StoreTrouble);
    await expect(Array.fromAsync(nobody.list())).rejects.toThrow(StoreTrouble);
  });
});
