// Carriers' pushes over HTTP: signed, repeated, out of order, for parcels we know, do not know yet, or have done with.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MailInJobView } from '#mail-in/mail-in-job.ts';
import type { ShipmentView } from '#mail-in/shipment.ts';
import type { TrackingEventView } from '#mail-in/tracking.ts';
import { startApp, type TestApp, type TestBrand } from '../../support/app.ts';
import { account, deliver, intake, job, label, push, sign, waybill } from '../../support/mail-in.ts';

let test: TestApp;
let other: TestBrand;
let easypost: string;

beforeAll(async () => {
  test = await startApp();
  other = await test.addBrand();
  easypost = await account(test);
});
afterAll(() => test.close());

interface Parcel {
  ticketId: string;
  shipment: ShipmentView;
  waybill: string;
}

const inbound = async (of = waybill()): Promise<Parcel> => {
  const payload = job(test, { label: label(of), intake });
  const response = await test.call(test.keys.courier, { method: 'POST', url: '/v1/mail-in-jobs', payload });
  const { ticketId, shipment } = response.json<MailInJobView>();
  if (shipment === null) throw new Error(response.body);
  return { ticketId, shipment, waybill: shipment.waybill };
};
const read = async (id: string): Promise<ShipmentView> => (await test.call(test.keys.brand, { url: `/v1/shipments/${id}` })).json<ShipmentView>();
const ticket = async (id: string) =>
  (await test.call(test.keys.brand, { url: `/v1/tickets/${id}` })).json<{ status: string; version: number; shipments: { status: string }[] }>();
const eventsOf = async (id: string): Promise<TrackingEventView[]> =>
  (await test.call(test.keys.brand, { url: `/v1/shipments/${id}/tracking-events?limit=100` })).json<{ data: TrackingEventView[] }>().data;
const advance = async (ticketId: string, action: string, input: object) => {
  const { version } = await ticket(ticketId);
  const options = { method: 'POST', url: `/v1/tickets/${ticketId}/transitions`, headers: { 'if-match': `"v${version}"` } } as const;
  const response = await test.call(test.keys.center, { ...options, payload: { action, input } });
  expect(response.statusCode, response.body).toBe(200);
};

const label1 = { status: 'pre_transit', at: '2026-11-19T09:00:00Z' };
const transit = { status: 'in_transit', at: '2026-11-20T09:00:00Z', detail: 'arrived_at_facility' };
const out = { status: 'out_for_delivery', at: '2026-11-21T08:00:00Z' };
const done = { status: 'delivered', at: '2026-11-21T10:00:00Z' };

