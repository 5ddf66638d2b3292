// Parcels and scans by hand over HTTP.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MailInJobView } from '#mail-in/mail-in-job.ts';
import type { ShipmentView } from '#mail-in/shipment.ts';
import type { TrackingEventView } from '#mail-in/tracking.ts';
import { startApp, type TestApp, type TestBrand } from '../../support/app.ts';
import { intake, job, label, waybill } from '../../support/mail-in.ts';

let test: TestApp;
let other: TestBrand;
let rival: string;

beforeAll(async () => {
  test = await startApp();
  other = await test.addBrand();
  rival = (await test.addKey({ kind: 'courier', brandId: test.brandId })).text;
});
afterAll(() => test.close());

const book = async (more: object = {}): Promise<MailInJobView> => {
  const response = await test.call(test.keys.courier, { method: 'POST', url: '/v1/mail-in-jobs', payload: job(test, more) });
  expect(response.statusCode, response.body).toBe(201);
  return response.json<MailInJobView>();
};
const add = (ticketId: string, payload: object, key = test.keys.courier) =>
  test.call(key, { method: 'POST', url: `/v1/tickets/${ticketId}/shipments`, payload });
const read = async (shipmentId: string): Promise<ShipmentView> =>
  (await test.call(test.keys.brand, { url: `/v1/shipments/${shipmentId}` })).json<ShipmentView>();
const statusOf = async (ticketId: string) =>
  (await test.call(test.keys.brand, { url: `/v1/tickets/${ticketId}` })).json<{ status: string; version: number }>();
const scan = (shipmentId: string, payload: object, key = test.keys.courier) =>
  test.call(key, { method: 'POST', url: `/v1/shipments/${shipmentId}/tracking-events`, payload });
const parcel = async (): Promise<{ ticketId: string; shipment: ShipmentView }> => {
  const { ticketId, shipment } = await book({ label: label(), intake });
  if (shipment === null) throw new Error('no shipment');
  return { ticketId, shipment };
};
const UNKNOWN = 'shp_01kazy3v7me8rtkd8cz5nq2w4x';

