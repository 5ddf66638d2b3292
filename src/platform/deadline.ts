// Bounds on calls to the outside that cost nothing once they have been answered.

/**
 * Runs `work` with a signal that aborts it after so many milliseconds, as `AbortSignal.timeout` does; but that one keeps its timer, and what hangs on
 * it, for all of its time: at thousands of calls a second tens of thousands of them, each of which has to be moved by the garbage collection.
 */
export async function withDeadline<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new DOMException(`no whole answer within ${ms} ms`, 'TimeoutError')), ms);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for what cannot be aborted, and for so many milliseconds at most: rejects then with a sentence that names it. */
export async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${ms} ms`)), ms);
  });
  // It may still fail after nobody waits any more.
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
