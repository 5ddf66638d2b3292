// Rings the clocks that are due: breaches and warnings become alerts, in batches that hold no lock for long.
import type { Deed } from '#access/deed.ts';
import { asSystem } from '#access/perform.ts';
import { newId } from '#platform/id.ts';
import type { Services } from '#services.ts';
import { ringBatch } from './clock-store.ts';

/** Clocks per statement and transaction. */
export const RING_BATCH = 1_000;

/** A step that began before a clock was due has written by then (a call has 8 s): none is told of a breach that a step was just preventing. */
export const SETTLED_MS = 10_000;

/** Rings what is due in a deed of one brand: at times of its own, where a story is told. */
export async function ringDue(deed: Deed): Promise<void> {
  const ids = Array.from({ length: RING_BATCH }, () => newId('alert', deed.now.getTime()));
  await ringBatch(deed, new Date(deed.now.getTime() - SETTLED_MS), ids);
}

/** Rings until none is due; answers how many clocks rang. */
export async function ringClocks(services: Services): Promise<number> {
  let total = 0;
  for (;;) {
    const { rung } = await asSystem(services, '*', (deed) =>
      ringBatch(
        deed,
        new Date(deed.now.getTime() - SETTLED_MS),
        Array.from({ length: RING_BATCH }, () => newId('alert', deed.now.getTime())),
      ),
    );
    if (rung === 0) return total;
    total += rung;
  }
}
