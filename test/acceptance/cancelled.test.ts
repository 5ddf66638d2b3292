// A cancelled repair means two things: over before the device has come, and back to its owner afterwards.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expected, refused, step, type Ticket } from '../client/client.ts';
import { onBothQueues } from '../support/queues.ts';
import { agreed, customer, freshSerial, freshWaybill, scanned } from '../support/samples.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { openShop, type Shop } from '../support/shop.ts';

onBothQueues('a cancelled repair', (queue) => {
  let scene: Scene;
  let shop: Shop;

  beforeAll(async () => {
    scene = await openScene(queue);
    shop = await openShop({ ...scene, partner: scene.partner });
  });
  afterAll(() => scene?.close());

  const book = async (serial: string, contact: ReturnType<typeof customer>, waybill: string): Promise<Ticket> => {
    const device = { kind: 'phone', serial } as const;
    const label = { carrier: 'easypost', waybill, payer: 'brand' } as const;
    const job = {
      centerId: shop.centerId,
      device,
      contact,
      faultReported: 'Dead',
      returnMethod: 'ship',
      jurisdiction: 'none',
      label,
      intake: agreed(),
    } as const;
    const { ticketId } = await expected(shop.courier.POST('/v1/mail-in-jobs', { body: job }), 201);
    return expected(shop.center.GET('/v1/tickets/{ticketId}', { params: { path: { ticketId } } }), 200);
  };

  it('ends at once before the device has come', async () => {
    const serial = freshSerial();
    const contact = customer('wu');
    const waybill = freshWaybill();
    let ticket = await book(serial, contact, waybill);
    expect(ticket.status).toBe('awaiting_device');
    const params = { path: { ticketId: ticket.id } };
    const silent = { action: 'ticket.cancel', input: { requestedBy: 'customer' } } as const;
    const problem = await refused(
      shop.center.POST('/v1/tickets/{ticketId}/transitions', { params, headers: { 'If-Match': `"v${ticket.version}"` }, body: silent }),
    );
    expect(problem).toMatchObject({ status: 400, code: 'validation_failed' });
    ticket = await step(shop.center, ticket, 'ticket.cancel', { requestedBy: 'customer' }, { reason: 'Customer changed their mind' });
    expect(ticket).toMatchObject({ status: 'cancelled', outcome: 'cancelled', allowedActions: [], nextUpdateBy: null });
    const mails = await scene.mail.arrived(contact.email, 3);
    expect(mails.at(-1)?.text).toContain(ticket.code);

    // The customer may drop the parcel in all the same: the scan is kept and moves nothing.
    const late = { status: 'in_transit', detail: 'arrived_at_facility', message: 'Arrived', at: new Date(Date.now() - 60_000) } as const;
    expect(await shop.push(waybill, [late])).toBe(200);
    const after = await expected(shop.center.GET('/v1/tickets/{ticketId}', { params }), 200);
    expect(after).toMatchObject({ status: 'cancelled', version: ticket.version });

    // The device is free for a new ticket.
    const again = await book(serial, contact, freshWaybill());
    expect(again.id).not.toBe(ticket.id);
  });

  it('sends the device back once it has come', async () => {
    const serial = freshSerial();
    const contact = customer('sun');
    let ticket = await book(serial, contact, freshWaybill());
    ticket = await step(shop.center, ticket, 'device.receive', scanned(serial));
    ticket = await step(shop.center, ticket, 'ticket.cancel', { requestedBy: 'customer' }, { reason: 'Customer bought a new one' });
    expect(ticket).toMatchObject({ status: 'ready', outcome: 'returned_unrepaired' });
    expect(ticket.allowedActions).toContain('shipment.dispatched');
    await scene.mail.arrived(contact.email, 4);
  });

  it('cannot be cancelled while the parcel is on its way, nor once it is being repaired', async () => {
    const serial = freshSerial();
    const waybill = freshWaybill();
    const ticket = await book(serial, customer('qian'), waybill);
    await shop.push(waybill, [{ status: 'in_transit', detail: 'arrived_at_facility', message: 'Arrived', at: new Date(Date.now() - 60_000) }]);
    const now = await expected(shop.center.GET('/v1/tickets/{ticketId}', { params: { path: { ticketId: ticket.id } } }), 200);
    expect(now.status).toBe('inbound_transit');
    expect(now.allowedActions).not.toContain('ticket.cancel');
  });
});