describe('POST /v1/tickets/{ticketId}/shipments', () => {
  it('adds the label later and moves the ticket with consent', async () => {
    const { ticketId } = await book();
    const response = await add(ticketId, { direction: 'inbound', ...label(), intake });
    expect(response.statusCode, response.body).toBe(201);
    const shipment = response.json<ShipmentView>();
    expect(shipment).toMatchObject({ ticketId, direction: 'inbound', status: 'label_created', statusAt: null, deliveredAt: null });
    expect(response.headers.location).toBe(`/v1/shipments/${shipment.id}`);
    expect(await statusOf(ticketId)).toMatchObject({ status: 'awaiting_device', version: 2 });
    expect(await read(shipment.id)).toEqual(shipment);
  });

  it('leaves the ticket where it is without consent, and does not open intake twice', async () => {
    const { ticketId } = await book();
    expect((await add(ticketId, { direction: 'inbound', ...label() })).statusCode).toBe(201);
    expect(await statusOf(ticketId)).toMatchObject({ status: 'created', version: 1 });
    expect((await add(ticketId, { direction: 'inbound', ...label(), intake })).statusCode).toBe(201);
    const again = await add(ticketId, { direction: 'inbound', ...label(), intake });
    expect(again.json()).toMatchObject({ status: 409, code: 'transition_not_allowed' });
    const list = await test.call(test.keys.courier, { url: `/v1/tickets/${ticketId}/shipments` });
    expect(list.json<{ data: ShipmentView[] }>().data.map(({ ticketId: of }) => of)).toEqual([ticketId, ticketId]);
  });

  it('sends home what is shipped, not what is picked up', async () => {
    const { ticketId } = await book();
    expect((await add(ticketId, { direction: 'outbound', ...label() }, test.keys.center)).statusCode).toBe(201);
    const pickedUp = await book({ returnMethod: 'pick_up' });
    expect((await add(pickedUp.ticketId, { direction: 'outbound', ...label() }, test.keys.center)).json()).toMatchObject({
      status: 409,
      code: 'transition_refused',
      refusal: 'pick_up_only',
    });
  });

  it('adds nothing to an ended ticket, and no 21st parcel', async () => {
    const { ticketId } = await book();
    const cancel = { method: 'POST', url: `/v1/tickets/${ticketId}/transitions`, headers: { 'if-match': '"v1"' } } as const;
    const cancelled = await test.call(test.keys.center, {
      ...cancel,
      payload: { action: 'ticket.cancel', input: { requestedBy: 'customer' }, reason: 'mind changed' },
    });
    expect(cancelled.statusCode, cancelled.body).toBe(200);
    expect((await add(ticketId, { direction: 'inbound', ...label() })).json()).toMatchObject({
      status: 409,
      code: 'transition_not_allowed',
      allowedActions: [],
    });
    const full = await book();
    for (let n = 0; n < 20; n += 1) expect((await add(full.ticketId, { direction: 'inbound', ...label() })).statusCode).toBe(201);
    expect((await add(full.ticketId, { direction: 'inbound', ...label() })).json()).toMatchObject({ status: 409, refusal: 'too_many_shipments' });
  });

  it('refuses a waybill that is taken, read without regard to case', async () => {
    const { ticketId } = await book();
    const one = `ez${waybill()}`;
    expect((await add(ticketId, { direction: 'inbound', ...label(one) })).json()).toMatchObject({ waybill: one.toUpperCase() });
    expect((await add(ticketId, { direction: 'outbound', ...label(one.toUpperCase()) })).json()).toMatchObject({
      status: 409,
      code: 'already_exists',
    });
    expect((await add(ticketId, { direction: 'outbound', ...label(one), carrier: 'sf' })).statusCode).toBe(201);
  });

  it('answers 404 to who may not see the ticket', async () => {
    const { ticketId } = await book();
    const payload = { direction: 'inbound', ...label() };
    for (const key of [rival, ...Object.values(other.keys)])
      expect((await add(ticketId, payload, key)).json()).toMatchObject({ status: 404, code: 'not_found' });
    expect((await add('tkt_01kazy3v7me8rtkd8cz5nq2w4x', payload)).json()).toMatchObject({ status: 404 });
    expect((await test.call(rival, { url: `/v1/tickets/${ticketId}/shipments` })).statusCode).toBe(404);
  });

  it('answers 400, 401, 403, 413, 415 as documented', async () => {
    const { ticketId } = await book();
    const url = `/v1/tickets/${ticketId}/shipments`;
    for (const bad of [
      {},
      { direction: 'sideways', ...label() },
      { direction: 'outbound', ...label(), intake },
      { direction: 'inbound', ...label(), x: 1 },
    ]) {
      expect((await add(ticketId, bad)).json()).toMatchObject({ status: 400, code: 'validation_failed' });
    }
    expect((await add('tkt_!', { direction: 'inbound', ...label() })).statusCode).toBe(400);
    expect((await test.call(null, { method: 'POST', url, payload: {} })).statusCode).toBe(401);
    const narrow = await test.addKey({ kind: 'courier', brandId: test.brandId, scopes: ['shipments:read'] });
    expect((await add(ticketId, { direction: 'inbound', ...label() }, narrow.text)).statusCode).toBe(403);
    const typed = (type: string, payload: string) =>
      test.call(test.keys.courier, { method: 'POST', url, headers: { 'content-type': type }, payload });
    expect((await typed('application/json', '{')).json()).toMatchObject({ status: 400, code: 'malformed_request' });
    expect((await typed('application/json', `"${'x'.repeat(70_000)}"`)).statusCode).toBe(413);
    expect((await typed('text/plain', 'x')).statusCode).toBe(415);
  });
});

