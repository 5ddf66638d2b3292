// Who signed for a parcel is kept with it, for the center; a valuable one that nobody has signed for alarms the center, once.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CarrierAccountView } from '#mail-in/carrier-account.ts';
import type { ShipmentView } from '#mail-in/shipment.ts';
import { watchParcels } from '#mail-in/watch-parcels.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { wire } from '../../support/carrier-wires.ts';
import { label, type Parcel, parcelsOf, receive, SECRET } from '../../support/mail-in.ts';
import { movingClock } from '../../support/moving-clock.ts';
import { alarms } from '../../support/moving-time.ts';

const clock = movingClock('2026-11-23T02:00:00Z');
let test: TestApp;
let tools: ReturnType<typeof parcelsOf>;
const accounts: Record<string, CarrierAccountView> = {};

beforeAll(async () => {
  test = await startApp({}, { clock });
  tools = parcelsOf(test);
  for (const carrier of ['easypost', 'aftership', 'shipengine']) {
    const payload = { carrier, name: carrier, webhookSecret: SECRET };
    accounts[carrier] = (await test.call(test.keys.brand, { method: 'POST', url: '/v1/carrier-accounts', payload })).json<CarrierAccountView>();
  }
});
afterAll(() => test.close());

const money = { amount: 399_900, currency: 'CNY' };
const hourAgo = (): string => new Date(clock.now().getTime() - 3_600_000).toISOString();

/** A repaired device with the label of its way home. */
async function goingHome(carrier: string, worth: object): Promise<Parcel> {
  const { ticketId } = await tools.inbound();
  await tools.advance(ticketId, 'device.receive', receive);
  await tools.advance(ticketId, 'diagnosis.start', { technician: 'Zhao' });
  await tools.advance(ticketId, 'diagnosis.no_fault', { evidence: 'All tests pass' });
  const payload = { direction: 'outbound', ...label(), carrier, ...worth };
  const made = await test.call(test.keys.center, { method: 'POST', url: `/v1/tickets/${ticketId}/shipments`, payload });
  expect(made.statusCode, made.body).toBe(201);
  return { ticketId, shipment: made.json<ShipmentView>(), waybill: payload.waybill };
}

/** What each says of a parcel delivered at this time, in its own form. */
const delivered: Record<string, (waybill: string, at: string, signedBy: string | null, url?: string | null) => object> = {
  easypost: (waybill, at, signedBy) => ({
    description: 'tracker.updated',
    result: {
      tracking_code: waybill,
      status: 'delivered',
      signed_by: signedBy,
      tracking_details: [{ status: 'delivered', datetime: at }],
    },
  }),
  aftership: (waybill, at, signedBy) => ({
    event: 'tracking_update',
    msg: {
      tracking_number: waybill,
      tag: 'Delivered',
      subtag: 'Delivered_003',
      signed_by: signedBy,
      checkpoints: [{ checkpoint_time: at, tag: 'Delivered', subtag: 'Delivered_003' }],
    },
  }),
  shipengine: (waybill, at, signedBy, url = null) => ({
    resource_type: 'TRACK_EVENT_V2',
    data: {
      tracking_number: waybill,
      status_code: 'DE',
      events: [{ occurred_at: at, status_code: 'DE', event_code: 'D', signer: signedBy ?? '', proof_of_delivery_url: url }],
    },
  }),
};

/** Every push of a parcel names the same time. */
const deliveredAt = new Map<string, string>();

async function tell(carrier: string, parcel: Parcel, signedBy: string | null, url?: string | null): Promise<void> {
  const at = deliveredAt.get(parcel.waybill) ?? hourAgo();
  deliveredAt.set(parcel.waybill, at);
  const content = JSON.stringify(delivered[carrier]?.(parcel.waybill, at, signedBy, url));
  const sent = wire(carrier, content, SECRET, clock.now());
  const answer = await test.call(null, { method: 'POST', url: accounts[carrier]?.webhookPath ?? '', headers: sent.headers, payload: sent.body });
  expect(answer.statusCode, answer.body).toBe(200);
}
const later = async (hours: number): Promise<void> => {
  clock.pass(hours);
  await watchParcels(test.services);
};

