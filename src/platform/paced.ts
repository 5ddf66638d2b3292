// Something that is worth doing soon and not often: asked for by every commit, done once for many of them.

/** What it is paced by, in ms. */
interface Pace {
  /** Who asks first waits this long for others who ask for the same. */
  afterMs: number;
  /** Between two beginnings; the second one also waits for the first to end. */
  apartMs: number;
}

/** Work at its pace. */
export interface Paced {
  /** It is due. Never throws and never waits. */
  ask(): void;
  /** Does at once what was asked for before, and nothing that is asked for from now on; resolves once that has ended. */
  stop(): Promise<void>;
}

/** Opens it; `work` is not to reject, and whatever it does is done for all who asked before it began. */
export function openPaced(work: () => Promise<unknown>, { afterMs, apartMs }: Pace): Paced {
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let asked = false;
  let stopped = false;
  let notBefore = 0;

  const run = async (): Promise<void> => {
    asked = false;
    notBefore = performance.now() + apartMs;
    await work();
    running = null;
    if (asked) ask();
  };
  function ask(): void {
    if (stopped) return;
    asked = true;
    if (timer !== null || running !== null) return;
    timer = setTimeout(
      () => {
        timer = null;
        running = run();
      },
      Math.max(afterMs, notBefore - performance.now()),
    );
  }
  return {
    ask,
    async stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await running;
      if (asked) await run();
    },
  };
}
