// Receipts of providers over HTTP: what they make of a delivery, once, and what strangers are told.
import { setTimeout } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '#platform/id.ts';
import { metrics } from '#platform/metrics.ts';
import { startWork } from '#work.ts';
import { aTicket } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { eventually, type Outgoing, openOutgoing } from '../../support/outgoing.ts';
import { TWILIO, twilioReceipt } from '../../support/providers/twilio.ts';
import { WECHAT, wechatEvent, wechatProof } from '../../support/providers/wechat.ts';

const TOKEN = 'for-tests-only-and-long-enough';
let out: Outgoing;
let app: TestApp;
beforeAll(async () => {
  out = await openOutgoing({
    PUBLIC_URL: 'https://repair.example',
    TWILIO_ACCOUNT_SID: TWILIO.account,
    TWILIO_AUTH_TOKEN: TWILIO.token,
    TWILIO_FROM: TWILIO.from,
    ALIYUN_RECEIPTS_TOKEN: TOKEN,
    WECHAT_TOKEN: WECHAT.token,
  });
  app = out.app;
});
afterAll(() => out.close());

/** A message that a provider has taken; answers its id. */
async function sent(channel: 'sms' | 'wechat', providerId: string | null, brandId = app.brandId): Promise<string> {
  const id = newId('message');
  const subject = newId('ticket');
  await sql`
    with lane as (
      insert into lanes (brand_id, subject, recipient, state, tail) values (${brandId}, ${subject}, 'phone:con_1', 'idle', 1) returning id
    )
    insert into outbox (brand_id, lane_id, subject, recipient, channel, message, facts, message_id, state, created_at, provider_id)
    select ${brandId}, id, ${subject}, 'phone:con_1', ${channel}, 'received', '{}', ${id}, 'sent', now(), ${providerId} from lane`.execute(app.owner);
  return id;
}

const receiptOf = async (id: string): Promise<unknown> =>
  (await app.call(app.keys.brand, { method: 'GET', url: `/v1/deliveries/${id}` })).json().receipt;

const said = async (provider: string, what: string): Promise<number> => {
  const { values } = (await metrics.getSingleMetric('glassbench_receipts_total')?.get()) ?? { values: [] };
  return values.find(({ labels }) => labels['provider'] === provider && labels['said'] === what)?.value ?? 0;
};

const byTwilio = (id: string, form: Record<string, string>, token = TWILIO.token) => {
  const url = `/v1/receipts/twilio?message=${id}`;
  return app.app.inject({ url, ...twilioReceipt(`https://repair.example${url}`, { MessageSid: `SM${'a'.repeat(32)}`, ...form }, token) });
};
const byAliyun = (reports: unknown, token = TOKEN) =>
  app.app.inject({
    method: 'POST',
    url: `/v1/receipts/aliyun?token=${token}`,
    headers: { 'content-type': 'application/json;charset=UTF-8' },
    payload: typeof reports === 'string' ? reports : JSON.stringify(reports),
  });
const byWechat = (msgId: string, status: string, proof = wechatProof()) =>
  app.app.inject({
    method: 'POST',
    url: `/v1/receipts/wechat?${proof}`,
    headers: { 'content-type': 'text/xml' },
    payload: wechatEvent(msgId, status),
  });

let counter = 0;
beforeEach(() => {
  counter += 1;
});
const wechatId = (): string => `34875424693556${18_000 + counter}`;

test('twilio: undelivered, then delivered after all; what has arrived stays arrived', async () => {
  const id = await sent('sms', null);
  expect(await receiptOf(id)).toBeNull();
  expect((await byTwilio(id, { MessageStatus: 'sent' })).statusCode).toBe(200);
  expect(await receiptOf(id)).toBeNull();
  await byTwilio(id, { MessageStatus: 'undelivered', ErrorCode: '30003' });
  expect(await receiptOf(id)).toEqual({ outcome: 'failed', reason: 'twilio_30003', at: expect.any(String) });
  const answer = await byTwilio(id, { MessageStatus: 'delivered' });
  expect([answer.statusCode, answer.headers['content-type'], answer.body]).toEqual([200, 'application/json; charset=utf-8', '{}']);
  await byTwilio(id, { MessageStatus: 'undelivered', ErrorCode: '30003' });
  expect(await receiptOf(id)).toEqual({ outcome: 'delivered', reason: null, at: expect.any(String) });
});

