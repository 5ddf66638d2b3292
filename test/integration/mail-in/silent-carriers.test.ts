// Parcels whose carrier says nothing are asked for at the carrier's own API: a real server that speaks the documented protocol.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { askCarriers } from '#mail-in/ask-carriers.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { type EasypostApi, openEasypostApi } from '../../support/easypost-api.ts';
import { account, deliver, type Parcel, parcelsOf, push, scans } from '../../support/mail-in.ts';
import { movingClock } from '../../support/moving-clock.ts';

const API_KEY = 'EZAK of this test';
let api: EasypostApi;
let test: TestApp;
let accountId: string;
let parcels: ReturnType<typeof parcelsOf>;
const clock = movingClock(new Date().toISOString());
const { transit, out } = scans;

beforeAll(async () => {
  api = await openEasypostApi(API_KEY);
  test = await startApp({ CARRIER_URLS: `easypost=${api.url}`, ASK_CARRIERS_AFTER_HOURS: '12' }, { clock });
  parcels = parcelsOf(test);
  accountId = await account(test);
});
afterAll(() => Promise.all([test?.close(), api?.close()]));
afterEach(async () => {
  api.asked.length = 0;
  api.trackers.clear();
  api.instead = null;
  // The next test begins with parcels of its own.
  await test.owner.updateTable('shipments').set({ asked_in_vain: 99 }).execute();
});

const setKey = (apiKey: string | null) =>
  test.call(test.keys.brand, { method: 'PATCH', url: `/v1/carrier-accounts/${accountId}`, payload: { apiKey } });
const tracker = ({ waybill }: Parcel, details: readonly { status: string; at: string }[]): object => {
  const { result } = JSON.parse(push({ waybill, details }).toString()) as { result: object };
  return result;
};
const asks = () => askCarriers(test.services);
const askedFor = () => api.asked.map(({ waybill }) => waybill);
const several = async (count: number): Promise<Parcel[]> => {
  const made: Parcel[] = [];
  for (let n = 0; n < count; n += 1) made.push(await parcels.inbound());
  return made;
};

describe('a carrier that has fallen silent', () => {
  it('is asked only where the account has a key, only after a while, and what it knows moves the parcel', async () => {
    const parcel = await parcels.inbound();
    api.trackers.set(parcel.waybill, [tracker(parcel, [transit]), tracker(parcel, [transit, scans.done])]);
    clock.pass(13);
    expect(await asks()).toBe(0);
    expect((await setKey(API_KEY)).json()).toMatchObject({ hasApiKey: true });
    expect(await asks()).toBe(1);
    expect(askedFor()).toEqual([parcel.waybill]);
    // The newest tracker of the code: the older one was another parcel.
    expect(await parcels.read(parcel.shipment.id)).toMatchObject({ status: 'in_transit' });
    expect(await parcels.ticket(parcel.ticketId)).toMatchObject({ status: 'inbound_transit' });
    expect(await asks()).toBe(0);
    clock.pass(11);
    expect(await asks()).toBe(0);
    clock.pass(2);
    expect(await asks()).toBe(1);
  });

  it('is not asked for what it speaks of by itself, what has arrived, and what belongs to a ticket that has ended', async () => {
    const [spoken, arrived, over] = (await several(3)) as [Parcel, Parcel, Parcel];
    clock.pass(10);
    await deliver(test, accountId, push({ ...spoken, details: [transit] }));
    await deliver(test, accountId, push({ ...arrived, details: [scans.done] }));
    const cancelled = await test.call(test.keys.center, {
      method: 'POST',
      url: `/v1/tickets/${over.ticketId}/transitions`,
      headers: { 'if-match': '"v2"' },
      payload: { action: 'ticket.cancel', input: { requestedBy: 'customer' }, reason: 'They changed their mind' },
    });
    expect(cancelled.statusCode, cancelled.body).toBe(200);
    clock.pass(4);
    expect(await asks()).toBe(0);
    // A push that says nothing new is a word all the same.
    clock.pass(4);
    await deliver(test, accountId, push({ ...spoken, details: [transit] }));
    clock.pass(6);
    expect(await asks()).toBe(0);
    clock.pass(7);
    expect(await asks()).toBe(1);
    expect(askedFor()).toEqual([spoken.waybill]);
  });

  it('is asked at growing intervals while it has no news, and not for ever', async () => {
    const parcel = await parcels.inbound();
    const days: number[] = [];
    for (let hour = 0; hour < 24 * 90; hour += 12) {
      clock.pass(12);
      const before = api.asked.length;
      if ((await asks()) > 0) days.push(hour / 24);
      if (before === 1) api.trackers.set(parcel.waybill, [tracker(parcel, [])]);
    }
    const gaps = days.slice(1).map((day, index) => day - (days[index] ?? 0));
    expect(days.length).toBe(12);
    expect(gaps.slice(0, 5)).toEqual([0.5, 1, 2, 4, 7]);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(7.5);
    expect(await parcels.read(parcel.shipment.id)).toMatchObject({ status: 'label_created' });
  });

  it('is left alone for as long as it asks for', async () => {
    const made = await several(3);
    clock.pass(13);
    api.instead = { status: 429, headers: { 'retry-after': '600' }, body: '{"error":{"code":"RATE_LIMITED","message":"slow down","errors":[]}}' };
    expect(await asks()).toBe(1);
    api.instead = null;
    clock.pass(0.15);
    expect(await asks()).toBe(0);
    clock.pass(0.02);
    expect(await asks()).toBe(3);
    expect(new Set(askedFor())).toEqual(new Set(made.map(({ waybill }) => waybill)));
    expect(api.asked).toHaveLength(4);
    // Five a second is what it lets be asked.
    const times = api.asked.slice(1).map(({ at }) => at);
    for (const [index, at] of times.slice(1).entries()) expect(at - (times[index] ?? 0)).toBeGreaterThan(190);
  });

  it('is left alone where it refuses the key, breaks, says nonsense, redirects or hangs up, and loses nothing', async () => {
    const made = await several(5);
    clock.pass(13);
    await setKey('another key');
    expect(await asks()).toBe(1);
    expect(api.asked).toEqual([]);
    await setKey(API_KEY);
    clock.pass(13);
    for (const instead of [
      { status: 500 },
      { status: 200, body: 'not json' },
      { status: 200, body: `{"trackers":[],"filler":"${'x'.repeat(1_100_000)}"}` },
      { status: 302, headers: { location: `${api.url}/v2/trackers?tracking_code=elsewhere` } },
      'hang up' as const,
    ]) {
      api.asked.length = 0;
      api.instead = instead;
      // Three failures in a row are enough.
      expect([instead, await asks(), api.asked.length]).toEqual([instead, 3, 3]);
      clock.pass(40);
    }
    api.instead = null;
    for (const parcel of made) api.trackers.set(parcel.waybill, [tracker(parcel, [transit, out])]);
    for (let times = 0; times < 3; times += 1) {
      await asks();
      clock.pass(24 * 8);
    }
    for (const { shipment } of made) expect(await parcels.read(shipment.id)).toMatchObject({ status: 'out_for_delivery' });
  });

  it('is asked once by two workers', async () => {
    const made = await several(4);
    clock.pass(13);
    const counts = await Promise.all([asks(), asks(), asks()]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4);
    expect(askedFor().toSorted()).toEqual(made.map(({ waybill }) => waybill).toSorted());
  });
});
