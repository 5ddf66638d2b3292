// Parcels that nobody announced: kept, found again, and brought to their ticket by waybill, serial, telephone or hand.
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MailInJobView } from '#mail-in/mail-in-job.ts';
import type { OrphanView } from '#mail-in/orphan.ts';
import type { ShipmentView } from '#mail-in/shipment.ts';
import { startApp, type TestApp, type TestBrand, unique } from '../../support/app.ts';
import { account, deliver, intake, job, label, parcelsOf, push, receive, scans, waybill } from '../../support/mail-in.ts';
import { alarms } from '../../support/moving-time.ts';
import { until } from '../../support/until.ts';

let test: TestApp;
let other: TestBrand;
let easypost: string;
let tools: ReturnType<typeof parcelsOf>;

beforeAll(async () => {
  test = await startApp();
  other = await test.addBrand();
  easypost = await account(test);
  tools = parcelsOf(test);
});
afterAll(() => test.close());

const register = async (payload: object, key = test.keys.center): Promise<OrphanView> => {
  const answer = await test.call(key, { method: 'POST', url: '/v1/orphan-parcels', payload });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json<OrphanView>();
};
const read = async (id: string): Promise<OrphanView> => (await test.call(test.keys.center, { url: `/v1/orphan-parcels/${id}` })).json<OrphanView>();
const book = async (more: object = {}): Promise<MailInJobView> => {
  const answer = await test.call(test.keys.courier, { method: 'POST', url: '/v1/mail-in-jobs', payload: job(test, more) });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json<MailInJobView>();
};
const phone = (): string => `+8613${String(Math.floor(Math.random() * 1e9)).padStart(9, '0')}`;
const contact = (number: string) => ({ contact: { name: 'Li Na', phone: number } });