describe.each(['easypost', 'aftership', 'shipengine'])('%s', (carrier) => {
  it('says who signed: kept for center and brand, not for couriers, and stays with later news', async () => {
    const parcel = await goingHome(carrier, { insuredFor: money });
    await tell(carrier, parcel, 'Wang Fang');
    await tell(carrier, parcel, null);
    expect(await tools.ticket(parcel.ticketId)).toMatchObject({ status: 'delivered' });
    expect(await tools.read(parcel.shipment.id)).toMatchObject({ status: 'delivered', proof: { signedBy: 'Wang Fang', url: null } });
    for (const url of [`/v1/shipments/${parcel.shipment.id}`, `/v1/tickets/${parcel.ticketId}/shipments`, `/v1/mail-in-jobs/${parcel.ticketId}`]) {
      const seen = await test.call(test.keys.courier, { url });
      expect(seen.statusCode, seen.body).toBe(200);
      expect(seen.body).not.toContain('"signedBy"');
    }
    await later(30);
    expect(await alarms(test, parcel.ticketId)).toEqual([]);
  });
});

describe('a parcel that is delivered without proof', () => {
  it.each([
    ['insured', { insuredFor: money }],
    ['of a declared value', { declaredValue: money }],
  ])('alarms the center once, a day later, where it is %s', async (_, worth) => {
    const parcel = await goingHome('easypost', worth);
    await tell('easypost', parcel, null);
    await later(20);
    expect(await alarms(test, parcel.ticketId)).toEqual([]);
    await later(5);
    expect(await alarms(test, parcel.ticketId)).toEqual(['delivery_unproven']);
    await tell('easypost', parcel, null);
    await later(30);
    expect(await alarms(test, parcel.ticketId)).toEqual(['delivery_unproven']);
    const alerts = await test.call(test.keys.center, { url: `/v1/alerts?ticketId=${parcel.ticketId}` });
    expect(alerts.json()).toMatchObject({
      data: [{ kind: 'delivery_unproven', data: { shipmentId: parcel.shipment.id, direction: 'outbound', parcelStatus: 'delivered' } }],
    });
  });

  it('alarms nobody where the proof comes within the day, where it is worth nothing, or where the device comes in', async () => {
    const late = await goingHome('shipengine', { insuredFor: money });
    await tell('shipengine', late, null);
    await later(6);
    await tell('shipengine', late, null, 'https://pod.example.com/1.png');
    const cheap = await goingHome('easypost', {});
    await tell('easypost', cheap, null);
    const inbound = await tools.inbound();
    await tell('easypost', inbound, null);
    await later(30);
    expect(await tools.read(late.shipment.id)).toMatchObject({ proof: { signedBy: null, url: 'https://pod.example.com/1.png' } });
    for (const parcel of [late, cheap]) expect(await alarms(test, parcel.ticketId)).toEqual([]);
    expect(await alarms(test, inbound.ticketId)).not.toContain('delivery_unproven');
  });

  it('is proven by hand too, by the scan that delivers it', async () => {
    const parcel = await goingHome('sf', { declaredValue: money });
    const report = (payload: object) =>
      test.call(test.keys.center, { method: 'POST', url: `/v1/shipments/${parcel.shipment.id}/tracking-events`, payload });
    expect((await report({ status: 'in_transit', occurredAt: hourAgo(), signedBy: 'Wang Fang' })).statusCode).toBe(400);
    expect(
      (await report({ status: 'delivered', occurredAt: hourAgo(), signedBy: 'Wang Fang', proofUrl: 'https://x.example.com/1' })).statusCode,
    ).toBe(201);
    expect(await tools.read(parcel.shipment.id)).toMatchObject({ proof: { signedBy: 'Wang Fang', url: 'https://x.example.com/1' } });
    await later(30);
    expect(await alarms(test, parcel.ticketId)).toEqual([]);
  });
});
