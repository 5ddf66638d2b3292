// A label that nobody uses: its customer is reminded with the day it ends, then it is void and the request over; or another label takes its place.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MailInJobView } from '#mail-in/mail-in-job.ts';
import { climbIntakes } from '#tickets/intake-ladder.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { account, deliver, intake, job, label, type Parcel, parcelsOf, push } from '../../support/mail-in.ts';
import { lastFacts, movingTime, stored, told } from '../../support/moving-time.ts';

const DAY_MS = 86_400_000;
const time = movingTime();
let test: TestApp;
let easypost: string;
let parcels: ReturnType<typeof parcelsOf>;

beforeAll(async () => {
  test = await startApp({}, { clock: time.clock });
  easypost = await account(test);
  parcels = parcelsOf(test);
});
afterAll(() => test.close());

const inDays = (days: number): string => new Date(time.now().getTime() + days * DAY_MS).toISOString();
const booked = async (more: object): Promise<Parcel> => {
  const payload = job(test, { label: { ...label(), ...more }, intake });
  const { ticketId, shipment } = (await test.call(test.keys.courier, { method: 'POST', url: '/v1/mail-in-jobs', payload })).json<MailInJobView>();
  if (shipment === null) throw new Error('the job has no label');
  return { ticketId, shipment, waybill: shipment.waybill };
};
/** The days on which something was said or ended. */
const pass = async (days: number): Promise<number[]> => {
  const heard: number[] = [];
  for (let day = 1; day <= days; day += 1) {
    time.later(1);
    if ((await climbIntakes(test.services)) > 0) heard.push(day);
  }
  return heard;
};
const ours = async ({ ticketId }: Parcel): Promise<string[]> => (await told(test, ticketId)).slice(2);
const add = (ticketId: string, payload: object, key = test.keys.courier) =>
  test.call(key, { method: 'POST', url: `/v1/tickets/${ticketId}/shipments`, payload });

it('is reminded of with the day it ends, then void, and its request over; the customer is told', async () => {
  const ends = inDays(12);
  const parcel = await booked({ labelExpiresAt: ends });
  expect(await pass(11)).toEqual([3, 7]);
  expect(await ours(parcel)).toEqual(['send_reminder', 'send_reminder']);
  expect(await lastFacts(test, parcel.ticketId, 'send_reminder')).toMatchObject({ closesAt: ends });
  expect(await parcels.read(parcel.shipment.id)).toMatchObject({ status: 'label_created' });
  expect(await pass(2)).toEqual([1]);
  expect(await ours(parcel)).toEqual(['send_reminder', 'send_reminder', 'request_expired']);
  expect(await parcels.read(parcel.shipment.id)).toMatchObject({ status: 'cancelled', statusRaw: 'void', labelExpiresAt: ends });
  expect(await parcels.ticket(parcel.ticketId)).toMatchObject({ status: 'cancelled', outcome: 'cancelled', allowedActions: [] });
  expect((await stored(test, parcel.ticketId)).alarm_at).toBeNull();
  expect(await pass(10)).toEqual([]);
  expect(await ours(parcel)).toHaveLength(3);
});

it('that was ended takes no scan back: a parcel that comes all the same is recorded, and the ended ticket stays ended', async () => {
  const parcel = await booked({ labelExpiresAt: inDays(8) });
  await pass(9);
  expect(await parcels.ticket(parcel.ticketId)).toMatchObject({ status: 'cancelled' });
  const details = [{ status: 'in_transit', at: time.now().toISOString() }];
  expect((await deliver(test, easypost, push({ ...parcel, details }))).statusCode).toBe(200);
  expect(await parcels.read(parcel.shipment.id)).toMatchObject({ status: 'in_transit' });
  expect(await parcels.ticket(parcel.ticketId)).toMatchObject({ status: 'cancelled' });
  expect((await add(parcel.ticketId, { direction: 'inbound', ...label() })).json()).toMatchObject({ status: 409, code: 'transition_not_allowed' });
});

it('can be followed by another one before the request ends: the wait goes by the last that can be used', async () => {
  const parcel = await booked({ labelExpiresAt: inDays(8) });
  expect(await pass(5)).toEqual([3]);
  const ends = inDays(12);
  const made = await add(parcel.ticketId, { direction: 'inbound', ...label(), labelExpiresAt: ends });
  expect(made.statusCode, made.body).toBe(201);
  const next = made.json<{ id: string }>().id;
  expect(await pass(6)).toEqual([2]);
  expect(await lastFacts(test, parcel.ticketId, 'send_reminder')).toMatchObject({ closesAt: ends });
  expect(await parcels.ticket(parcel.ticketId)).toMatchObject({ status: 'awaiting_device' });
  expect(await pass(7)).toEqual([6]);
  expect([await parcels.read(parcel.shipment.id), await parcels.read(next)]).toMatchObject([{ status: 'cancelled' }, { status: 'cancelled' }]);
  expect(await ours(parcel)).toEqual(['send_reminder', 'send_reminder', 'request_expired']);
});

it('is not reminded of once the parcel is on its way, and a new job may follow an ended one', async () => {
  const sent = await booked({ labelExpiresAt: inDays(8) });
  const details = [{ status: 'in_transit', at: time.now().toISOString() }];
  await deliver(test, easypost, push({ ...sent, details }));
  const device = { kind: 'phone', maker: 'Aurora', model: 'A5', serial: 'SNEXPIRED1' };
  const first = job(test, { label: { ...label(), labelExpiresAt: inDays(8) }, intake, device });
  expect((await test.call(test.keys.courier, { method: 'POST', url: '/v1/mail-in-jobs', payload: first })).statusCode).toBe(201);
  await pass(9);
  expect(await ours(sent)).toEqual(['collected']);
  expect(await parcels.read(sent.shipment.id)).toMatchObject({ status: 'in_transit' });
  const again = await test.call(test.keys.courier, { method: 'POST', url: '/v1/mail-in-jobs', payload: { ...first, label: label() } });
  expect(again.statusCode, again.body).toBe(201);
  expect(again.json<MailInJobView>()).toMatchObject({ status: 'awaiting_device', shipment: { status: 'label_created' } });
});