test('the same receipt again changes nothing and is counted as such', async () => {
  const id = await sent('sms', null);
  await byTwilio(id, { MessageStatus: 'delivered' });
  const first = await receiptOf(id);
  const repeated = await said('twilio', 'repeated');
  await byTwilio(id, { MessageStatus: 'delivered' });
  expect(await receiptOf(id)).toEqual(first);
  expect(await said('twilio', 'repeated')).toBe(repeated + 1);
});

test('aliyun: a push of many, for any brand; those of nobody are thanked for and counted', async () => {
  const other = await app.addBrand();
  const [one, two] = [await sent('sms', '9006^0'), await sent('sms', '9007^0', other.brandId)];
  const unknown = await said('aliyun', 'unknown');
  const answer = await byAliyun([
    { success: true, err_code: 'DELIVERED', out_id: one, biz_id: '9006^0' },
    { success: false, err_code: 'MOBILE_IN_BLACK', biz_id: '9007^0' },
    { success: true, out_id: newId('message') },
  ]);
  expect([answer.statusCode, answer.json()]).toEqual([200, { code: 0, msg: '接收成功' }]);
  expect(await receiptOf(one)).toMatchObject({ outcome: 'delivered' });
  const theirs = await app.call(other.keys.brand, { method: 'GET', url: `/v1/deliveries/${two}` });
  expect(theirs.json().receipt).toMatchObject({ outcome: 'failed', reason: 'MOBILE_IN_BLACK' });
  expect(await said('aliyun', 'unknown')).toBe(unknown + 1);
  const { receipt_stop: stop } = await app.owner.selectFrom('outbox').select('receipt_stop').where('message_id', '=', two).executeTakeFirstOrThrow();
  expect(stop).toBe('unsubscribed');
});

test('what the provider calls a message is kept with it when it is sent', async () => {
  const { id: ticketId } = await aTicket(app, { contact: { email: 'fang@example.com' } });
  const work = await startWork(app.services);
  await eventually(async () => {
    const row = await app.owner
      .selectFrom('outbox')
      .select(['state', 'message_id', 'provider_id'])
      .where('subject', '=', ticketId)
      .executeTakeFirst();
    expect(row).toMatchObject({ state: 'sent', provider_id: row?.message_id });
  });
  await work.close();
});

test('a push full of messages that nobody knows is answered in time', async () => {
  const unknown = await said('aliyun', 'unknown');
  const began = performance.now();
  const answer = await byAliyun(Array.from({ length: 300 }, (_, at) => ({ success: true, biz_id: `none-${at}^0` })));
  expect([answer.statusCode, performance.now() - began < 30_000]).toEqual([200, true]);
  expect(await said('aliyun', 'unknown')).toBe(unknown + 300);
});

test('wechat: found by its own id, also when it is faster than our own note of it', async () => {
  const id = await sent('wechat', null);
  const early = byWechat(wechatId(), 'failed:user block');
  await app.owner.updateTable('outbox').set({ provider_id: wechatId() }).where('message_id', '=', id).execute();
  const answer = await early;
  expect([answer.statusCode, answer.headers['content-type'], answer.body]).toEqual([200, 'text/plain; charset=utf-8', 'success']);
  expect(await receiptOf(id)).toMatchObject({ outcome: 'failed', reason: 'user_block' });
});

/** A text of a kind that is mailed where it does not arrive; its first try as the ledger has it. */
async function tried(outcome: 'retry' | null, rendered: object | null): Promise<string> {
  const id = await sent('sms', null);
  await sql`
    with due as (
      update outbox set state = 'pending', message = 'shipped', attempts = 1, rendered = ${rendered === null ? null : JSON.stringify(rendered)}::jsonb
       where message_id = ${id} returning brand_id, id
    )
    insert into delivery_attempts (brand_id, outbox_id, attempt, started_at, finished_at, outcome)
    select brand_id, id, 1, now(), case when ${outcome}::text is not null then now() end, ${outcome} from due`.execute(app.owner);
  return id;
}
const texted = { way: 'sms', to: '+86138****0000', address: 'AAAA' };
const passedOn = (id: string) =>
  app.owner.selectFrom('outbox').select(['state', 'given_up as givenUp', 'receipt']).where('message_id', '=', id).executeTakeFirstOrThrow();