describe('an inbound parcel', () => {
  it('is followed to the door, which changes nothing but the timer', async () => {
    const parcel = await inbound();
    const first = await deliver(test, easypost, push({ ...parcel, details: [label1] }));
    expect(first.statusCode, first.body).toBe(200);
    expect(first.json()).toEqual({ received: true });
    expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'awaiting_device' });

    await deliver(test, easypost, push({ ...parcel, details: [label1, transit], eta: '2026-11-23T00:00:00Z' }));
    expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'inbound_transit', version: 3 });
    expect(await read(parcel.shipment.id)).toMatchObject({
      status: 'in_transit',
      eta: '2026-11-23T00:00:00.000Z',
      statusRaw: 'in_transit/arrived_at_facility',
    });

    await deliver(test, easypost, push({ ...parcel, details: [label1, transit, out, done] }));
    expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'inbound_transit', version: 3, shipments: [{ status: 'delivered' }] });
    expect(await read(parcel.shipment.id)).toMatchObject({
      status: 'delivered',
      deliveredAt: '2026-11-21T10:00:00.000Z',
      openBy: '2026-11-22T10:00:00.000Z',
      eta: '2026-11-23T00:00:00.000Z',
    });
    expect(await eventsOf(parcel.shipment.id)).toHaveLength(4);
  });

  it('is not taken for received by a delivery alone', async () => {
    const parcel = await inbound();
    await deliver(test, easypost, push({ ...parcel, details: [done] }));
    expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'awaiting_device', version: 2 });
    expect(await read(parcel.shipment.id)).toMatchObject({ status: 'delivered', openBy: '2026-11-22T10:00:00.000Z' });
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
    const history = [label1, transit, { status: 'unknown', at: '2026-11-20T12:00:00Z', detail: 'status_update' }, out, done];
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
        const { id: _, ticketId: _t, waybill: _w, createdAt: _c, updatedAt: _u, ...state } = await read(parcel.shipment.id);
        const { status, version } = await ticket(parcel.ticketId);
        results.add(JSON.stringify([state, status, version, (await eventsOf(parcel.shipment.id)).length]));
      }),
      { numRuns: 15 },
    );
    expect([...results]).toHaveLength(1);
    expect([...results][0]).toContain('"inbound_transit",3,5');
  });

  it('takes racing copies of one push once', async () => {
    const parcel = await inbound();
    const body = push({ ...parcel, details: [label1, transit, out, done] });
    const answers = await Promise.all(Array.from({ length: 10 }, () => deliver(test, easypost, body)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(await eventsOf(parcel.shipment.id)).toHaveLength(4);
    expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'inbound_transit', version: 3 });
  });

  it('takes racing pushes and a transition of the center without a deadlock', async () => {
    const parcel = await inbound();
    const { version } = await ticket(parcel.ticketId);
    const receive = {
      action: 'device.receive',
      input: { serialUnreadable: true, accessories: [], condition: [{ area: 'screen', grade: 'used' }], powersOn: true, receivedBy: 'Lin' },
    };
    const options = { method: 'POST', url: `/v1/tickets/${parcel.ticketId}/transitions`, headers: { 'if-match': `"v${version}"` } } as const;
    const [received, ...pushed] = await Promise.all([
      test.call(test.keys.center, { ...options, payload: receive }),
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
    const body = push({ ...parcel, details: [label1, transit] });
    await deliver(test, easypost, body);
    await deliver(test, easypost, body);
    await deliver(test, easypost, push({ ...parcel, details: [label1, transit, { ...transit, at: '2026-11-20T11:00:00Z' }] }));
    expect((await told()).map(({ facts }) => facts)).toMatchObject([{ shipmentId: parcel.shipment.id, direction: 'inbound', status: 'in_transit' }]);
    await deliver(test, easypost, push({ ...parcel, details: [done] }));
    expect(await told()).toHaveLength(2);
  });
});

describe('a parcel nobody knows', () => {
  it('is parked, listed for the brand, and adopted by the shipment that comes', async () => {
    const one = waybill();
    const body = push({ waybill: one, details: [label1, transit, out] });
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

describe('the way home', () => {
  const atReady = async (): Promise<Parcel> => {
    const there = await inbound();
    await advance(there.ticketId, 'device.receive', {
      serialUnreadable: true,
      accessories: [],
      condition: [{ area: 'screen', grade: 'used' }],
      powersOn: true,
      receivedBy: 'Lin',
    });
    await advance(there.ticketId, 'diagnosis.start', { technician: 'Zhao' });
    await advance(there.ticketId, 'diagnosis.no_fault', { evidence: 'All tests pass' });
    const payload = { direction: 'outbound', ...label() };
    const response = await test.call(test.keys.center, { method: 'POST', url: `/v1/tickets/${there.ticketId}/shipments`, payload });
    expect(response.statusCode, response.body).toBe(201);
    return { ticketId: there.ticketId, shipment: response.json<ShipmentView>(), waybill: payload.waybill };
  };

  it('ships and delivers the ticket', async () => {
    const parcel = await atReady();
    await deliver(test, easypost, push({ ...parcel, details: [label1] }));
    expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'ready' });
    await deliver(test, easypost, push({ ...parcel, details: [label1, transit] }));
    expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'outbound_transit' });
    await deliver(test, easypost, push({ ...parcel, details: [label1, transit, out, done] }));
    expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'delivered' });
    expect(await read(parcel.shipment.id)).toMatchObject({ status: 'delivered', openBy: null });
  });

  it('does both steps where the delivery comes first', async () => {
    const parcel = await atReady();
    await deliver(test, easypost, push({ ...parcel, details: [label1, transit, out, done] }));
    expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'delivered' });
    const history = await test.call(test.keys.brand, { url: `/v1/tickets/${parcel.ticketId}/history` });
    const steps = history.json<{ data: { action: string; actor: { kind: string } }[] }>().data.slice(-2);
    expect(steps).toMatchObject([
      { action: 'shipment.dispatched', actor: { kind: 'system' } },
      { action: 'shipment.delivered', actor: { kind: 'system' } },
    ]);
  });

  it('leaves a parcel that comes back to the center, and is not told "delivered" by its return', async () => {
    const parcel = await atReady();
    await deliver(test, easypost, push({ ...parcel, details: [transit] }));
    const back = [transit, { status: 'return_to_sender', at: '2026-11-21T09:00:00Z' }, { status: 'delivered', at: '2026-11-22T09:00:00Z' }];
    await deliver(test, easypost, push({ ...parcel, details: back }));
    expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'outbound_transit' });
    expect(await read(parcel.shipment.id)).toMatchObject({ status: 'returned', deliveredAt: null });
  });

  it('keeps scans of a closed ticket and moves nothing', async () => {
    const parcel = await atReady();
    await deliver(test, easypost, push({ ...parcel, details: [transit, done] }));
    const settle = await test.call(test.adminKey, {
      method: 'POST',
      url: `/v1/tickets/${parcel.ticketId}/transitions`,
      headers: { 'glassbench-brand': test.brandId, 'if-match': `"v${(await ticket(parcel.ticketId)).version}"` },
      payload: { action: 'ticket.settle', input: {} },
    });
    expect(settle.statusCode, settle.body).toBe(200);
    const closed = await ticket(parcel.ticketId);
    expect(closed.status).toBe('closed');
    const late = await deliver(
      test,
      easypost,
      push({ ...parcel, details: [transit, done, { status: 'failure', at: '2026-11-22T00:00:00Z', detail: 'damaged' }] }),
    );
    expect(late.statusCode).toBe(200);
    expect(await eventsOf(parcel.shipment.id)).toHaveLength(3);
    expect(await ticket(parcel.ticketId)).toMatchObject({ status: 'closed', version: closed.version });
  });
});

