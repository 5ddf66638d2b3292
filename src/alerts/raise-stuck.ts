// Alarms centers of tickets on which nothing has happened for too long: once a day each, for as long as it lasts (design N33).
import { asSystem } from '#access/perform.ts';
import { newId } from '#platform/id.ts';
import type { Services } from '#services.ts';
import { raiseStuckBatch } from './clock-store.ts';

const BATCH = 500;

/** Raises what is due; answers how many. */
export async function raiseStuck(services: Services): Promise<number> {
  let total = 0;
  for (;;) {
    const raised = await asSystem(services, '*', (deed) =>
      raiseStuckBatch(
        deed,
        Array.from({ length: BATCH }, () => newId('alert', deed.now.getTime())),
      ),
    );
    total += raised;
    if (raised < BATCH) return total;
  }
}
