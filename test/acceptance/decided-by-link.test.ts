// The customer decides by the link in the mail: what the mail shows is what the link shows, a scanner that opens it decides nothing,
// and the decision is told to the center, the partner and the customer.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Api, expected, openClient, refused, step, type Ticket } from '../client/client.ts';
import { onBothQueues } from '../support/queues.ts';
import { customer, freshSerial, offer, scanned } from '../support/samples.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { openShop, type Shop } from '../support/shop.ts';

onBothQueues('a quote decided by link', (queue) => {
  let scene: Scene;
  let shop: Shop;
  let ticket: Ticket;
  let link: string;
  let owner: Api;
  const serial = freshSerial();
  const contact = customer('sun');

  beforeAll(async () => {
    scene = await openScene(queue);
    shop = await openShop({ ...scene, partner: scene.partner });
    const device = { kind: 'phone', maker: 'Aurora', model: 'A5', serial } as const;
    const order = { channel: 'drop_off', device, contact, faultReported: 'Battery', returnMethod: 'pick_up', jurisdiction: 'CN' } as const;
    ticket = await expected(shop.center.POST('/v1/tickets', { body: order }), 201);
    ticket = await step(shop.center, ticket, 'device.receive', scanned(serial));
    ticket = await step(shop.center, ticket, 'diagnosis.start', { technician: 'Zhao' });
    ticket = await step(shop.center, ticket, 'quote.send', { offer: offer() });
  });
  afterAll(() => scene?.close());

  /** What a browser sends: the secret and nothing else. */
  function withLink(address: string): Api {
    const secret = address.slice(address.lastIndexOf('/') + 1);
    const api = openClient(scene.baseUrl, null);
    api.use({
      onRequest({ request }) {
        request.headers.set('authorization', `Bearer ${secret}`);
        return request;
      },
    });
    return api;
  }

  it('is in the mail with the price', async () => {
    // created, received, diagnosing, quoted
    const mails = await scene.mail.arrived(contact.email, 4);
    expect(mails[3]?.text).toMatch(/459/);
    const links = mails.map(({ text }) => /\S+\/t\/lnk_[\w-]{22}/.exec(text)?.[0]);
    expect(new Set(links).size).toBe(1);
    link = links[0] ?? '';
    owner = withLink(link);
  });

  it('shows what was sent, and decides nothing by being opened', async () => {
    for (let opened = 0; opened < 3; opened += 1) {
      await fetch(link.replace(/^https?:\/\/[^/]+/, scene.baseUrl));
      const shown = await expected(owner.GET('/v1/link/ticket', {}), 200);
      expect(shown).toMatchObject({ status: 'quoted', quote: { id: ticket.quote?.id, total: { amount: 45_900, currency: 'CNY' }, decision: null } });
      expect(shown.allowedActions).toEqual(expect.arrayContaining(['quote.approve', 'quote.decline']));
    }
  });

  it('is approved once, whatever is sent afterwards', async () => {
    const body = {
      quoteId: ticket.quote?.id ?? '',
      decision: 'approve',
      amountShown: { amount: 45_900, currency: 'CNY' },
      textVersion: 'quote-1',
      locale: 'en',
    } as const;
    const cheaper = await refused(owner.POST('/v1/link/quote-decision', { body: { ...body, amountShown: { amount: 1, currency: 'CNY' } } }));
    expect(cheaper).toMatchObject({ status: 409, refusal: 'amount_differs' });
    const first = await expected(owner.POST('/v1/link/quote-decision', { body }), 200);
    expect(first).toMatchObject({ decision: 'approve', by: 'customer', alreadyDecided: false });
    expect(await expected(owner.POST('/v1/link/quote-decision', { body }), 200)).toEqual({ ...first, alreadyDecided: true });
    const other = await refused(owner.POST('/v1/link/quote-decision', { body: { ...body, decision: 'decline' } }));
    expect(other).toMatchObject({ status: 409, refusal: 'quote_decided', decision: { decision: 'approve', decidedAt: first.decidedAt } });
  });

  it('is told to the center, the partner and the customer', async () => {
    const read = await expected(shop.center.GET('/v1/tickets/{ticketId}', { params: { path: { ticketId: ticket.id } } }), 200);
    expect(read).toMatchObject({ status: 'approved', quote: { status: 'approved', decidedBy: 'customer' } });
    const alerts = await expected(shop.center.GET('/v1/alerts', { params: { query: { ticketId: ticket.id } } }), 200);
    expect(alerts.data.map(({ kind }) => kind)).toEqual(['quote_decided']);
    const mails = await scene.mail.arrived(contact.email, 5);
    expect(mails[4]?.text).toContain(link);
  });

  it('does not work any more once the center has made it anew', async () => {
    const renewed = await expected(shop.center.POST('/v1/tickets/{ticketId}/link', { params: { path: { ticketId: ticket.id } } }), 201);
    expect(await refused(owner.GET('/v1/link/ticket', {}))).toMatchObject({ status: 401, code: 'unauthorized' });
    expect(await expected(withLink(renewed.link).GET('/v1/link/ticket', {}), 200)).toMatchObject({ status: 'approved' });
  });
});
