// So many things at once and no more: who asks for a hand waits for one.

/** The hands of a process. */
export interface Hands {
  /** Starts `work` as soon as a hand is free, and resolves when it has started; how it ends is its own business. */
  start(work: () => Promise<void>): Promise<void>;
  /** Resolves when nothing is being worked on. */
  idle(): Promise<void>;
}

/** @param most how many pieces of work go on side by side */
export function openHands(most: number): Hands {
  let free = most;
  const queue: (() => void)[] = [];
  const running = new Set<Promise<void>>();
  const aHand = (): Promise<void> =>
    free > 0
      ? Promise.resolve(void (free -= 1))
      : new Promise((resolve) => {
          queue.push(resolve);
        });
  const giveBack = (): void => {
    const next = queue.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    async start(work) {
      await aHand();
      const run = work().finally(() => {
        running.delete(run);
        giveBack();
      });
      running.add(run);
    },
    async idle() {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}
