// The customer says no: the device goes back unrepaired, nothing is repaired on the quiet, and the fee was named before.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expected, refused, step, type Ticket } from '../client/client.ts';
import { onBothQueues } from '../support/queues.ts';
import { customer, freshSerial, freshWaybill, offer, phoneConsent, scanned } from '../support/samples.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { openShop, type Shop } from '../support/shop.ts';

onBothQueues('a declined quote', (queue) => {
  let scene: Scene;
  let shop: Shop;
  let ticket: Ticket;
  const serial = freshSerial();
  const contact = customer('zhou');

  beforeAll(async () => {
    scene = await openScene(queue);
    shop = await openShop({ ...scene, partner: scene.partner });
    const device = { kind: 'tablet', maker: 'Aurora', model: 'Pad', serial } as const;
    const order = { channel: 'drop_off', device, contact, faultReported: 'Cracked', returnMethod: 'ship', jurisdiction: 'EU' } as const;
    ticket = await expected(shop.center.POST('/v1/tickets', { body: order }), 201);
    ticket = await step(shop.center, ticket, 'device.receive', scanned(serial));
    ticket = await step(shop.center, ticket, 'diagnosis.start', { technician: 'Zhao' });
  });
  afterAll(() => scene?.close());

  it('needs a quote that stands long enough for its law', async () => {
    const params = { path: { ticketId: ticket.id } };
    const body = { action: 'quote.send', input: { offer: { ...offer(), validDays: 29 } } } as const;
    const problem = await refused(
      shop.center.POST('/v1/tickets/{ticketId}/transitions', { params, headers: { 'If-Match': `"v${ticket.version}"` }, body }),
    );
    expect(problem).toMatchObject({ status: 409, refusal: 'validity_too_short' });
    ticket = await step(shop.center, ticket, 'quote.send', { offer: offer() });
  });

  it('cannot be repaired past the customer', async () => {
    const params = { path: { ticketId: ticket.id } };
    const body = { action: 'repair.start', input: { technician: 'Zhao' } } as const;
    const problem = await refused(
      shop.center.POST('/v1/tickets/{ticketId}/transitions', { params, headers: { 'If-Match': `"v${ticket.version}"` }, body }),
    );
    expect(problem).toMatchObject({ status: 409, code: 'transition_not_allowed', allowedActions: ticket.allowedActions });
    expect(problem.allowedActions).toEqual(expect.arrayContaining(['quote.approve', 'quote.decline', 'ticket.cancel']));
    expect(problem.allowedActions?.filter((action) => action.startsWith('repair.'))).toEqual([]);
  });

  it('goes home unrepaired', async () => {
    const decision = { quoteId: ticket.quote?.id ?? '', consent: phoneConsent('quote-1') };
    ticket = await step(shop.center, ticket, 'quote.decline', decision, { customerNote: 'We return it this week.' });
    expect(ticket).toMatchObject({ status: 'ready', outcome: 'returned_unrepaired', quote: { status: 'declined' } });
    const parcel = { direction: 'outbound', carrier: 'easypost', waybill: freshWaybill(), payer: 'customer' } as const;
    await expected(shop.center.POST('/v1/tickets/{ticketId}/shipments', { params: { path: { ticketId: ticket.id } }, body: parcel }), 201);
    ticket = await step(shop.center, ticket, 'shipment.dispatched', {});
    ticket = await step(shop.center, ticket, 'shipment.delivered', {});
  });

  it('told the customer the price, the fee and the way back', async () => {
    // created, received, diagnosing, quoted, ready, shipped, delivered; closed follows
    const mails = await scene.mail.arrived(contact.email, 7);
    const texts = mails.map(({ text }) => text);
    expect(texts[3]).toMatch(/459/);
    expect(texts[3]).toMatch(/50/);
    expect(texts[4]).toContain('We return it this week.');
  });

  it('keeps the telephone number of the decision out of the history', async () => {
    const history = await expected(shop.center.GET('/v1/tickets/{ticketId}/history', { params: { path: { ticketId: ticket.id } } }), 200);
    expect(history.data.map(({ action }) => action)).toContain('quote.decline');
    expect(JSON.stringify(history)).not.toContain('+8613800001234');
  });
});
