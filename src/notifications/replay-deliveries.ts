// Sends again what was given up, and writes down who asked for it.
import type { Deed } from '#access/deed.ts';
import { newId } from '#platform/id.ts';
import type { Replay, ReplayInput } from './delivery.ts';
import { replayRows } from './delivery-store.ts';

const AT_ONCE = 10_000;

/** Makes the chosen deliveries due again, under their own message ids and with a fresh schedule of tries. What the caller may not see is left alone. */
export async function replayDeliveries(deed: Deed, input: ReplayInput): Promise<Replay> {
  const id = newId('replay', deed.now.getTime());
  const replayed = await replayRows(deed, id, input, AT_ONCE);
  return { id, replayed, more: replayed === AT_ONCE, createdAt: deed.now.toISOString() };
}
