// What a step of a ticket does to its parcels: scans that came too early are counted now, and labels that nobody needs are void,
// and what a parcel has damaged is claimed.
import { bySystem, type Deed } from '#access/deed.ts';
import { catchesUp, voidsLabels } from '#reactions.ts';
import type { StepTaken } from '#tickets/step-taken.ts';
import { draftDamage } from './draft-claim.ts';
import { moveTicket } from './move-ticket.ts';
import { restate } from './record-tracking.ts';
import * as scansStore from './scans-store.ts';
import * as store from './store.ts';
import { tellReady } from './tell-ready.ts';
import { stateOf } from './tracking-rules.ts';

/**
 * Answers whether the ticket has moved on by it. Takes no lock on waybills: a scan that is being recorded meanwhile waits for the
 * ticket and finds it where it is then.
 */
export async function followTicket(deed: Deed, { ticketId, action, from, to, damagedInTransit, parcels }: StepTaken): Promise<boolean> {
  if (damagedInTransit) await bySystem(deed, (part) => draftDamage(part, ticketId));
  if (to === 'cancelled' && voidsLabels.has(action) && parcels.some(({ status }) => status === 'label_created')) {
    await bySystem(deed, (part) => voidLabels(part, ticketId));
    return false;
  }
  if (!((from !== to && catchesUp.has(to)) || action === 'hold.resume')) return false;
  return bySystem(deed, async (part) => {
    const moved = parcels.some(({ status }) => status !== 'label_created') && (await catchUp(part, ticketId));
    if (!moved) await tellReady(part, ticketId);
    return moved;
  });
}

async function catchUp(deed: Deed, ticketId: string): Promise<boolean> {
  let moved = false;
  for (const { shipment, bond } of await store.parcelsOf(deed, ticketId)) {
    if (shipment.statusAt === null) continue;
    const ticket = await store.lockTicket(deed, ticketId);
    if (ticket === undefined) return moved;
    const scans = await scansStore.scansOf(deed, shipment.id);
    const after = await moveTicket(deed, { id: shipment.id, direction: shipment.direction, scans, state: stateOf(scans) }, { ...ticket, bond });
    if (after === bond) continue;
    await store.writeBond(deed, shipment.id, after);
    moved = true;
  }
  return moved;
}

/** A parcel with another device in it that still travels keeps its label. */
async function voidLabels(deed: Deed, ticketId: string): Promise<void> {
  for (const { shipment } of await store.parcelsOf(deed, ticketId)) {
    if (shipment.direction !== 'inbound' || shipment.status !== 'label_created' || shipment.ticketIds.length > 1) continue;
    const scan = {
      eventKey: `void:${ticketId}`,
      status: 'cancelled' as const,
      codeRaw: 'void',
      detail: 'The request has ended',
      location: null,
      occurredAt: deed.now,
      occurredLocal: null,
    };
    await scansStore.keep(deed, { ...shipment, shipmentId: shipment.id, payloadHash: Buffer.alloc(32) }, scan);
    await restate(deed, shipment);
  }
}
