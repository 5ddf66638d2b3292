// Whether a customer may be asked how the repair went: the device is back in peace, and somebody can be reached.
import type { Deed } from '#access/deed.ts';
import { type LockedRow, lock } from './store.ts';
import { canBeTold } from './tell-waiting.ts';

/** The ticket, locked, where its customer may be asked (design N29); null where not. */
export async function askable(deed: Deed, ticketId: string): Promise<LockedRow | null> {
  const row = await lock(deed, ticketId);
  if (row === undefined || !canBeTold(deed, row)) return null;
  const over = row.status === 'delivered' || row.status === 'closed';
  return over && row.disputedAt === null && row.hold === null ? row : null;
}
