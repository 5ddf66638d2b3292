// The whole story of a repair by mail, told over HTTP: from the courier's booking to the closed ticket, with every mail and webhook.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expected, lookUp, lookUpOwned, refused, type Schemas, step, type Ticket } from '../client/client.ts';
import { checks } from '../support/checks.ts';
import { type Row, trackerUpdated } from '../support/easypost.ts';
import { onBothQueues } from '../support/queues.ts';
import { agreed, customer, freshSerial, freshWaybill, offer, part, phoneConsent, scanned } from '../support/samples.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { openShop, type Shop } from '../support/shop.ts';
import { until } from '../support/until.ts';

const hoursAgo = (hours: number): Date => new Date(Date.now() - hours * 3_600_000);

onBothQueues('a repair by mail', (queue) => {
  let scene: Scene;
  let shop: Shop;
  let ticket: Ticket;
  const serial = freshSerial();
  const contact = customer('fang');
  const inbound = freshWaybill();
  const outbound = freshWaybill();

  const read = (): Promise<Ticket> => expected(shop.center.GET('/v1/tickets/{ticketId}', { params: { path: { ticketId: ticket.id } } }), 200);
  const asStranger = (): Promise<Schemas['OpenAnswer']> => lookUp(shop.stranger, serial);
  const asOwner = (ticketCode: string): Promise<Schemas['OwnerAnswer']> => lookUpOwned(shop.stranger, { identifier: serial, proof: { ticketCode } });

  beforeAll(async () => {
    scene = await openScene(queue);
    shop = await openShop({ ...scene, partner: scene.partner });
  });
  afterAll(() => scene?.close());

  it('is booked once, though the courier sends the job twice', async () => {
    const body = {
      centerId: shop.centerId,
      device: { kind: 'phone', maker: 'Aurora', model: 'A5', serial },
      contact,
      faultReported: 'Battery is empty by noon',
      returnMethod: 'ship',
      jurisdiction: 'CN',
    } as const;
    const headers = { 'Idempotency-Key': randomUUID() };
    const first = await shop.courier.POST('/v1/mail-in-jobs', { headers, body });
    const second = await shop.courier.POST('/v1/mail-in-jobs', { headers, body });
    expect([first.response.status, second.response.status]).toEqual([201, 201]);
    expect(second.response.headers.get('idempotency-replayed')).toBe('true');
    expect(second.data).toEqual(first.data);
    const id = first.data?.ticketId ?? '';
    ticket = await expected(shop.center.GET('/v1/tickets/{ticketId}', { params: { path: { ticketId: id } } }), 200);
    expect(ticket).toMatchObject({ status: 'created', channel: 'mail_in', version: 1 });
    const found = await expected(shop.center.GET('/v1/tickets', { params: { query: { serial } } }), 200);
    expect(found.data.map((one) => one.id)).toEqual([id]);
  });

  it('waits for the device once the label is there', async () => {
    const label = {
      direction: 'inbound',
      carrier: 'easypost',
      waybill: inbound,
      labelUrl: 'https://labels.example.com/1.pdf',
      payer: 'brand',
    } as const;
    const path = { ticketId: ticket.id };
    await expected(shop.courier.POST('/v1/tickets/{ticketId}/shipments', { params: { path }, body: { ...label, intake: agreed() } }), 201);
    expect(await read()).toMatchObject({ status: 'awaiting_device', shipments: [{ waybill: inbound, status: 'label_created' }] });
  });

  const label: Row = { status: 'pre_transit', detail: 'label_created', message: 'Shipping label created', at: hoursAgo(30) };
  const collected: Row = { status: 'in_transit', detail: 'received_at_origin_facility', message: 'Origin scan', at: hoursAgo(26), city: 'Hangzhou' };
  const arrived: Row = { status: 'in_transit', detail: 'arrived_at_facility', message: 'Arrived at facility', at: hoursAgo(12), city: 'Shanghai' };
  const atTheDoor: Row = { status: 'delivered', detail: 'arrived_at_destination', message: 'Delivered', at: hoursAgo(2), city: 'Shanghai' };

  it('travels by the carrier’s scans, out of order and repeated, and by no forged one', async () => {
    const push = trackerUpdated(inbound, [label, collected, arrived]);
    expect(await shop.pushBody(push.replace('in_transit', 'delivered '), push)).toBe(401);
    expect(await read()).toMatchObject({ status: 'awaiting_device' });
    expect(await shop.pushBody(push)).toBe(200);
    expect(await shop.pushBody(push)).toBe(200);
    expect(await shop.push(inbound, [label, collected])).toBe(200);
    ticket = await read();
    expect(ticket).toMatchObject({ status: 'inbound_transit', shipments: [{ status: 'in_transit' }] });
    const path = { shipmentId: ticket.shipments[0]?.id ?? '' };
    const scans = await expected(shop.courier.GET('/v1/shipments/{shipmentId}/tracking-events', { params: { path } }), 200);
    expect(scans.data.map(({ detail }) => detail)).toEqual(['Arrived at facility', 'Origin scan', 'Shipping label created']);
  });

  it('is not received by a carrier’s "delivered": only the timer starts', async () => {
    expect(await shop.push(inbound, [label, collected, arrived, atTheDoor])).toBe(200);
    const now = await read();
    expect(now).toMatchObject({ status: 'inbound_transit', version: ticket.version, shipments: [{ status: 'delivered' }] });
    const [parcel] = now.shipments;
    // The close of the second working day: a day at the least, and a weekend or a holiday more.
    const hours = (new Date(parcel?.openBy ?? 0).getTime() - new Date(parcel?.deliveredAt ?? 0).getTime()) / 3_600_000;
    expect(hours).toBeGreaterThan(24);
    expect(hours).toBeLessThan(7 * 24);
  });

  it('keeps scans of a waybill that nobody knows, and says so with 202', async () => {
    expect(await shop.push(freshWaybill(), [label])).toBe(202);
  });

  it('shows a stranger the stage and nothing else, and the owner more', async () => {
    const open = await asStranger();
    expect(open).toMatchObject({ found: true, tier: 0, stage: 'intake' });
    const told = JSON.stringify(open);
    for (const secret of [serial, 'Wang', 'Aurora', 'Battery', 'Shanghai', ticket.code, contact.email]) expect(told).not.toContain(secret);
    expect(await asOwner(ticket.code)).toMatchObject({
      found: true,
      tier: 1,
      status: 'inbound_transit',
      device: { serialLast4: serial.slice(-4) },
    });
    const code = ticket.code.startsWith('0') ? `1${ticket.code.slice(1)}` : `0${ticket.code.slice(1)}`;
    expect(await asOwner(code)).toMatchObject({ found: false });
  });

  it('is received when the center scans the serial that was announced', async () => {
    const params = { path: { ticketId: ticket.id } };
    ticket = await read();
    const wrong = { action: 'device.receive', input: scanned('WRONGSERIAL1') } as const;
    const problem = await refused(
      shop.center.POST('/v1/tickets/{ticketId}/transitions', { params, headers: { 'If-Match': `"v${ticket.version}"` }, body: wrong }),
    );
    expect(problem).toMatchObject({ status: 409, code: 'transition_refused', refusal: 'serial_differs' });
    ticket = await step(
      shop.center,
      ticket,
      'device.receive',
      scanned(
        serial
          .toLowerCase()
          .replace(/(.{4})/g, '$1-')
          .replace(/-$/, ''),
      ),
    );
    expect(ticket.status).toBe('received');
  });

  it('is quoted, and approved for the amount that was shown', async () => {
    ticket = await step(shop.center, ticket, 'diagnosis.start', { technician: 'Zhao' });
    expect(await asStranger()).toMatchObject({ stage: 'diagnosis', mustAct: false });
    ticket = await step(shop.center, ticket, 'quote.send', { offer: offer() });
    expect(ticket.quote).toMatchObject({ status: 'sent', total: { amount: 45_900, currency: 'CNY' } });
    expect(await asStranger()).toMatchObject({ stage: 'quote', mustAct: true });
    expect(await asOwner(ticket.code)).toMatchObject({ quoteTotal: { amount: 45_900, currency: 'CNY' } });
    const decision = { quoteId: ticket.quote?.id ?? '', consent: phoneConsent('quote-1') };
    const params = { path: { ticketId: ticket.id } };
    const body = { action: 'quote.approve', input: { ...decision, amountShown: { amount: 45_800, currency: 'CNY' } } } as const;
    const problem = await refused(
      shop.center.POST('/v1/tickets/{ticketId}/transitions', { params, headers: { 'If-Match': `"v${ticket.version}"` }, body }),
    );
    expect(problem).toMatchObject({ status: 409, refusal: 'amount_differs' });
    ticket = await step(shop.center, ticket, 'quote.approve', { ...decision, amountShown: { amount: 45_900, currency: 'CNY' } });
    expect(ticket).toMatchObject({ status: 'approved', quote: { status: 'approved' } });
  });

  it('waits for its part, is repaired, fails the test, is repaired again and passes', async () => {
    ticket = await step(shop.center, ticket, 'parts.order', part());
    const params = { path: { ticketId: ticket.id } };
    const early = { action: 'repair.start', input: { technician: 'Zhao' } } as const;
    const problem = await refused(
      shop.center.POST('/v1/tickets/{ticketId}/transitions', { params, headers: { 'If-Match': `"v${ticket.version}"` }, body: early }),
    );
    expect(problem).toMatchObject({ status: 409, refusal: 'parts_outstanding' });
    ticket = await step(shop.center, ticket, 'parts.receive', { partIds: ticket.parts.map(({ id }) => id) });
    ticket = await step(shop.center, ticket, 'repair.start', { technician: 'Zhao' });
    ticket = await step(shop.center, ticket, 'parts.fit', { fitted: ticket.parts.map(({ id }) => ({ partId: id, serialNew: 'BAT-0815' })) });
    ticket = await step(shop.center, ticket, 'repair.finish', { work: ['Battery replaced'] });
    ticket = await step(shop.center, ticket, 'qc.fail', { failed: [{ check: 'charging', note: 'stops at 80 %' }], inspector: 'Sun' });
    expect(ticket).toMatchObject({ status: 'in_repair', qcFailures: 1 });
    expect(await asStranger()).toMatchObject({ stage: 'repair' });
    ticket = await step(shop.center, ticket, 'repair.finish', { work: ['Connector cleaned'] });
    ticket = await step(shop.center, ticket, 'qc.pass', { checks: checks.phone, inspector: 'Sun', outcome: 'repaired' });
    expect(ticket).toMatchObject({ status: 'ready', outcome: 'repaired' });
  });

  it('goes home by the carrier’s scans and is closed by the clock', async () => {
    const path = { ticketId: ticket.id };
    const parcel = { direction: 'outbound', carrier: 'easypost', waybill: outbound, payer: 'center' } as const;
    await expected(shop.center.POST('/v1/tickets/{ticketId}/shipments', { params: { path }, body: parcel }), 201);
    expect(await shop.push(outbound, [{ ...collected, at: hoursAgo(0.2) }])).toBe(200);
    expect(await read()).toMatchObject({ status: 'outbound_transit' });
    expect(await asOwner(ticket.code)).toMatchObject({ parcels: [{ carrier: 'easypost', waybillLast4: outbound.slice(-4) }] });
    expect(
      await shop.push(outbound, [
        { ...collected, at: hoursAgo(0.2) },
        { ...atTheDoor, at: hoursAgo(0.1) },
      ]),
    ).toBe(200);
    ticket = await read();
    expect(['delivered', 'closed']).toContain(ticket.status);
    ticket = await until(async () => ((await read()).status === 'closed' ? read() : null), 20_000);
    expect(ticket).toMatchObject({ allowedActions: [], outcome: 'repaired', nextUpdateBy: null });
  });

  it('told the customer each step once, in order, with a date and who acts next', async () => {
    const mails = await scene.mail.arrived(contact.email, 12);
    expect(mails.length).toBe(12);
    expect(new Set(mails.map(({ id }) => id)).size).toBe(12);
    expect(new Set(mails.map(({ subject }) => subject)).size).toBe(12);
    for (const mail of mails) {
      expect(mail.text).toMatch(/\d{4}/);
      expect(mail.html).toContain('<');
      expect(mail.text).toContain(ticket.code);
      for (const secret of [serial, contact.phone ?? '']) expect(mail.text).not.toContain(secret);
    }
  });

  it('told the partner everything, signed, in order, without a person in it', async () => {
    const path = { ticketId: ticket.id };
    const history = await expected(shop.center.GET('/v1/tickets/{ticketId}/history', { params: { path, query: { limit: 100 } } }), 200);
    const steps = history.data;
    expect(steps.map(({ seq }) => seq)).toEqual(steps.map((_, index) => index + 1));
    expect(steps.map(({ to }) => to)).toEqual([
      'created',
      'awaiting_device',
      'inbound_transit',
      'received',
      'diagnosing',
      'quoted',
      'approved',
      'awaiting_parts',
      'awaiting_parts',
      'in_repair',
      'in_repair',
      'quality_check',
      'in_repair',
      'quality_check',
      'ready',
      'outbound_transit',
      'delivered',
      'closed',
    ]);
    const ofTicket = (): typeof scene.partner.calls => scene.partner.calls.filter(({ type }) => type.startsWith('ticket.'));
    await until(
      () => ofTicket().length >= steps.length,
      20_000,
      () =>
        ofTicket()
          .map(({ type }) => type)
          .join(' '),
    );
    expect(scene.partner.calls.every(({ verified }) => verified)).toBe(true);
    expect(ofTicket().map(({ payload }) => payload.data['status'])).toEqual(steps.map(({ to }) => to));
    expect(scene.partner.calls.some(({ type }) => type === 'shipment.updated')).toBe(true);
    const sent = JSON.stringify(scene.partner.calls.map(({ payload }) => payload));
    for (const secret of [serial, 'Wang', contact.email, contact.phone ?? '', 'Lake Road']) expect(sent).not.toContain(secret);
  });

  it('left no person and no serial in the logs', () => {
    const log = scene.installation.api.log() + scene.installation.worker.log();
    expect(log.length).toBeGreaterThan(500);
    for (const secret of [serial, 'Wang Fang', contact.email, contact.phone ?? '', 'Lake Road', ticket.code]) expect(log).not.toContain(secret);
  });
});