describe('what is refused', () => {
  const events = async () => (await test.owner.selectFrom('tracking_events').select('id').execute()).length;

  it('answers 401 to a wrong, a missing and a foreign signature, and to an account that is not there, all alike', async () => {
    const parcel = await inbound();
    const body = push({ ...parcel, details: [transit] });
    const before = await events();
    const theirs = await account(test, other);
    const url = '/v1/carriers/easypost/events';
    const send = (query: string, headers: Record<string, string>, payload: Buffer = body) =>
      test.call(null, { method: 'POST', url: `${url}${query}`, headers: { 'content-type': 'application/json', ...headers }, payload });
    const signed = { 'x-hmac-signature': sign(body) };
    const answers = [
      await send(`?account=${easypost}`, {}),
      await send(`?account=${easypost}`, { 'x-hmac-signature': sign(body, 'another secret') }),
      await send(`?account=${easypost}`, signed, Buffer.concat([body, Buffer.from(' ')])),
      await send('?account=cra_01kazy3v7me8rtkd8cz5nq2w4x', signed),
      await send('?account=nonsense', signed),
      await send('', signed),
    ];
    for (const answer of answers) {
      expect(answer.json()).toMatchObject({ status: 401, code: 'signature_invalid', detail: answers[0]?.json<{ detail: string }>().detail });
      expect(answer.headers['content-type']).toContain('application/problem+json');
    }
    expect(await events()).toBe(before);
    // Another brand's account with the same secret signs for that brand only.
    expect((await send(`?account=${theirs}`, signed)).statusCode).toBe(202);
    expect(await read(parcel.shipment.id)).toMatchObject({ status: 'label_created' });
  });

  it('accepts no signed body with a bit turned', async () => {
    const body = push({ waybill: waybill(), details: [transit] });
    const headers = { 'x-hmac-signature': sign(body) };
    const before = await events();
    for (let at = 0; at < body.length; at += 37) {
      const turned = Buffer.from(body);
      turned[at] = (turned[at] ?? 0) ^ 4;
      expect((await deliver(test, easypost, turned, headers)).statusCode).toBe(401);
    }
    expect(await events()).toBe(before);
  });

  it.each([
    'not json',
    '',
    '[]',
    '{"description":"tracker.updated","result":{}}',
    '{"description":"tracker.updated","result":{"tracking_code":"A\\u0000"}}',
  ])('answers 400 to signed nonsense: %j', async (text) => {
    const before = await events();
    const response = await deliver(test, easypost, Buffer.from(text));
    expect(response.json()).toMatchObject({ status: 400, code: 'malformed_request' });
    expect(await events()).toBe(before);
  });

  it('takes the bytes whatever their content type says', async () => {
    const parcel = await inbound();
    const body = push({ ...parcel, details: [transit] });
    expect((await deliver(test, easypost, body, { 'content-type': 'text/weird' })).statusCode).toBe(200);
  });

  it('acknowledges what is not about a tracker', async () => {
    const response = await deliver(test, easypost, Buffer.from('{"description":"batch.created","result":{"object":"Batch"}}'));
    expect(response.statusCode).toBe(200);
  });

  it('answers 404 to an unknown carrier and 413 to a body without end', async () => {
    const body = push({ waybill: waybill(), details: [transit] });
    const unknown = await test.call(null, {
      method: 'POST',
      url: `/v1/carriers/pigeon/events?account=${easypost}`,
      payload: body,
      headers: { 'x-hmac-signature': sign(body) },
    });
    expect(unknown.json()).toMatchObject({ status: 404, code: 'not_found' });
    const large = await deliver(test, easypost, Buffer.alloc(600_000, ' '));
    expect(large.json()).toMatchObject({ status: 413, code: 'body_too_large' });
  });

  it('takes a history of a thousand scans in one push', async () => {
    const parcel = await inbound();
    const details = Array.from({ length: 1_000 }, (_, n) => ({ ...transit, at: new Date(Date.UTC(2026, 9, 1) + n * 60_000).toISOString() }));
    const response = await deliver(test, easypost, push({ ...parcel, details }));
    expect(response.statusCode, response.body).toBe(200);
    expect(await eventsOf(parcel.shipment.id)).toHaveLength(100);
    expect(await read(parcel.shipment.id)).toMatchObject({ status: 'in_transit', statusAt: details.at(-1)?.at });
  });
});

