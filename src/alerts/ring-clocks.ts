// Rings the clocks that are due: breaches and warnings become alerts, in batches that hold no lock for long.
import { asSystem } from '#access/perform.ts';
import { newId } from '#platform/id.ts';
import type { Services } from '#services.ts';
import { ringBatch } from './clock-store.ts';

/** Clocks per statement and transaction. */
export const RING_BATCH = 1_000;

/** A step that began before a clock was due has written by then (a call has 8 s): none is told of a breach that a step was just preventing. */
export const SETTLED_MS = 10_000;

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