describe('reading parcels', () => {
  it('answers 404 to who may not see them, 400 to what is no id, 401 and 403', async () => {
    const { shipment } = await parcel();
    const paths = [`/v1/shipments/${shipment.id}`, `/v1/shipments/${shipment.id}/tracking-events`];
    for (const url of paths) {
      for (const key of Object.values(test.keys)) expect((await test.call(key, { url })).statusCode).toBe(200);
      for (const key of [rival, ...Object.values(other.keys)])
        expect((await test.call(key, { url })).json()).toMatchObject({ status: 404, code: 'not_found' });
      expect((await test.call(test.keys.brand, { url: url.replace(shipment.id, UNKNOWN) })).statusCode).toBe(404);
      expect((await test.call(test.keys.brand, { url: url.replace(shipment.id, 'shp_1') })).statusCode).toBe(400);
      expect((await test.call(null, { url })).statusCode).toBe(401);
      const narrow = await test.addKey({ kind: 'brand', brandId: test.brandId, scopes: ['tickets:read'] });
      expect((await test.call(narrow.text, { url })).statusCode).toBe(403);
    }
  });

  it('shows another center nothing', async () => {
    const { shipment, ticketId } = await parcel();
    const now = new Date();
    const centerId = 'ctr_01kazy3v7me8rtkd8cz5nq2w4x';
    await test.owner
      .insertInto('service_centers')
      .values({
        brand_id: test.brandId,
        id: centerId,
        code: 'HGH1',
        name: 'H',
        kind: 'own',
        phone: '1',
        address: 'a',
        locale: 'en',
        time_zone: 'Asia/Shanghai',
        created_at: now,
        updated_at: now,
      })
      .execute();
    const elsewhere = (await test.addKey({ kind: 'center', brandId: test.brandId, centerId })).text;
    expect((await test.call(elsewhere, { url: `/v1/shipments/${shipment.id}` })).statusCode).toBe(404);
    expect((await test.call(elsewhere, { url: `/v1/tickets/${ticketId}/shipments` })).statusCode).toBe(404);
    expect((await test.call(elsewhere, { url: `/v1/mail-in-jobs/${ticketId}` })).statusCode).toBe(404);
    expect((await scan(shipment.id, { status: 'picked_up', occurredAt: '2026-01-01T00:00:00Z' }, elsewhere)).statusCode).toBe(404);
  });
});