describe('a parcel without a ticket', () => {
  it('is brought to the job that comes with its waybill, its serial or its telephone number', async () => {
    const one = waybill();
    const serial = unique('SN');
    const number = phone();
    const [byWaybill, bySerial, byPhone] = [
      await register({ carrier: 'easypost', waybill: one }),
      await register({ serial: serial.toLowerCase(), note: 'Opened' }),
      await register({ phone: number }),
    ];
    expect(byWaybill).toMatchObject({ centerId: test.centerId, ticketId: null, candidates: [] });
    const first = await book({ label: label(one), intake });
    expect(await read(byWaybill.id)).toMatchObject({ ticketId: first.ticketId, matchedBy: 'waybill', shipmentId: first.shipment?.id });
    const second = await book({ device: { kind: 'phone', serial } });
    expect(await read(bySerial.id)).toMatchObject({ ticketId: second.ticketId, matchedBy: 'serial' });
    const third = await book(contact(number));
    expect(await read(byPhone.id)).toMatchObject({ ticketId: third.ticketId, matchedBy: 'phone' });
    expect(await alarms(test, third.ticketId)).toEqual(['orphan_matched']);
  });

  it('finds the job that is there already, with the scans of its waybill', async () => {
    const serial = unique('SN');
    const made = await book({ device: { kind: 'phone', serial } });
    const one = waybill();
    await deliver(test, easypost, push({ waybill: one, details: [scans.transit] }));
    const orphan = await register({ carrier: 'easypost', waybill: one, serial });
    expect(orphan).toMatchObject({ ticketId: made.ticketId, matchedBy: 'serial', shipmentId: expect.any(String) });
    expect(await tools.eventsOf(orphan.shipmentId ?? '')).toHaveLength(1);
  });

  it('is left to a person where several can be meant', async () => {
    const number = phone();
    const jobs = [await book(contact(number)), await book(contact(number))];
    const orphan = await register({ phone: number });
    expect(orphan.ticketId).toBeNull();
    expect(orphan.candidates.map(({ ticketId, by }) => [ticketId, by]).toSorted()).toEqual(
      jobs.map(({ ticketId }) => [ticketId, 'phone']).toSorted(),
    );
    const match = (ticketId: string, key = test.keys.center) =>
      test.call(key, { method: 'POST', url: `/v1/orphan-parcels/${orphan.id}/match`, payload: { ticketId } });
    expect((await match('tkt_01kazy3v7me8rtkd8cz5nq2w4x')).statusCode).toBe(404);
    expect((await match(jobs[1]?.ticketId ?? '', other.keys.brand)).statusCode).toBe(404);
    expect((await match(jobs[1]?.ticketId ?? '')).json()).toMatchObject({ ticketId: jobs[1]?.ticketId, matchedBy: 'hand' });
    expect((await match(jobs[0]?.ticketId ?? '')).json()).toMatchObject({ status: 409, code: 'already_exists' });
  });

  it('is left to a person too where its telephone number is that of a ticket and its serial is not', async () => {
    const [number, later] = [phone(), phone()];
    const { ticketId } = await book(contact(number));
    const orphan = await register({ phone: number, serial: unique('SN') });
    expect(orphan).toMatchObject({ ticketId: null, candidates: [{ ticketId, by: 'phone' }] });
    const before = await register({ phone: later, serial: unique('SN') });
    const booked = await book(contact(later));
    expect(await read(before.id)).toMatchObject({ ticketId: null, candidates: [] });
    expect(await alarms(test, booked.ticketId)).toEqual([]);
    // Where nobody has said what the serial of the device is, nothing speaks against it.
    const third = phone();
    const nameless = await book({ ...contact(third), device: { kind: 'phone', serialUnknown: true } });
    expect(await register({ phone: third, serial: unique('SN') })).toMatchObject({ ticketId: nameless.ticketId, matchedBy: 'phone' });
  });

  it('is brought to the ticket whose label is known later, by whoever adds it', async () => {
    const one = waybill();
    const orphan = await register({ carrier: 'easypost', waybill: one });
    const { ticketId } = await book();
    const outbound = await register({ carrier: 'easypost', waybill: `${one}B` });
    const add = (key: string, direction: string, of: string) =>
      test.call(key, { method: 'POST', url: `/v1/tickets/${ticketId}/shipments`, payload: { direction, ...label(of) } });
    const made = await add(test.keys.courier, 'inbound', one);
    expect(made.statusCode, made.body).toBe(201);
    expect(await read(orphan.id)).toMatchObject({ ticketId, shipmentId: made.json<ShipmentView>().id, matchedBy: 'waybill' });
    expect(await alarms(test, ticketId)).toEqual(['orphan_matched']);
    expect((await add(test.keys.center, 'outbound', `${one}B`)).statusCode).toBe(201);
    expect(await read(outbound.id)).toMatchObject({ ticketId: null });
  });

  it('is searched by what is on it, and never shows it', async () => {
    const number = phone();
    const serial = unique('SN');
    const made = await register({ phone: number, serial });
    const search = async (query: string, key = test.keys.brand): Promise<string[]> =>
      (await test.call(key, { url: `/v1/orphan-parcels?${query}` })).json<{ data: OrphanView[] }>().data.map(({ id }) => id);
    expect(await search(`phone=${encodeURIComponent(number)}`)).toEqual([made.id]);
    expect(await search(`serial=${serial}&state=open`)).toEqual([made.id]);
    expect(await search(`serial=${serial}&state=matched`)).toEqual([]);
    expect(await search(`serial=${serial}`, other.keys.brand)).toEqual([]);
    expect(JSON.stringify(made)).not.toContain(number);
    for (const bad of [{}, { note: 'x' }, { waybill: 'X1' }, { phone: '123' }]) {
      expect((await test.call(test.keys.center, { method: 'POST', url: '/v1/orphan-parcels', payload: bad })).statusCode).toBe(400);
    }
    expect((await test.call(test.keys.courier, { url: '/v1/orphan-parcels' })).statusCode).toBe(403);
  });
});