describe('carrier accounts', () => {
  const payload = { carrier: 'easypost', name: 'EasyPost', webhookSecret: 'a secret of the brand' };
  const register = (key: string, body: object = payload, headers: Record<string, string> = {}) =>
    test.call(key, { method: 'POST', url: '/v1/carrier-accounts', payload: body, headers });

  it('are made by brands and admins, and never show their secret', async () => {
    const brand = await test.addBrand();
    const mine = await register(brand.keys.brand);
    expect(mine.statusCode, mine.body).toBe(201);
    const { id } = mine.json<{ id: string }>();
    expect(mine.json()).toMatchObject({ carrier: 'easypost', name: 'EasyPost', webhookPath: `/v1/carriers/easypost/events?account=${id}` });
    expect((await register(test.adminKey, payload, { 'glassbench-brand': brand.brandId })).statusCode).toBe(201);
    const list = await test.call(brand.keys.brand, { url: '/v1/carrier-accounts?limit=1' });
    expect(list.json()).toMatchObject({ data: [{ id }], hasMore: true });
    expect(list.body + mine.body).not.toContain(payload.webhookSecret);
    const row = await test.owner.selectFrom('carrier_accounts').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    expect(row.sealed_secret.includes(payload.webhookSecret)).toBe(false);
    expect((await test.call(other.keys.brand, { url: '/v1/carrier-accounts' })).body).not.toContain(id);
    const body = push({ waybill: waybill(), details: [transit] });
    expect((await deliver(test, id, body, { 'x-hmac-signature': sign(body, payload.webhookSecret) })).statusCode).toBe(202);
  });

  it('answer 400, 401, 403, 404 as documented', async () => {
    const bad = [
      { ...payload, carrier: 'pigeon' },
      { ...payload, webhookSecret: 'short' },
      { ...payload, webhookSecret: 'x'.repeat(257) },
      { ...payload, name: 'a\0' },
      { ...payload, x: 1 },
    ];
    for (const body of bad) expect((await register(test.keys.brand, body)).json()).toMatchObject({ status: 400, code: 'validation_failed' });
    expect((await test.call(null, { method: 'POST', url: '/v1/carrier-accounts', payload })).statusCode).toBe(401);
    for (const key of [test.keys.center, test.keys.courier]) {
      expect((await register(key)).json()).toMatchObject({ status: 403, code: 'scope_missing' });
      expect((await test.call(key, { url: '/v1/carrier-accounts' })).statusCode).toBe(403);
    }
    expect((await register(test.adminKey, payload, { 'glassbench-brand': 'brd_01kazy3v7me8rtkd8cz5nq2w4x' })).statusCode).toBe(404);
    expect((await test.call(test.keys.brand, { url: '/v1/carrier-accounts?cursor=zzz' })).json()).toMatchObject({
      status: 400,
      code: 'cursor_invalid',
    });
  });
});
