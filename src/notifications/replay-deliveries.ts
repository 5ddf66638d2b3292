// Sends again what was given up, and writes down who asked for it.
import type { Deed } from '#access/deed.ts';
import { type ListScope, type Page, pageById, readCursor } from '#platform/http/page.ts';
import { newId } from '#platform/id.ts';
import type { Replay, ReplayInput, ReplayRecord } from './delivery.ts';
import { listReplays, replayRows } from './delivery-store.ts';

const AT_ONCE = 10_000;

/** Makes the chosen deliveries due again, under their own message ids and with a fresh schedule of tries. What the caller may not see is left alone. */
export async function replayDeliveries(deed: Deed, input: ReplayInput): Promise<Replay> {
  const id = newId('replay', deed.now.getTime());
  const replayed = await replayRows(deed, id, input, AT_ONCE);
  return { id, replayed, more: replayed === AT_ONCE, createdAt: deed.now.toISOString() };
}

/** Lists who had what sent again, from the newest. Throws cursor_invalid. */
export async function findReplays(deed: Deed, query: { limit: number; cursor?: string | undefined }): Promise<Page<ReplayRecord>> {
  const scope: ListScope = { list: 'replays', brandId: deed.brandId, actorId: deed.actor.id, filter: {} };
  const from = readCursor(deed.seal, scope, query.cursor);
  const rows = await listReplays(deed, query.limit + 1, from === null ? null : String(from[0]));
  return pageById(deed.seal, scope, rows, query.limit, (row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
}
