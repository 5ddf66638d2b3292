// Carriers' pushes for a parcel on its way in: signed, repeated, racing and out of order.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MailInJobView } from '#mail-in/mail-in-job.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { account, deliver, intake, job, label, parcelsOf, push, receive, scans } from '../../support/mail-in.ts';

let test: TestApp;
let easypost: string;
let advance: ReturnType<typeof parcelsOf>['advance'];
let eventsOf: ReturnType<typeof parcelsOf>['eventsOf'];
let inbound: ReturnType<typeof parcelsOf>['inbound'];
let read: ReturnType<typeof parcelsOf>['read'];
let ticket: ReturnType<typeof parcelsOf>['ticket'];
const { announced, transit, out, done } = scans;

beforeAll(async () => {
  test = await startApp();
  easypost = await account(test);
  ({ advance, eventsOf, inbound, read, ticket } = parcelsOf(test));
});
afterAll(() => test.close());

describe('an inbound parcel', () => {
  it('is followed to the door, which changes nothing but the timer', async () => {
    const parcel = await inbound();
    const first = await deliver(test, easypost, push({ ...parcel, details: [announced] }));
    expect(first.statusCode, first.body).toBe(200);
    expect(first.json()).toEqual({ received: true });
    expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'awaiting_device' });

    await deliver(test, easypost, push({ ...parcel, details: [announced, transit], eta: '2026-11-23T00:00:00Z' }));
    expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'inbound_transit', version: 3 });
    expect(await read(parcel.shipment.id)).toMatchObject({
      status: 'in_transit',
      eta: '2026-11-23T00:00:00.000Z',
      statusRaw: 'in_transit/arrived_at_facility',
    });

    await deliver(test, easypost, push({ ...parcel, details: [announced, transit, out, done] }));
    expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'inbound_transit', version: 3, shipments: [{ status: 'delivered' }] });
    expect(await read(parcel.shipment.id)).toMatchObject({
      status: 'delivered',
      deliveredAt: '2026-11-21T10:00:00.000Z',
      openBy: '2026-11-24T10:00:00.000Z',
      eta: '2026-11-23T00:00:00.000Z',
    });
    expect(await eventsOf(parcel.shipment.id)).toHaveLength(4);
  });

  it('is not taken for received by a delivery alone', async () => {
    const parcel = await inbound();
    await deliver(test, easypost, push({ ...parcel, details: [done] }));
    // The carrier had it, so that nobody is reminded to send it; received is something else.
    expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'inbound_transit', version: 3 });
    expect(await read(parcel.shipment.id)).toMatchObject({ status: 'delivered', openBy: '2026-11-24T10:00:00.000Z' });
    await deliver(test, easypost, push({ ...parcel, details: [transit] }));
    expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'inbound_transit', version: 3 });
    expect(await read(parcel.shipment.id)).toMatchObject({ status: 'delivered' });
  });

  it('keeps an unknown code raw and stays where it is', async () => {
    const parcel = await inbound();
    await deliver(test, easypost, push({ ...parcel, details: [transit, { status: 'teleported', at: '2026-11-21T00:00:00Z', detail: 'beam' }] }));
    expect(await read(parcel.shipment.id)).toMatchObject({ status: 'in_transit' });
    const [newest] = await eventsOf(parcel.shipment.id);
    expect(newest).toMatchObject({ status: 'unknown', codeRaw: 'teleported/beam' });
  });

  it('waits with its scans while the ticket is only registered, and moves it with the intake', async () => {
    const payload = job(test, { label: label() });
    const booked = (await test.call(test.keys.courier, { method: 'POST', url: '/v1/mail-in-jobs', payload })).json<MailInJobView>();
    await deliver(test, easypost, push({ waybill: payload.label.waybill, details: [transit] }));
    expect(await ticket(booked.ticketId)).toMatchObject({ status: 'created', version: 1 });
    await advance(booked.ticketId, 'intake.open', intake);
    expect(await ticket(booked.ticketId)).toMatchObject({ status: 'inbound_transit', version: 3 });
    await deliver(test, easypost, push({ waybill: payload.label.waybill, details: [transit, out] }));
    expect(await ticket(booked.ticketId)).toMatchObject({ status: 'inbound_transit', version: 3 });
  });

  it('takes characters out that the database cannot hold', async () => {
    const parcel = await inbound();
    const body = push({ ...parcel, details: [{ ...transit, message: `a\0b\ud800${'顺'.repeat(400)}` }] });
    expect((await deliver(test, easypost, body)).statusCode).toBe(200);
    const [event] = await eventsOf(parcel.shipment.id);
    expect(event?.detail?.startsWith('ab')).toBe(true);
    expect(event?.detail?.length).toBe(300);
  });
});

