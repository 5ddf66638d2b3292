// A repair over the counter: covered by warranty, repaired, picked up; and a device whose serial nobody can read.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expected, refused, type Schemas, step, type Ticket } from '../client/client.ts';
import { checks } from '../support/checks.ts';
import { onBothQueues } from '../support/queues.ts';
import { customer, freshSerial, scanned } from '../support/samples.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { openShop, type Shop } from '../support/shop.ts';
import { until } from '../support/until.ts';

onBothQueues('a repair over the counter', (queue) => {
  let scene: Scene;
  let shop: Shop;
  let ticket: Ticket;
  const serial = freshSerial();
  const contact = { ...customer('li'), locale: 'zh-CN' as const };
  const order = (): Schemas['TicketInput'] => ({
    channel: 'walk_in',
    device: { kind: 'laptop', maker: 'Aurora', model: 'Book 14', serial },
    contact,
    faultReported: 'Does not charge',
    returnMethod: 'pick_up',
    jurisdiction: 'CN',
  });

  beforeAll(async () => {
    scene = await openScene(queue);
    shop = await openShop({ ...scene, partner: scene.partner });
  });
  afterAll(() => scene?.close());

  it('opens at the key’s own center, once per device', async () => {
    ticket = await expected(shop.center.POST('/v1/tickets', { body: order() }), 201);
    expect(ticket).toMatchObject({ status: 'created', center: { id: shop.centerId } });
    expect(ticket.code).toMatch(/^[0-9A-Z]{11}$/);
    const problem = await refused(shop.center.POST('/v1/tickets', { body: order() }));
    expect(problem).toMatchObject({ status: 409, code: 'open_ticket_exists' });
  });

  it('goes from the counter to the shelf without a parcel, and costs nothing', async () => {
    ticket = await step(shop.center, ticket, 'device.receive', scanned(serial));
    ticket = await step(shop.center, ticket, 'diagnosis.start', { technician: 'Zhao' });
    ticket = await step(shop.center, ticket, 'coverage.accept', { basis: 'Warranty until 2027-03', evidence: 'Invoice 4711' });
    ticket = await step(shop.center, ticket, 'repair.start', { technician: 'Zhao' });
    ticket = await step(shop.center, ticket, 'repair.finish', { work: ['Charging board replaced'] });
    ticket = await step(shop.center, ticket, 'qc.pass', { checks: checks.laptop, inspector: 'Sun', outcome: 'repaired' });
    expect(ticket).toMatchObject({ status: 'ready', label: { en: 'Ready for pick-up', 'zh-CN': '待取机' } });
  });

  it('cannot be shipped, only handed over', async () => {
    const params = { path: { ticketId: ticket.id } };
    const body = { action: 'shipment.dispatched', input: {} } as const;
    const problem = await refused(
      shop.center.POST('/v1/tickets/{ticketId}/transitions', { params, headers: { 'If-Match': `"v${ticket.version}"` }, body }),
    );
    expect(problem).toMatchObject({ status: 409, refusal: 'pick_up_only' });
    ticket = await step(shop.center, ticket, 'device.hand_over', { identityCheck: 'ticket_code', handedOverBy: 'Chen' });
    expect(ticket.status).toBe('delivered');
    const path = { ticketId: ticket.id };
    const closed = await until(async () => {
      const now = await expected(shop.center.GET('/v1/tickets/{ticketId}', { params: { path } }), 200);
      return now.status === 'closed' ? now : null;
    }, 20_000);
    expect(closed.stagesReached).toMatchObject({ intake: expect.any(String), diagnosis: expect.any(String), return: expect.any(String) });
  });

  it('told the customer in the customer’s own language', async () => {
    // created, received, diagnosing, covered, ready, delivered, closed
    const mails = await scene.mail.arrived(contact.email, 7);
    expect(mails.length).toBe(7);
    for (const { subject, text } of mails) {
      expect(subject).toMatch(/[\u4E00-\u9FFF]/);
      expect(text).toContain(ticket.code);
    }
  });

  it('takes in a device without a readable serial, and asks no address of its owner', async () => {
    const device = { kind: 'appliance', serialUnknown: true } as const;
    let unknown = await expected(shop.center.POST('/v1/tickets', { body: { ...order(), device, contact: {} } }), 201);
    const { serialScanned: _, ...looked } = scanned('');
    unknown = await step(shop.center, unknown, 'device.receive', { ...looked, serialUnreadable: true });
    unknown = await step(shop.center, unknown, 'diagnosis.start', { technician: 'Zhao' });
    unknown = await step(shop.center, unknown, 'diagnosis.no_fault', { evidence: 'Ran for 24 hours' });
    expect(unknown).toMatchObject({ status: 'ready', outcome: 'no_fault_found' });
    const sent = await expected(shop.brand.GET('/v1/deliveries', { params: { query: { ticketId: unknown.id } } }), 200);
    expect(sent.data.filter(({ channel }) => channel !== 'webhook')).toEqual([]);
  });
});
