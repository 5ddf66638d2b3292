// Waiting for something that another process does: by looking often, never by sleeping for a fixed time.
import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 50;

/** Looks until `check` answers something true, and answers that; rejects after `withinMs` with what `found` says. */
export async function until<T>(check: () => T | Promise<T>, withinMs: number, found: () => string = () => 'nothing'): Promise<NonNullable<T>> {
  const began = performance.now();
  for (;;) {
    const answer = await check();
    if (answer) return answer;
    if (performance.now() - began > withinMs) throw new Error(`Not within ${withinMs} ms; there is ${found()}.`);
    await sleep(EVERY_MS);
  }
}
