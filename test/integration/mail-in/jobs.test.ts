// Mail-in jobs over HTTP: what a courier books, and who sees it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MailInJobView } from '#mail-in/mail-in-job.ts';
import { startApp, type TestApp, type TestBrand, unique } from '../../support/app.ts';
import { intake, job, label, waybill } from '../../support/mail-in.ts';

let test: TestApp;
let other: TestBrand;

beforeAll(async () => {
  test = await startApp();
  other = await test.addBrand();
});
afterAll(() => test.close());

const book = (payload: object, key = test.keys.courier, headers: Record<string, string> = {}) =>
  test.call(key, { method: 'POST', url: '/v1/mail-in-jobs', payload, headers });

const booked = async (more: object = {}, key = test.keys.courier): Promise<MailInJobView> => {
  const response = await book(job(test, more), key);
  expect(response.statusCode, response.body).toBe(201);
  return response.json<MailInJobView>();
};

describe('POST /v1/mail-in-jobs', () => {
  it('only registers without a label', async () => {
    const response = await book(job(test, { externalRef: 'CO-1' }));
    expect(response.statusCode).toBe(201);
    const view = response.json<MailInJobView>();
    expect(view).toMatchObject({
      status: 'created',
      version: 1,
      shipment: null,
      centerId: test.centerId,
      externalRef: 'CO-1',
      lookupPath: '/v1/lookup',
    });
    expect(response.headers).toMatchObject({ etag: '"v1"', location: `/v1/mail-in-jobs/${view.ticketId}` });
  });

  it('registers the parcel too with a label, and waits for consent', async () => {
    const view = await booked({ label: label() });
    expect(view).toMatchObject({ status: 'created', version: 1, shipment: { direction: 'inbound', status: 'label_created', payer: 'brand' } });
  });

  it('waits for the device with a label and consent', async () => {
    const full = {
      ...label(),
      labelUrl: 'https://labels.example.com/1.pdf',
      labelExpiresAt: '2026-12-22T00:00:00Z',
      pickupFrom: '2026-11-22T10:00:00+08:00',
      pickupTo: '2026-11-22T12:00:00+08:00',
      declaredValue: { amount: 399900, currency: 'CNY' },
    };
    const view = await booked({ label: full, intake });
    expect(view).toMatchObject({
      status: 'awaiting_device',
      version: 2,
      shipment: {
        waybill: full.waybill,
        labelUrl: full.labelUrl,
        labelExpiresAt: '2026-12-22T00:00:00.000Z',
        pickupFrom: '2026-11-22T02:00:00.000Z',
        pickupTo: '2026-11-22T04:00:00.000Z',
        declaredValue: full.declaredValue,
        eta: null,
        openBy: null,
      },
    });
    const events = await test.owner.selectFrom('ticket_events').select('action').where('ticket_id', '=', view.ticketId).orderBy('seq').execute();
    expect(events.map(({ action }) => action)).toEqual(['ticket.create', 'intake.open']);
  });

  it('is the same job when the call is repeated', async () => {
    const payload = job(test, { label: label(), intake });
    const headers = { 'idempotency-key': unique('again') };
    const first = await book(payload, test.keys.courier, headers);
    const second = await book(payload, test.keys.courier, headers);
    expect(second.statusCode).toBe(201);
    expect(second.body).toBe(first.body);
    expect(second.headers['idempotency-replayed']).toBe('true');
    const third = await book({ ...payload, faultReported: 'Something else' }, test.keys.courier, headers);
    expect(third.json()).toMatchObject({ status: 422, code: 'idempotency_mismatch' });
  });

  it('is the same job when the call is repeated 20 times at once', async () => {
    const payload = job(test, { label: label(), intake });
    const headers = { 'idempotency-key': unique('storm') };
    const answers = await Promise.all(Array.from({ length: 20 }, () => book(payload, test.keys.courier, headers)));
    for (const answer of answers) expect([201, 409]).toContain(answer.statusCode);
    const made = answers.filter(({ statusCode }) => statusCode === 201);
    expect(new Set(made.map(({ body }) => body)).size).toBe(1);
    const shipments = await test.owner.selectFrom('shipments').select('id').where('waybill', '=', payload.label.waybill).execute();
    expect(shipments).toHaveLength(1);
  });

  it('refuses a second open ticket of a device, and a waybill that is taken, leaving nothing behind', async () => {
    const taken = label();
    const first = job(test, { label: taken });
    expect((await book(first)).statusCode).toBe(201);
    expect((await book({ ...job(test), device: first.device })).json()).toMatchObject({ status: 409, code: 'open_ticket_exists' });
    const second = job(test, { label: taken, externalRef: unique('ref') });
    expect((await book(second)).json()).toMatchObject({ status: 409, code: 'already_exists' });
    const left = await test.owner.selectFrom('tickets').select('id').where('external_ref', '=', second.externalRef).execute();
    expect(left).toHaveLength(0);
  });

  it('lets one of two racing jobs have a waybill', async () => {
    const one = label();
    const answers = await Promise.all([
      book(job(test, { label: one, intake })),
      book(job(test, { label: one, intake })),
      book(job(test, { label: one })),
    ]);
    expect(answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
  });

  it('keeps the same waybill of two brands apart', async () => {
    const one = label();
    expect((await book(job(test, { label: one }))).statusCode).toBe(201);
    expect((await book(job(other, { label: one }), other.keys.courier)).statusCode).toBe(201);
  });

  it('takes centers and brands too', async () => {
    expect(await booked({ centerId: undefined }, test.keys.center)).toMatchObject({ centerId: test.centerId });
    expect(await booked({}, test.keys.brand)).toMatchObject({ centerId: test.centerId });
  });

  it.each([
    ['no center', { centerId: undefined }],
    ['a center of another brand', { centerId: 'ctr_01kazy3v7me8rtkd8cz5nq2w4x' }],
    ['consent without a label', { intake }],
    ['a channel', { channel: 'mail_in' }],
    ['an unknown field', { surprise: 1 }],
    ['a serial of 201 characters', { device: { kind: 'phone', serial: 'S'.repeat(201) } }],
    ['NUL in the fault', { faultReported: 'dark\0' }],
    ['a lone surrogate in the fault', { faultReported: 'dark \ud800' }],
    ['a waybill of 65 characters', { label: { carrier: 'easypost', waybill: 'X'.repeat(65), payer: 'brand' } }],
    ['a waybill with NUL', { label: { carrier: 'easypost', waybill: 'X\0', payer: 'brand' } }],
    ['a value beyond int4', { label: { carrier: 'easypost', waybill: 'X1', payer: 'brand', declaredValue: { amount: 2 ** 31, currency: 'CNY' } } }],
    ['a slot that ends before it begins', { label: { ...label(), pickupFrom: '2026-11-22T10:00:00Z', pickupTo: '2026-11-22T09:00:00Z' } }],
  ])('answers 400 to %s', async (_what, more) => {
    const response = await book(job(test, more));
    expect(response.json()).toMatchObject({ status: 400, code: 'validation_failed' });
    expect(response.headers['content-type']).toContain('application/problem+json');
  });

  it('answers 400 without an Idempotency-Key', async () => {
    const response = await test.app.inject({
      method: 'POST',
      url: '/v1/mail-in-jobs',
      headers: { authorization: `Bearer ${test.keys.courier}` },
      payload: job(test),
    });
    expect(response.json()).toMatchObject({ status: 400, code: 'idempotency_key_missing' });
  });

  it('answers 401 without a key, 403 without the scope', async () => {
    expect((await test.call(null, { method: 'POST', url: '/v1/mail-in-jobs', payload: job(test) })).json()).toMatchObject({
      status: 401,
      code: 'unauthorized',
    });
    const narrow = await test.addKey({ kind: 'courier', brandId: test.brandId, scopes: ['shipments:read'] });
    expect((await book(job(test), narrow.text)).json()).toMatchObject({ status: 403, code: 'scope_missing' });
    expect((await book(job(test), test.adminKey)).json()).toMatchObject({ status: 403, code: 'scope_missing' });
  });

  it('answers 413 and 415', async () => {
    const large = JSON.stringify(job(test, { faultReported: 'x'.repeat(70_000) }));
    expect(
      (
        await test.call(test.keys.courier, {
          method: 'POST',
          url: '/v1/mail-in-jobs',
          headers: { 'content-type': 'application/json' },
          payload: large,
        })
      ).json(),
    ).toMatchObject({ status: 413 });
    const xml = { method: 'POST', url: '/v1/mail-in-jobs', headers: { 'content-type': 'application/xml' }, payload: '<job/>' } as const;
    expect((await test.call(test.keys.courier, xml)).json()).toMatchObject({ status: 415, code: 'unsupported_media_type' });
  });
});

describe('GET /v1/mail-in-jobs', () => {
  const read = (ticketId: string, key: string) => test.call(key, { url: `/v1/mail-in-jobs/${ticketId}` });

  it('shows a courier its own jobs only', async () => {
    const rival = (await test.addKey({ kind: 'courier', brandId: test.brandId })).text;
    const mine = await booked({ label: label() });
    expect((await read(mine.ticketId, test.keys.courier)).json()).toEqual(mine);
    expect((await read(mine.ticketId, test.keys.courier)).headers.etag).toBe('"v1"');
    expect((await read(mine.ticketId, test.keys.center)).json()).toEqual(mine);
    expect((await read(mine.ticketId, test.keys.brand)).json()).toEqual(mine);
    expect((await read(mine.ticketId, rival)).json()).toMatchObject({ status: 404, code: 'not_found' });
    const list = await test.call(rival, { url: '/v1/mail-in-jobs' });
    expect(list.json()).toEqual({ data: [], hasMore: false, nextCursor: null });
  });

  it('answers 404 to another brand and to another center', async () => {
    const mine = await booked();
    for (const key of Object.values(other.keys)) expect((await read(mine.ticketId, key)).json()).toMatchObject({ status: 404 });
    expect((await read('tkt_01kazy3v7me8rtkd8cz5nq2w4x', test.keys.brand)).json()).toMatchObject({ status: 404 });
  });

  it('does not show a walk-in ticket as a job', async () => {
    const payload = job(test, { channel: 'walk_in' });
    const ticket = await test.call(test.keys.center, { method: 'POST', url: '/v1/tickets', payload });
    expect(ticket.statusCode, ticket.body).toBe(201);
    expect((await read(ticket.json<{ id: string }>().id, test.keys.center)).json()).toMatchObject({ status: 404 });
  });

  it('pages last changed first, by status, and signs its cursors', async () => {
    const brand = await test.addBrand();
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const response = await book(job(brand, n === 0 ? {} : { label: label(), intake }), brand.keys.courier);
      made.unshift(response.json<MailInJobView>().ticketId);
    }
    const seen: string[] = [];
    let url: string | undefined = '/v1/mail-in-jobs?limit=2';
    while (url !== undefined) {
      const response = await test.call(brand.keys.courier, { url });
      expect(response.statusCode, response.body).toBe(200);
      const page = response.json<{ data: MailInJobView[]; nextCursor: string | null }>();
      seen.push(...page.data.map(({ ticketId }) => ticketId));
      if (page.nextCursor === null) break;
      expect(response.headers.link).toContain('rel="next"');
      url = `/v1/mail-in-jobs?limit=2&cursor=${page.nextCursor}`;
      expect((await test.call(other.keys.courier, { url })).json()).toMatchObject({ status: 400, code: 'cursor_invalid' });
      expect((await test.call(brand.keys.brand, { url })).json()).toMatchObject({ status: 400, code: 'cursor_invalid' });
    }
    expect(seen).toEqual(made);
    const waiting = await test.call(brand.keys.brand, { url: '/v1/mail-in-jobs?status=awaiting_device' });
    expect(waiting.json<{ data: unknown[] }>().data).toHaveLength(4);
  });

  it.each(['limit=0', 'limit=101', 'status=gone', 'cursor=nonsense', 'surprise=1'])('answers 400 to ?%s', async (query) => {
    expect((await test.call(test.keys.brand, { url: `/v1/mail-in-jobs?${query}` })).statusCode).toBe(400);
  });

  it('answers 400 to what is no id, 401 and 403 to who may not', async () => {
    expect((await read('tkt_1', test.keys.brand)).statusCode).toBe(400);
    expect((await test.call(null, { url: '/v1/mail-in-jobs' })).statusCode).toBe(401);
    const narrow = await test.addKey({ kind: 'courier', brandId: test.brandId, scopes: ['jobs:write'] });
    expect((await test.call(narrow.text, { url: '/v1/mail-in-jobs' })).statusCode).toBe(403);
    expect((await read('tkt_01kazy3v7me8rtkd8cz5nq2w4x', narrow.text)).statusCode).toBe(403);
  });

  it('shows an admin the brand it names', async () => {
    const mine = await booked({ label: label(waybill()) });
    const named = { url: `/v1/mail-in-jobs/${mine.ticketId}`, headers: { 'glassbench-brand': test.brandId } };
    expect((await test.call(test.adminKey, named)).json()).toEqual(mine);
    expect((await test.call(test.adminKey, { ...named, headers: { 'glassbench-brand': other.brandId } })).statusCode).toBe(404);
  });
});
