// What a parcel's trouble does beside being recorded: told once, on hold, alarmed; and what lies at the door unopened.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asSystem } from '#access/perform.ts';
import type { ClaimView } from '#mail-in/claim.ts';
import { writeClaim } from '#mail-in/claims-store.ts';
import { freshClaim } from '#mail-in/draft-claim.ts';
import { pressClaims } from '#mail-in/press-claims.ts';
import { byId, type ShipmentRow } from '#mail-in/store.ts';
import { watchParcels } from '#mail-in/watch-parcels.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { account, deliver, type Parcel, parcelsOf, push, receive } from '../../support/mail-in.ts';
import { movingClock } from '../../support/moving-clock.ts';
import { alarms, lastFacts, told } from '../../support/moving-time.ts';

// A Monday morning in Shanghai.
const clock = movingClock('2026-11-23T02:00:00Z');
let test: TestApp;
let easypost: string;
let tools: ReturnType<typeof parcelsOf>;

beforeAll(async () => {
  test = await startApp({}, { clock });
  easypost = await account(test);
  tools = parcelsOf(test);
});
afterAll(() => test.close());

type Told = [status: string, detail?: string];
const ago = (minutes: number): string => new Date(clock.now().getTime() - minutes * 60_000).toISOString();
const report = async ({ waybill }: Parcel, ...scans: Told[]): Promise<void> => {
  const details = scans.map(([status, detail], index) => ({ status, at: ago(scans.length - index), ...(detail === undefined ? {} : { detail }) }));
  expect((await deliver(test, easypost, push({ waybill, details }))).statusCode).toBe(200);
};
const later = async (hours: number): Promise<number> => {
  clock.pass(hours);
  return watchParcels(test.services);
};
const since = async ({ ticketId }: Parcel): Promise<string[]> => (await told(test, ticketId)).slice(2);

describe('delivered at the door', () => {
  it('is spoken of after a day, and the center is alarmed when it should have been opened', async () => {
    const parcel = await tools.inbound();
    await report(parcel, ['in_transit'], ['delivered']);
    await later(23);
    expect(await since(parcel)).toEqual(['collected']);
    await later(1.1);
    expect(await since(parcel)).toEqual(['collected', 'parcel_arrived']);
    expect(await lastFacts(test, parcel.ticketId, 'parcel_arrived')).toMatchObject({
      nextUpdateBy: '2026-11-25T10:00:00.000Z',
      parcel: { openBy: '2026-11-25T10:00:00.000Z', openByBefore: null },
    });
    expect(await alarms(test, parcel.ticketId)).toEqual([]);
    clock.at('2026-11-25T10:00:01Z');
    await later(0);
    expect(await alarms(test, parcel.ticketId)).toEqual(['parcel_unopened']);
    expect(await lastFacts(test, parcel.ticketId, 'parcel_arrived')).toMatchObject({
      parcel: { openBy: '2026-11-26T10:00:00.000Z', openByBefore: '2026-11-25T10:00:00.000Z' },
    });
    await tools.advance(parcel.ticketId, 'device.receive', receive);
    await later(30);
    expect(await since(parcel)).toEqual(['collected', 'parcel_arrived', 'parcel_arrived', 'received']);
    expect(await alarms(test, parcel.ticketId)).toEqual(['parcel_unopened']);
  });

  it('is not spoken of where it is opened within the day', async () => {
    const parcel = await tools.inbound();
    await report(parcel, ['in_transit'], ['delivered']);
    clock.pass(3);
    await tools.advance(parcel.ticketId, 'device.receive', receive);
    await later(60);
    expect(await since(parcel)).toEqual(['collected', 'received']);
  });
});