test('a failure of the try before does not hide that of the one that was sent: the message goes on by its next way', async () => {
  const id = await tried('retry', texted);
  await byTwilio(id, { MessageStatus: 'undelivered', ErrorCode: '30003' });
  expect(await passedOn(id)).toEqual({ state: 'pending', givenUp: [], receipt: 'failed' });
  await sql`update outbox set state = 'sent', attempts = 2, finished_at = clock_timestamp() where message_id = ${id}`.execute(app.owner);
  await byTwilio(id, { MessageStatus: 'undelivered', ErrorCode: '30003' });
  expect(await passedOn(id)).toEqual({ state: 'pending', givenUp: ['sms'], receipt: 'failed' });
});

test('a failure that is reported before our own note of where it went is waited for, too', async () => {
  const id = await tried(null, null);
  const early = byTwilio(id, { MessageStatus: 'undelivered', ErrorCode: '30003' });
  await setTimeout(100);
  await sql`
    with ended as (update delivery_attempts set finished_at = now(), outcome = 'sent' where outbox_id = (select id from outbox where message_id = ${id}))
    update outbox set state = 'sent', finished_at = clock_timestamp(), rendered = ${JSON.stringify(texted)}::jsonb where message_id = ${id}`.execute(
    app.owner,
  );
  expect((await early).statusCode).toBe(200);
  expect(await passedOn(id)).toEqual({ state: 'pending', givenUp: ['sms'], receipt: 'failed' });
});

test('a failure of a try whose worker has died is written down all the same', async () => {
  const id = await tried(null, null);
  await byTwilio(id, { MessageStatus: 'undelivered', ErrorCode: '30003' });
  expect(await passedOn(id)).toMatchObject({ receipt: 'failed' });
});

test('wechat asks first whether the address is ours', async () => {
  const ask = (proof: string) => app.app.inject({ method: 'GET', url: `/v1/receipts/wechat?${proof}` });
  const answer = await ask(wechatProof({ echostr: '5837397576500011341' }));
  expect([answer.statusCode, answer.headers['content-type'], answer.body]).toEqual([200, 'text/plain; charset=utf-8', '5837397576500011341']);
  expect((await ask(wechatProof({ echostr: '1' }, 'another'))).statusCode).toBe(401);
  expect((await app.app.inject({ method: 'GET', url: `/v1/receipts/aliyun?token=${TOKEN}` })).statusCode).toBe(404);
});

test('who proves nothing is told nothing, and nothing changes', async () => {
  const id = await sent('sms', wechatId());
  const answers = await Promise.all([
    byTwilio(id, { MessageStatus: 'delivered' }, 'another-token'),
    byAliyun([{ success: true, out_id: id }], 'not-the-token-that-was-agreed'),
    byWechat(wechatId(), 'success', wechatProof({}, 'another')),
  ]);
  expect(answers.map((answer) => [answer.statusCode, answer.json().code])).toEqual(Array.from({ length: 3 }, () => [401, 'signature_invalid']));
  expect(await receiptOf(id)).toBeNull();
});

test('what cannot be read says why; a provider that is not set up is not known', async () => {
  expect((await byAliyun('{"success":true}')).json()).toMatchObject({ status: 400, code: 'malformed_request' });
  const xml = { method: 'POST' as const, url: `/v1/receipts/wechat?${wechatProof()}`, headers: { 'content-type': 'text/xml' } };
  expect((await app.app.inject({ ...xml, payload: '<!DOCTYPE x><xml></xml>' })).json()).toMatchObject({ status: 400, code: 'malformed_request' });
  expect((await app.app.inject({ ...xml, url: xml.url.replace('wechat', 'pigeon'), payload: 'x' })).statusCode).toBe(404);
  const bare = await startApp();
  expect((await bare.app.inject({ method: 'POST', url: `/v1/receipts/aliyun?token=${TOKEN}`, payload: '[]' })).statusCode).toBe(404);
  await bare.close();
});
