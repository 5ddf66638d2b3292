// Scans of a waybill that belongs to no shipment: parked, listed, and adopted by the shipment that comes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MailInJobView } from '#mail-in/mail-in-job.ts';
import type { TrackingEventView } from '#mail-in/tracking.ts';
import { startApp, type TestApp, type TestBrand } from '../../support/app.ts';
import { account, deliver, intake, job, label, parcelsOf, push, scans, waybill } from '../../support/mail-in.ts';

let test: TestApp;
let other: TestBrand;
let easypost: string;
let eventsOf: ReturnType<typeof parcelsOf>['eventsOf'];
let inbound: ReturnType<typeof parcelsOf>['inbound'];
let read: ReturnType<typeof parcelsOf>['read'];
let ticket: ReturnType<typeof parcelsOf>['ticket'];
const { announced, transit, out } = scans;

beforeAll(async () => {
  test = await startApp();
  other = await test.addBrand();
  easypost = await account(test);
  ({ eventsOf, inbound, read, ticket } = parcelsOf(test));
});
afterAll(() => test.close());

describe('a parcel nobody knows', () => {
  it('is parked, listed for the brand, and adopted by the shipment that comes', async () => {
    const one = waybill();
    const body = push({ waybill: one, details: [announced, transit, out] });
    expect((await deliver(test, easypost, body)).statusCode).toBe(202);
    expect((await deliver(test, easypost, body)).statusCode).toBe(202);
    const list = await test.call(test.keys.brand, { url: `/v1/tracking-events?orphan=true&waybill=${one}` });
    expect(list.json<{ data: TrackingEventView[] }>().data).toMatchObject([{ shipmentId: null }, { shipmentId: null }, { shipmentId: null }]);
    const parcel = await inbound(one);
    expect(parcel.shipment).toMatchObject({ status: 'out_for_delivery', statusAt: '2026-11-21T08:00:00.000Z' });
    expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'inbound_transit', version: 3 });
    expect(await eventsOf(parcel.shipment.id)).toHaveLength(3);
    const after = await test.call(test.keys.brand, { url: `/v1/tracking-events?orphan=true&waybill=${one}` });
    expect(after.json<{ data: unknown[] }>().data).toEqual([]);
  });

  it('meets its shipment however the two race', async () => {
    for (let round = 0; round < 10; round += 1) {
      const one = waybill();
      const [parcel, ...answers] = await Promise.all([
        inbound(one),
        deliver(test, easypost, push({ waybill: one, details: [transit] })),
        deliver(test, easypost, push({ waybill: one, details: [out] })),
      ]);
      for (const { statusCode } of answers) expect([200, 202]).toContain(statusCode);
      expect(await eventsOf(parcel.shipment.id)).toHaveLength(2);
      expect(await read(parcel.shipment.id)).toMatchObject({ status: 'out_for_delivery' });
      expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'inbound_transit' });
    }
  });

  it('stays with its brand', async () => {
    const one = waybill();
    await deliver(test, easypost, push({ waybill: one, details: [transit] }));
    const payload = job(other, { label: label(one), intake });
    const theirs = (await test.call(other.keys.courier, { method: 'POST', url: '/v1/mail-in-jobs', payload })).json<MailInJobView>();
    expect(theirs).toMatchObject({ status: 'awaiting_device', shipment: { status: 'label_created' } });
    const list = await test.call(other.keys.brand, { url: '/v1/tracking-events?orphan=true' });
    expect(list.json()).toEqual({ data: [], hasMore: false, nextCursor: null });
  });

  it('is listed by pages, for brands only', async () => {
    const brand = await test.addBrand();
    const theirs = await account(test, brand);
    for (let n = 0; n < 3; n += 1) await deliver(test, theirs, push({ waybill: waybill(), details: [transit] }));
    const first = (await test.call(brand.keys.brand, { url: '/v1/tracking-events?orphan=true&limit=2' })).json<{
      data: unknown[];
      nextCursor: string;
    }>();
    expect(first.data).toHaveLength(2);
    const second = await test.call(brand.keys.brand, { url: `/v1/tracking-events?orphan=true&limit=2&cursor=${first.nextCursor}` });
    expect(second.json()).toMatchObject({ data: [{ shipmentId: null }], hasMore: false });
    expect((await test.call(brand.keys.courier, { url: '/v1/tracking-events?orphan=true' })).json()).toMatchObject({ status: 403 });
    expect((await test.call(null, { url: '/v1/tracking-events?orphan=true' })).statusCode).toBe(401);
    for (const query of ['', '?orphan=false', '?orphan=true&waybill=%00', '?orphan=true&cursor=zzz']) {
      expect((await test.call(brand.keys.brand, { url: `/v1/tracking-events${query}` })).statusCode).toBe(400);
    }
  });
});