describe('trouble on the way', () => {
  it('holds the ticket, tells the customer and the center once, and lets go on when it is over', async () => {
    const parcel = await tools.inbound();
    await report(parcel, ['in_transit'], ['failure', 'failure']);
    expect(await tools.ticket(parcel.ticketId)).toMatchObject({ hold: null });
    await later(0.2);
    expect(await tools.ticket(parcel.ticketId)).toMatchObject({ status: 'inbound_transit', hold: { reason: 'shipment_problem', blame: 'carrier' } });
    expect(await since(parcel)).toEqual(['collected', 'parcel_held_up']);
    expect(await alarms(test, parcel.ticketId)).toEqual(['parcel_problem']);
    await report(parcel, ['failure', 'failure']);
    await later(1);
    expect(await since(parcel)).toEqual(['collected', 'parcel_held_up']);
    await report(parcel, ['in_transit']);
    await later(0.2);
    expect(await tools.ticket(parcel.ticketId)).toMatchObject({ hold: null });
    expect(await since(parcel)).toEqual(['collected', 'parcel_held_up', 'parcel_moves_again']);
  });

  it('that is over when it is heard of is told nobody', async () => {
    const parcel = await tools.inbound();
    await report(parcel, ['in_transit'], ['failure', 'delivery_exception'], ['out_for_delivery']);
    await later(1);
    expect(await since(parcel)).toEqual(['collected']);
  });

  it('ends with the device on the desk', async () => {
    const parcel = await tools.inbound();
    await report(parcel, ['in_transit'], ['failure', 'failure']);
    await later(0.2);
    await tools.advance(parcel.ticketId, 'device.receive', receive);
    expect(await tools.ticket(parcel.ticketId)).toMatchObject({ status: 'received', hold: null });
  });

  it('on the way home: refused, back, and out a second time', async () => {
    const parcel = await tools.atReady();
    await report(parcel, ['in_transit'], ['failure', 'refused']);
    await later(0.2);
    expect(await tools.ticket(parcel.ticketId)).toMatchObject({ status: 'outbound_transit', hold: { reason: 'shipment_problem' } });
    await report(parcel, ['return_to_sender']);
    await later(0.2);
    await report(parcel, ['delivered']);
    expect(await tools.ticket(parcel.ticketId)).toMatchObject({ status: 'ready', hold: { reason: 'shipment_problem' } });
    expect((await told(test, parcel.ticketId)).slice(-4)).toEqual(['shipped', 'parcel_refused', 'parcel_returning', 'came_back']);

    const second = { direction: 'outbound', carrier: 'easypost', waybill: `${parcel.waybill}B`, payer: 'brand' };
    const made = await test.call(test.keys.center, { method: 'POST', url: `/v1/tickets/${parcel.ticketId}/shipments`, payload: second });
    expect(made.statusCode).toBe(201);
    // Scanned before anybody has let the repair go on: kept, and counted then.
    await report({ ...parcel, waybill: second.waybill }, ['in_transit']);
    await report(parcel, ['in_transit']);
    expect((await tools.ticket(parcel.ticketId)).status).toBe('ready');
    await tools.advance(parcel.ticketId, 'hold.resume', {});
    expect((await tools.ticket(parcel.ticketId)).status).toBe('outbound_transit');
    await report({ ...parcel, waybill: second.waybill }, ['delivered']);
    expect((await tools.ticket(parcel.ticketId)).status).toBe('delivered');
  });

  it('tells a later day of arrival, once', async () => {
    const parcel = await tools.inbound();
    const eta = (day: string) => push({ ...parcel, details: [{ status: 'in_transit', at: ago(1) }], eta: `${day}T00:00:00Z` });
    await deliver(test, easypost, eta('2026-12-10'));
    await deliver(test, easypost, eta('2026-12-12'));
    await later(0.2);
    expect(await since(parcel)).toEqual(['collected', 'eta_moved']);
    expect(await lastFacts(test, parcel.ticketId, 'eta_moved')).toMatchObject({ parcel: { etaBefore: '2026-12-10T00:00:00.000Z' } });
    await later(10);
    expect(await since(parcel)).toHaveLength(2);
  });
});