describe('repetition and order', () => {
  it('ends the same for every order of pushes, each sent once or twice', async () => {
    const history = [announced, transit, { status: 'unknown', at: '2026-11-20T12:00:00Z', detail: 'status_update' }, out, done];
    const pushes = history.map((detail) => [detail]).concat([history, history.slice(0, 3)]);
    const order = fc
      .shuffledSubarray([...pushes.keys(), ...pushes.keys()], { minLength: pushes.length })
      .filter((list) => new Set(list).size === pushes.length);
    const results = new Set<string>();
    await fc.assert(
      fc.asyncProperty(order, async (sequence) => {
        const parcel = await inbound();
        for (const index of sequence) {
          const response = await deliver(test, easypost, push({ ...parcel, details: pushes[index] ?? [] }));
          expect(response.statusCode).toBe(200);
        }
        const { id: _, ticketId: _t, ticketIds: _i, waybill: _w, createdAt: _c, updatedAt: _u, ...state } = await read(parcel.shipment.id);
        const { status, version } = await ticket(parcel.ticketId);
        results.add(JSON.stringify([state, status, version, (await eventsOf(parcel.shipment.id)).length]));
      }),
      { numRuns: 15 },
    );
    expect([...results]).toHaveLength(1);
    expect([...results][0]).toContain('"inbound_transit",3,5');
  });

  it('changes nothing at all when a push is repeated, and does not go back to the day an older one promised', async () => {
    const parcel = await inbound();
    const older = push({ ...parcel, details: [announced, transit], eta: '2026-11-23T00:00:00Z' });
    const newer = push({ ...parcel, details: [announced, transit, out], eta: '2026-11-21T00:00:00Z' });
    await deliver(test, easypost, older);
    await deliver(test, easypost, newer);
    const [shipment, before] = [await read(parcel.shipment.id), await ticket(parcel.ticketId)];
    expect(shipment.eta).toBe('2026-11-21T00:00:00.000Z');
    for (const body of [newer, older]) expect((await deliver(test, easypost, body)).statusCode).toBe(200);
    expect(await read(parcel.shipment.id)).toEqual(shipment);
    expect(await ticket(parcel.ticketId)).toEqual(before);
  });

  it('takes racing copies of one push once', async () => {
    const parcel = await inbound();
    const body = push({ ...parcel, details: [announced, transit, out, done] });
    const answers = await Promise.all(Array.from({ length: 10 }, () => deliver(test, easypost, body)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(await eventsOf(parcel.shipment.id)).toHaveLength(4);
    expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'inbound_transit', version: 3 });
  });

  it('takes racing pushes and a transition of the center without a deadlock', async () => {
    const parcel = await inbound();
    const { version } = await ticket(parcel.ticketId);
    const options = { method: 'POST', url: `/v1/tickets/${parcel.ticketId}/transitions`, headers: { 'if-match': `"v${version}"` } } as const;
    const [received, ...pushed] = await Promise.all([
      test.call(test.keys.center, { ...options, payload: { action: 'device.receive', input: receive } }),
      ...[transit, out, done].map((detail) => deliver(test, easypost, push({ ...parcel, details: [detail] }))),
    ]);
    expect([200, 412]).toContain(received?.statusCode);
    for (const answer of pushed) expect(answer.statusCode).toBe(200);
    expect(await read(parcel.shipment.id)).toMatchObject({ status: 'delivered' });
  });

  it('tells partners of a change once, and of a repetition never', async () => {
    const parcel = await inbound();
    const now = new Date();
    await test.owner
      .insertInto('webhook_endpoints')
      .values({
        brand_id: test.brandId,
        id: `whe_${parcel.ticketId.slice(4)}`,
        owner_key_id: 'k',
        owner_kind: 'brand',
        center_id: null,
        url: 'https://partner.example/hook',
        sealed_secrets: [Buffer.from('x')],
        key_id: 1,
        events: ['shipment.updated'],
        disabled_at: null,
        disabled_reason: null,
        verified_at: now,
        created_at: now,
        updated_at: now,
      })
      .execute();
    const told = async () =>
      test.owner
        .selectFrom('outbox')
        .select(['message', 'facts'])
        .where('subject', '=', parcel.ticketId)
        .where('message', '=', 'shipment.updated')
        .orderBy('id')
        .execute();
    const body = push({ ...parcel, details: [announced, transit] });
    await deliver(test, easypost, body);
    await deliver(test, easypost, body);
    await deliver(test, easypost, push({ ...parcel, details: [announced, transit, { ...transit, at: '2026-11-20T11:00:00Z' }] }));
    expect((await told()).map(({ facts }) => facts)).toMatchObject([{ shipmentId: parcel.shipment.id, direction: 'inbound', status: 'in_transit' }]);
    await deliver(test, easypost, push({ ...parcel, details: [done] }));
    expect(await told()).toHaveLength(2);
  });
});