describe('POST /v1/shipments/{shipmentId}/tracking-events', () => {
  it('counts like a scan of the carrier', async () => {
    const { ticketId, shipment } = await parcel();
    const at = new Date(Date.now() - 3_600_000).toISOString();
    const response = await scan(shipment.id, { status: 'picked_up', occurredAt: at, location: 'Hangzhou', detail: 'at the door' });
    expect(response.statusCode, response.body).toBe(201);
    expect(response.json()).toMatchObject({
      shipmentId: shipment.id,
      status: 'picked_up',
      codeRaw: 'picked_up',
      location: 'Hangzhou',
      detail: 'at the door',
      occurredAt: at,
    });
    expect(await read(shipment.id)).toMatchObject({ status: 'picked_up', statusAt: at });
    expect(await statusOf(ticketId)).toMatchObject({ status: 'inbound_transit', version: 3 });
    const history = await test.call(test.keys.brand, { url: `/v1/tickets/${ticketId}/history` });
    expect(history.json<{ data: { action: string; actor: { kind: string } }[] }>().data.at(-1)).toMatchObject({
      action: 'shipment.collected',
      actor: { kind: 'courier' },
    });
  });

  it('answers the first when the same scan is reported again', async () => {
    const { ticketId, shipment } = await parcel();
    const payload = { status: 'picked_up', occurredAt: '2026-11-20T10:05:00+08:00' };
    const first = await scan(shipment.id, payload);
    const second = await scan(shipment.id, { ...payload, occurredAt: '2026-11-20T02:05:00.000Z' }, test.keys.center);
    expect(first.statusCode).toBe(201);
    expect(second.statusCode).toBe(200);
    expect(second.json()).toEqual(first.json());
    expect((await statusOf(ticketId)).version).toBe(3);
  });

  it('lists all of them, newest first, by pages', async () => {
    const { shipment } = await parcel();
    for (const hour of [3, 1, 5, 2, 4]) {
      expect((await scan(shipment.id, { status: 'in_transit', occurredAt: `2026-11-20T0${hour}:00:00Z` })).statusCode).toBe(201);
    }
    const seen: string[] = [];
    let cursor = '';
    do {
      const response = await test.call(test.keys.courier, { url: `/v1/shipments/${shipment.id}/tracking-events?limit=2${cursor}` });
      const page = response.json<{ data: TrackingEventView[]; nextCursor: string | null }>();
      seen.push(...page.data.map(({ occurredAt }) => occurredAt.slice(12, 13)));
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor !== '');
    expect(seen).toEqual(['5', '4', '3', '2', '1']);
    const url = `/v1/shipments/${shipment.id}/tracking-events?cursor=e30.AAAA`;
    expect((await test.call(test.keys.courier, { url })).json()).toMatchObject({ status: 400, code: 'cursor_invalid' });
  });

  it('refuses a time in the future or long past, an unknown status, NUL', async () => {
    const { shipment } = await parcel();
    const at = '2026-11-20T10:05:00Z';
    const bad = [
      { status: 'picked_up', occurredAt: new Date(Date.now() + 600_000).toISOString() },
      { status: 'picked_up', occurredAt: '1999-12-31T23:59:59Z' },
      { status: 'unknown', occurredAt: at },
      { status: 'picked_up' },
      { status: 'picked_up', occurredAt: 'now' },
      { status: 'picked_up', occurredAt: at, location: 'a\0' },
      { status: 'picked_up', occurredAt: at, surprise: 1 },
    ];
    for (const payload of bad) expect((await scan(shipment.id, payload)).json()).toMatchObject({ status: 400, code: 'validation_failed' });
    expect(await read(shipment.id)).toMatchObject({ status: 'label_created' });
  });

  it('answers 403 and 404 as documented', async () => {
    const { shipment } = await parcel();
    const payload = { status: 'picked_up', occurredAt: '2026-11-20T10:05:00Z' };
    for (const key of [rival, ...Object.values(other.keys)]) expect((await scan(shipment.id, payload, key)).statusCode).toBe(404);
    expect((await scan(UNKNOWN, payload)).statusCode).toBe(404);
    const narrow = await test.addKey({ kind: 'courier', brandId: test.brandId, scopes: ['shipments:read'] });
    expect((await scan(shipment.id, payload, narrow.text)).statusCode).toBe(403);
    expect(await read(shipment.id)).toMatchObject({ status: 'label_created' });
  });
});

describe('POST /v1/shipments/{shipmentId}/cancel', () => {
  const cancel = (shipmentId: string, key = test.keys.courier) => test.call(key, { method: 'POST', url: `/v1/shipments/${shipmentId}/cancel` });

  it('voids a label once, and not what has been collected', async () => {
    const { shipment } = await parcel();
    const first = await cancel(shipment.id);
    expect(first.statusCode, first.body).toBe(200);
    expect(first.json()).toMatchObject({ status: 'cancelled' });
    expect((await cancel(shipment.id)).json()).toEqual(first.json());
    const moving = await parcel();
    await scan(moving.shipment.id, { status: 'picked_up', occurredAt: '2026-11-20T10:05:00Z' });
    expect((await cancel(moving.shipment.id)).json()).toMatchObject({ status: 409, code: 'transition_refused', refusal: 'parcel_collected' });
  });

  it('answers 404 and 403 as documented', async () => {
    const { shipment } = await parcel();
    for (const key of [rival, ...Object.values(other.keys)]) expect((await cancel(shipment.id, key)).statusCode).toBe(404);
    const narrow = await test.addKey({ kind: 'courier', brandId: test.brandId, scopes: ['shipments:read'] });
    expect((await cancel(shipment.id, narrow.text)).statusCode).toBe(403);
  });
});
