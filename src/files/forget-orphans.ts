// Takes away bytes that no file has: of uploads that ended between bytes and row, of removed files, of half-finished copies.
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { asSystem } from '#access/perform.ts';
import type { Services } from '#services.ts';
import { type Place, readKey } from './keys.ts';
import { incomingFolder } from './places.ts';
import { needed } from './store.ts';

const DAY_MS = 86_400_000;
const BATCH = 500;

interface Candidate extends Place {
  key: string;
  whole: boolean;
}

async function forget(services: Services, candidates: readonly Candidate[]): Promise<number> {
  const kept = await asSystem(services, '*', (deed) => needed(deed, candidates));
  const orphans = candidates.filter(({ fileId, whole }) => !whole || !kept.has(fileId));
  for (const { key } of orphans) await services.files.remove(key);
  return orphans.length;
}

/** What was left of uploads in a process that was killed. */
async function forgetIncoming(folder: string, before: number): Promise<number> {
  let count = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    const file = path.join(folder, name);
    const found = await stat(file).catch(() => null);
    if (found === null || found.mtimeMs >= before) continue;
    await rm(file, { force: true });
    count += 1;
  }
  return count;
}

/** Removes bytes older than a day that no file has; answers how many. Leaves alone whatever is not ours. A scheduler calls it. */
export async function forgetOrphanFiles(services: Services): Promise<number> {
  const before = services.clock.now().getTime() - DAY_MS;
  let count = await forgetIncoming(incomingFolder(services.config), before);
  let batch: Candidate[] = [];
  for await (const { key, putAt } of services.files.list()) {
    const place = readKey(key);
    if (place === null || !(putAt.getTime() < before)) continue;
    batch.push({ key, ...place });
    if (batch.length < BATCH) continue;
    count += await forget(services, batch);
    batch = [];
  }
  return batch.length === 0 ? count : count + (await forget(services, batch));
}