describe('a parcel whose waybill is that of another repair', () => {
  const match = (orphanId: string, ticketId: string) =>
    test.call(test.keys.center, { method: 'POST', url: `/v1/orphan-parcels/${orphanId}/match`, payload: { ticketId } });
  const shipmentsOf = async (ticketId: string): Promise<ShipmentView[]> =>
    (await test.call(test.keys.center, { url: `/v1/tickets/${ticketId}/shipments` })).json<{ data: ShipmentView[] }>().data;

  it('has the device in it that a person says is in it, and its scans move that ticket too', async () => {
    const one = waybill();
    const first = await tools.inbound(one);
    const shared = { ...label(one), sharesParcel: true };
    const second = await book({ label: shared, intake });
    const third = await book();
    await deliver(test, easypost, push({ waybill: one, details: [scans.transit] }));
    const orphan = await register({ carrier: 'easypost', waybill: one });
    expect(orphan.candidates.map(({ ticketId }) => ticketId).toSorted()).toEqual([first.ticketId, second.ticketId].toSorted());
    const matched = await match(orphan.id, third.ticketId);
    expect(matched.json()).toMatchObject({ ticketId: third.ticketId, shipmentId: first.shipment.id, matchedBy: 'hand' });
    expect((await shipmentsOf(third.ticketId)).map(({ id }) => id)).toEqual([first.shipment.id]);
    expect(await tools.read(first.shipment.id)).toMatchObject({ ticketIds: [first, second, third].map(({ ticketId }) => ticketId).toSorted() });
    await tools.advance(third.ticketId, 'intake.open', intake);
    expect(await tools.ticket(third.ticketId)).toMatchObject({ status: 'inbound_transit' });
  });

  it('has the device in it whose serial was found in it, also where its job comes later', async () => {
    const { ticketId, shipment, waybill: one } = await tools.inbound();
    await deliver(test, easypost, push({ waybill: one, details: [scans.transit] }));
    const [known, later] = [unique('SN'), unique('SN')];
    const there = await book({ device: { kind: 'phone', serial: known } });
    // The ticket of the waybill waits for a device as well: which of the two is meant is for a person to say.
    const both = await register({ carrier: 'easypost', waybill: one, serial: known });
    expect(both).toMatchObject({ ticketId: null, candidates: [{ by: 'waybill' }, { by: 'serial' }] });
    await tools.advance(ticketId, 'device.receive', receive);
    const open = await register({ carrier: 'easypost', waybill: one, serial: later });
    expect(open).toMatchObject({ ticketId: null, candidates: [] });
    const joined = { shipmentId: shipment.id, matchedBy: 'serial' };
    expect(await register({ carrier: 'easypost', waybill: one, serial: known })).toMatchObject({ ...joined, ticketId: there.ticketId });
    const booked = await book({ device: { kind: 'phone', serial: later } });
    expect(await read(open.id)).toMatchObject({ ...joined, ticketId: booked.ticketId });
    const tickets = [ticketId, there.ticketId, booked.ticketId];
    expect(await tools.read(shipment.id)).toMatchObject({ ticketIds: tickets.toSorted() });
    await tools.advance(booked.ticketId, 'intake.open', intake);
    expect(await tools.ticket(booked.ticketId)).toMatchObject({ status: 'inbound_transit' });
  });

  it('carries nothing in where it goes home, nor where a telephone number is all that speaks for it', async () => {
    const home = await tools.atReady();
    const serial = unique('SN');
    const goingHome = await register({ carrier: 'easypost', waybill: home.waybill, serial });
    // The booking stands, and the parcel stays open.
    const booked = await book({ device: { kind: 'phone', serial } });
    expect(await read(goingHome.id)).toMatchObject({ ticketId: null, candidates: [{ ticketId: booked.ticketId, by: 'serial' }] });
    expect((await match(goingHome.id, booked.ticketId)).json()).toMatchObject({ code: 'transition_refused', refusal: 'other_way' });
    const { ticketId, waybill: one } = await tools.inbound();
    await tools.advance(ticketId, 'device.receive', receive);
    const number = phone();
    const caller = await book(contact(number));
    const orphan = await register({ carrier: 'easypost', waybill: one, phone: number });
    expect(orphan).toMatchObject({ ticketId: null, candidates: [{ ticketId: caller.ticketId, by: 'phone' }] });
  });

  it('is waited for before its ticket is locked, as everybody else does', async () => {
    const one = waybill();
    const orphan = await register({ carrier: 'easypost', waybill: one });
    const { ticketId } = await book();
    const matching = await test.owner.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`${test.brandId}/easypost/${one}`}, 0))`.execute(trx);
      const answer = match(orphan.id, ticketId);
      await until(async () => {
        // Of this database alone: other suites share the server.
        const { rows } = await sql`
          select from pg_locks where locktype = 'advisory' and not granted
             and database = (select oid from pg_database where datname = current_database())`.execute(trx);
        return rows.length > 0;
      }, 10_000);
      await sql`select from tickets where brand_id = ${test.brandId} and id = ${ticketId} for update nowait`.execute(trx);
      return { answer };
    });
    expect((await matching.answer).json()).toMatchObject({ ticketId, matchedBy: 'hand' });
  });
});

describe('parked scans', () => {
  it('are given a ticket by hand, and move it', async () => {
    const one = waybill();
    await deliver(test, easypost, push({ waybill: one, details: [scans.transit] }));
    const listed = await test.call(test.keys.center, { url: `/v1/tracking-events?orphan=true&carrier=easypost&status=in_transit&waybill=${one}` });
    expect(listed.json<{ data: unknown[] }>().data).toHaveLength(1);
    const { ticketId } = await tools.inbound();
    const match = (payload: object) => test.call(test.keys.center, { method: 'POST', url: '/v1/tracking-events/match', payload });
    expect((await match({ carrier: 'easypost', waybill: waybill(), ticketId })).statusCode).toBe(404);
    const made = await match({ carrier: 'easypost', waybill: one, ticketId });
    expect(made.statusCode, made.body).toBe(201);
    expect(await tools.ticket(ticketId)).toMatchObject({ status: 'inbound_transit' });
  });
});
