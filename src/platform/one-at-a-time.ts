// Lets calls about the same thing pass one after the other, within this process.
const tails = new Map<string, Promise<unknown>>();

/** Runs `work` once every earlier call with this key has ended, however it ended. */
export async function oneAtATime<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = tails.get(key) ?? Promise.resolve();
  const result = before.then(work, work);
  tails.set(key, result);
  try {
    return await result;
  } finally {
    if (tails.get(key) === result) tails.delete(key);
  }
}
