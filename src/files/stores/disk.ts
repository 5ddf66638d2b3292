// Files on the local disk: written beside their place, brought to the platter, then renamed, so that no half file has a name.
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, open, opendir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { type FileStore, type Kept, StoreTrouble } from './contract.ts';

const PART = '.part';

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** Passes on what `work` answers; any other failure than a missing file is trouble of the place. */
async function guarded<T>(work: () => Promise<T>, missing: () => T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isMissing(error)) return missing();
    throw new StoreTrouble('the disk refuses', { cause: error });
  }
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function* walk(folder: string, key: string): AsyncGenerator<Kept> {
  const entries = await guarded(
    () => opendir(folder),
    () => null,
  );
  if (entries === null) return;
  for await (const entry of entries) {
    const at = path.join(folder, entry.name);
    const named = key === '' ? entry.name : `${key}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(at, named);
    else {
      const putAt = await guarded<Date | null>(
        async () => (await stat(at)).mtime,
        () => null,
      );
      if (putAt !== null) yield { key: named, putAt };
    }
  }
}

/** Opens the folder; it is made with the first file. */
export function openDisk(root: string): FileStore {
  const at = (key: string): string => path.join(root, ...key.split('/'));
  return {
    async put(key, from) {
      const target = at(key);
      const part = `${target}.${randomUUID()}${PART}`;
      try {
        await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
        await copyFile(from, part);
        await flush(part);
        await rename(part, target);
        await flush(path.dirname(target));
      } catch (error) {
        await rm(part, { force: true }).catch(() => undefined);
        throw new StoreTrouble('the disk refuses', { cause: error });
      }
    },
    open: (key) =>
      guarded(
        async () => {
          const handle = await open(at(key), 'r');
          return handle.createReadStream();
        },
        () => null,
      ),
    remove: (key) =>
      guarded(
        () => rm(at(key)),
        () => undefined,
      ),
    list: () => walk(root, ''),
    close: () => Promise.resolve(),
  };
}
