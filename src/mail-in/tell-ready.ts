// Tells the courier that there is something to collect: a device that is ready, in a parcel that has its label.
import type { Deed } from '#access/deed.ts';
import { announce } from '#notifications/announce.ts';
import { claimReady } from './ready-store.ts';
import { lockTicket } from './store.ts';

/** Tells each parcel once; nothing while the ticket is not ready, on hold, or fetched by its owner. The ticket is locked, or will be. */
export async function tellReady(deed: Deed, ticketId: string): Promise<void> {
  const ticket = await lockTicket(deed, ticketId);
  if (ticket === undefined || ticket.status !== 'ready' || ticket.hold !== null || ticket.returnMethod !== 'ship') return;
  for (const parcel of await claimReady(deed, ticketId)) {
    await announce(deed, {
      type: 'job.ready_to_collect',
      ticketId,
      seq: null,
      facts: {
        code: ticket.code,
        shipmentId: parcel.id,
        centerId: ticket.centerId,
        carrier: parcel.carrier,
        waybill: parcel.waybill,
        pickupFrom: parcel.pickupFrom?.toISOString() ?? null,
        pickupTo: parcel.pickupTo?.toISOString() ?? null,
        occurredAt: deed.now.toISOString(),
      },
    });
  }
}