describe('claims', () => {
  const call = (method: 'POST' | 'PATCH' | 'GET', url: string, payload?: object, key = test.keys.center) =>
    test.call(key, { method, url, ...(payload === undefined ? {} : { payload }) });
  const claimsOf = async ({ shipment }: Parcel): Promise<ClaimView[]> =>
    (await call('GET', `/v1/claims?shipmentId=${shipment.id}`)).json<{ data: ClaimView[] }>().data;

  it('are drafted for a lost parcel, filed, pressed and paid, and the customer hears each time', async () => {
    const parcel = await tools.inbound();
    await report(parcel, ['in_transit'], ['failure', 'lost']);
    await later(0.2);
    const [draft] = await claimsOf(parcel);
    expect(draft).toMatchObject({ kind: 'lost', state: 'draft', openedBy: 'system' });
    expect(await tools.ticket(parcel.ticketId)).toMatchObject({ hold: { reason: 'shipment_problem' } });
    const filed = await call('PATCH', `/v1/claims/${draft?.id}`, { claimNumber: 'C-118', amount: { amount: 399_900, currency: 'CNY' } });
    expect(filed.json()).toMatchObject({ state: 'filed', claimNumber: 'C-118', answerBy: expect.any(String) });
    clock.at(filed.json<ClaimView>().answerBy ?? '');
    clock.pass(0.1);
    expect(await pressClaims(test.services)).toBe(1);
    expect(await alarms(test, parcel.ticketId)).toEqual(['parcel_problem', 'claim_due']);
    expect(await lastFacts(test, parcel.ticketId, 'claim_news')).toMatchObject({ parcel: { claim: { overdue: true, number: 'C-118' } } });
    expect((await call('PATCH', `/v1/claims/${draft?.id}`, { state: 'accepted' })).json()).toMatchObject({ state: 'accepted' });
    const paid = await call('PATCH', `/v1/claims/${draft?.id}`, { state: 'paid', paid: { amount: 300_000, currency: 'CNY' } });
    expect(paid.json()).toMatchObject({ state: 'paid', settledAt: expect.any(String) });
    expect((await call('PATCH', `/v1/claims/${draft?.id}`, { state: 'filed' })).json()).toMatchObject({ status: 409, refusal: 'claim_state' });
    expect(await since(parcel)).toEqual(['collected', 'parcel_lost', 'claim_news', 'claim_news', 'claim_news', 'claim_news']);
  });

  it('are opened by the center for damage, one of a kind at a time, for its own parcels only', async () => {
    const parcel = await tools.inbound();
    const url = `/v1/shipments/${parcel.shipment.id}/claims`;
    const made = await call('POST', url, { kind: 'damaged', claimNumber: 'D-1', answerBy: '2027-01-20T10:00:00Z' });
    expect(made.statusCode, made.body).toBe(201);
    expect(made.json()).toMatchObject({ state: 'filed', amount: null });
    expect((await call('POST', url, { kind: 'damaged' })).json()).toMatchObject({ status: 409, code: 'already_exists' });
    expect(await since(parcel)).toEqual(['parcel_damaged']);
    expect((await call('PATCH', `/v1/claims/${made.json<ClaimView>().id}`, { paid: { amount: 1, currency: 'USD' } })).statusCode).toBe(200);
    expect((await call('POST', url, { kind: 'other' }, test.keys.courier)).statusCode).toBe(403);
    const other = await test.addBrand();
    expect((await call('POST', url, { kind: 'other' }, other.keys.center)).statusCode).toBe(404);
    expect((await call('GET', `/v1/claims/${made.json<ClaimView>().id}`, undefined, other.keys.brand)).statusCode).toBe(404);
    expect((await call('GET', '/v1/claims', undefined, other.keys.brand)).json()).toMatchObject({ data: [] });
  });

  it('keep the currency of what was asked for, unless both amounts are given anew', async () => {
    const parcel = await tools.inbound();
    const made = await call('POST', `/v1/shipments/${parcel.shipment.id}/claims`, { kind: 'damaged', amount: { amount: 500, currency: 'CNY' } });
    const change = (payload: object) => call('PATCH', `/v1/claims/${made.json<ClaimView>().id}`, payload);
    const cny = { amount: 400, currency: 'CNY' };
    const usd = { amount: 60, currency: 'USD' };
    const differs = (field: string) => ({ status: 400, code: 'validation_failed', errors: [{ pointer: `/${field}/currency`, code: 'differs' }] });
    expect((await change({ paid: usd })).json()).toMatchObject(differs('paid'));
    expect((await change({ paid: cny })).json()).toMatchObject({ amount: { amount: 500, currency: 'CNY' }, paid: cny });
    expect((await change({ amount: usd })).json()).toMatchObject(differs('amount'));
    expect((await change({ amount: usd, paid: cny })).json()).toMatchObject(differs('paid'));
    expect((await change({ amount: usd, paid: usd })).json()).toMatchObject({ amount: usd, paid: usd });
  });

  it('are one of a kind at a time also where one is accepted, or was denied and is filed again', async () => {
    const { shipment } = await tools.inbound();
    const open = () => call('POST', `/v1/shipments/${shipment.id}/claims`, { kind: 'damaged', claimNumber: 'D-2' });
    const become = ({ id }: ClaimView, state: string) => call('PATCH', `/v1/claims/${id}`, { state });
    const first = (await open()).json<ClaimView>();
    expect((await become(first, 'accepted')).statusCode).toBe(200);
    expect((await open()).json()).toMatchObject({ status: 409, code: 'already_exists' });
    expect((await become(first, 'denied')).statusCode).toBe(200);
    const second = (await open()).json<ClaimView>();
    for (const state of ['filed', 'accepted']) {
      if (state === 'accepted') expect((await become(second, state)).statusCode).toBe(200);
      expect((await become(first, 'filed')).json()).toMatchObject({ status: 409, code: 'already_exists' });
    }
    expect((await become(second, 'denied')).statusCode).toBe(200);
    const both = await Promise.all([become(first, 'filed'), become(second, 'filed')]);
    expect(both.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 409]);
  });

  it('that two write at once without the tickets of the parcel are one: the other hears that there is one', async () => {
    const { shipment } = await tools.inbound();
    const row = await asSystem(test.services, test.brandId, (deed) => byId(deed, shipment.id));
    const draft = () => asSystem(test.services, test.brandId, (deed) => writeClaim(deed, freshClaim(deed, row as ShipmentRow, 'lost')));
    const drafts = await Promise.allSettled([draft(), draft()]);
    expect(drafts.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))).toMatchObject([{ code: 'already_exists' }]);
  });

  it.each([
    ['damaged', 'parcel_damaged', ['failure']],
    ['lost', 'parcel_lost', ['failure', 'lost']],
  ] as const)(
    'that are opened by hand because it is %s tell the customer: the scan that says so too tells nothing more',
    async (kind, telling, scan) => {
      const parcel = await tools.inbound();
      await report(parcel, ['in_transit'], [...scan]);
      const made = await call('POST', `/v1/shipments/${parcel.shipment.id}/claims`, { kind });
      await later(0.2);
      expect(await since(parcel)).toEqual(['collected', telling]);
      expect(await alarms(test, parcel.ticketId)).toEqual(['parcel_problem']);
      expect(await tools.ticket(parcel.ticketId)).toMatchObject({ hold: { reason: 'shipment_problem' } });
      expect((await claimsOf(parcel)).map(({ id }) => id)).toEqual([made.json<ClaimView>().id]);
    },
  );
});
