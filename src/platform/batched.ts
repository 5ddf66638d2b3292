// Many callers, one statement: what is asked for while an answer is on its way is asked for together, so that a busy process commits less often
// and a quiet one waits for nobody.

interface Waiting<In, Out> {
  item: In;
  resolve(out: Out): void;
  reject(error: unknown): void;
}

/** PostgreSQL's classes 22 and 23: one of the values is wrong, so the others are to be had without it. */
const isWrongValue = (error: unknown): boolean => /^2[23]/.test((error as { code?: string }).code ?? '');

/**
 * Wraps `run`, which answers in the order of its items, at most `most` of them, into a function of one. Up to `atOnce` runs go on side by side;
 * further items wait for the next. Where PostgreSQL refuses a value each item is run alone: only the wrong one fails.
 */
export function batched<In, Out>(
  run: (items: In[]) => Promise<Out[]>,
  { most = 100, atOnce = 2 }: { most?: number; atOnce?: number } = {},
): (item: In) => Promise<Out> {
  let waiting: Waiting<In, Out>[] = [];
  let running = 0;

  const answer = async (some: Waiting<In, Out>[]): Promise<void> => {
    try {
      const outs = await run(some.map(({ item }) => item));
      for (const [index, { resolve }] of some.entries()) resolve(outs[index] as Out);
    } catch (error) {
      if (some.length > 1 && isWrongValue(error)) for (const one of some) await answer([one]);
      else for (const { reject } of some) reject(error);
    }
  };
  const next = async (): Promise<void> => {
    const some = waiting.slice(0, most);
    waiting = waiting.slice(most);
    running += 1;
    await answer(some);
    running -= 1;
    if (waiting.length > 0) void next();
  };
  return (item) =>
    new Promise<Out>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      // Who asks in the same turn of the event loop goes along.
      if (waiting.length === 1 && running < atOnce) {
        setImmediate(() => {
          if (waiting.length > 0 && running < atOnce) void next();
        });
      }
    });
}
