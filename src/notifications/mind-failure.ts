// What follows when a provider reports that a message it had taken did not arrive: a task for the center, and no second try of the same.
import type { Deed } from '#access/deed.ts';
import { raiseOnce } from '#alerts/raise.ts';
import { closeAddress } from '#contacts/stop-list.ts';
import { type Receiver, receivedBy } from './receipt-store.ts';
import type { Receipt } from './receipts/receipt.ts';

/** Puts the address on the stop list where nothing more is to be sent to it; alarms the center either way, once per ticket. */
export async function mindFailure(deed: Deed, outboxId: number, { stop }: Receipt): Promise<void> {
  const receiver: Receiver | undefined = await receivedBy(deed, outboxId);
  if (receiver === undefined) return;
  const { ticketId, way, to, address } = receiver;
  if (stop === undefined) return raiseOnce(deed, ticketId, { kind: 'unreachable', data: { way } });
  await closeAddress(deed, { way, hash: Buffer.from(address, 'base64url'), masked: to, ticketId }, stop, 'system');
}
