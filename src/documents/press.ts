// Has PDFs drawn, one after another, in a thread that is started when it is needed and ended when it is not.
import { Worker } from 'node:worker_threads';
import { Problem } from '#problems.ts';
import type { Printable } from './printable.ts';

/** Documents in hand at most, the one being drawn among them. A page takes some 100 ms, so the last waits about a second. */
const IN_HAND = 8;
/** A thread without work for so long is ended, and gives its memory back. */
const IDLE_MS = 30_000;
/** Below the deadline of a handler, so that a document that never ends is answered and its thread is gone. */
const DRAWING_MS = 6_000;
const LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 };

/** Where PDFs are made. */
export interface Press {
  /** Problems: overloaded (503) where too many are in hand, unavailable (503) where one takes too long. */
  print(printable: Printable): Promise<Uint8Array>;
  /** Ends the thread; documents in hand are refused. */
  close(): Promise<void>;
}

const soon = { headers: { 'retry-after': '1' } };
const full = (): Problem => new Problem('overloaded', 'More documents are asked for than can be printed. Try again shortly, or ask for HTML.', soon);
const slow = (): Problem => new Problem('unavailable', 'The document took too long to print. Try again, or ask for HTML.', soon);

/** A document too large for the thread's memory is like one that takes too long: nothing is broken. */
function endedBy(error: unknown): Error {
  if ((error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY') return slow();
  return error instanceof Error ? error : new Error(String(error));
}

interface Job {
  printable: Printable;
  resolve(pdf: Uint8Array): void;
  reject(error: Error): void;
}

/** Opens a press; it has no thread until the first document. `idleMs` and `drawingMs` are for tests. */
export function openPress({ idleMs = IDLE_MS, drawingMs = DRAWING_MS } = {}): Press {
  const waiting: Job[] = [];
  let current: Job | null = null;
  let worker: Worker | null = null;
  let deadline: NodeJS.Timeout | undefined;
  let idle: NodeJS.Timeout | undefined;

  /** Ends the thread for good: a new one is started for the next document. */
  const dismiss = async (): Promise<void> => {
    const leaving = worker;
    worker = null;
    clearTimeout(idle);
    // What it still has to say concerns nobody; an error that nobody hears would end the process.
    leaving?.removeAllListeners().on('error', () => undefined);
    await leaving?.terminate();
  };
  const finish = (settle: (job: Job) => void): void => {
    clearTimeout(deadline);
    const done = current;
    current = null;
    if (done !== null) settle(done);
    next();
  };
  const fail = (error: Error): void => {
    void dismiss();
    finish((job) => job.reject(error));
  };
  const hire = (): Worker => {
    const fresh = new Worker(new URL('./press-worker.ts', import.meta.url), { name: 'press', resourceLimits: LIMITS });
    fresh.on('message', (pdf: Uint8Array) => finish((job) => job.resolve(pdf)));
    fresh.on('error', (error) => fail(endedBy(error)));
    fresh.on('exit', (code) => fail(new Error(`the press ended with code ${code}`)));
    return fresh;
  };
  function next(): void {
    if (current !== null) return;
    current = waiting.shift() ?? null;
    if (current === null) {
      // A process that has nothing else to do may end.
      worker?.unref();
      if (worker !== null) idle = setTimeout(() => void dismiss(), idleMs).unref();
      return;
    }
    clearTimeout(idle);
    worker ??= hire();
    worker.ref();
    deadline = setTimeout(() => fail(slow()), drawingMs);
    worker.postMessage(current.printable);
  }

  return {
    print(printable) {
      if (waiting.length + (current === null ? 0 : 1) >= IN_HAND) return Promise.reject(full());
      return new Promise((resolve, reject) => {
        waiting.push({ printable, resolve, reject });
        next();
      });
    },
    async close() {
      clearTimeout(deadline);
      const refused = [...(current === null ? [] : [current]), ...waiting.splice(0)];
      current = null;
      for (const job of refused) job.reject(slow());
      await dismiss();
    },
  };
}
