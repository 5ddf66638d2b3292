// What follows when a provider reports that a message it had taken did not arrive: a task for the center, and the next way that is left.
import type { Deed } from '#access/deed.ts';
import { raiseOnce } from '#alerts/raise.ts';
import { closeAddress } from '#contacts/stop-list.ts';
import { passOn, type Receiver, receivedBy } from './receipt-store.ts';
import type { Receipt } from './receipts/receipt.ts';
import { isMessage } from './render.ts';
import { routeOf } from './routing.ts';

/**
 * Puts the address on the stop list where nothing more is to be sent to it; alarms the center either way, once per ticket. The message goes
 * by the next of its ways, under its own id, and never again by the one that failed: a loop is not possible, and where none is left it ends.
 */
export async function mindFailure(deed: Deed, outboxId: number, { stop }: Receipt): Promise<void> {
  const receiver: Receiver | undefined = await receivedBy(deed, outboxId);
  if (receiver === undefined) return;
  const { ticketId, former, way, to, address } = receiver;
  if (stop !== undefined) await closeAddress(deed, { way, hash: Buffer.from(address, 'base64url'), masked: to, ticketId, former }, stop, 'system');
  // The customer is reached elsewhere by now, and has heard it there.
  if (former) return;
  if (stop === undefined) await raiseOnce(deed, ticketId, { kind: 'unreachable', data: { way } });
  await goOn(deed, outboxId, receiver);
}

async function goOn(deed: Deed, outboxId: number, { message, way, ways, givenUp }: Receiver): Promise<void> {
  if (!isMessage(message)) return;
  const { instant, mail } = routeOf(message);
  const others = instant.some((other) => other !== way && !givenUp.includes(other) && ways[other] === true && deed.instantWays.includes(other));
  // Without another way the worker mails it, where it was not mailed beside.
  if (others || mail === 'otherwise') await passOn(deed, outboxId, way, others);
}
