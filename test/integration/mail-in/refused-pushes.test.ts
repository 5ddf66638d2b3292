// Pushes that are not signed, not readable or without end: a clear answer, nothing changed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp, type TestBrand } from '../../support/app.ts';
import { account, deliver, parcelsOf, push, scans, sign, waybill } from '../../support/mail-in.ts';

let test: TestApp;
let other: TestBrand;
let easypost: string;
let eventsOf: ReturnType<typeof parcelsOf>['eventsOf'];
let inbound: ReturnType<typeof parcelsOf>['inbound'];
let read: ReturnType<typeof parcelsOf>['read'];
const { transit } = scans;

beforeAll(async () => {
  test = await startApp();
  other = await test.addBrand();
  easypost = await account(test);
  ({ eventsOf, inbound, read } = parcelsOf(test));
});
afterAll(() => test.close());

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

  it('answers 415 to a signed push of another content type, and takes the charset of its own', async () => {
    const parcel = await inbound();
    const body = push({ ...parcel, details: [transit] });
    for (const type of ['text/weird', 'application/x-www-form-urlencoded', 'application/xml']) {
      const refused = await deliver(test, easypost, body, { 'content-type': type });
      expect(refused.json()).toMatchObject({ status: 415, code: 'unsupported_media_type', detail: expect.stringContaining('application/json') });
    }
    expect(await eventsOf(parcel.shipment.id)).toHaveLength(0);
    expect((await deliver(test, easypost, body, { 'content-type': 'Application/JSON; charset=UTF-8' })).statusCode).toBe(200);
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
    const large = await deliver(test, easypost, Buffer.alloc(1_100_000, ' '));
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
