// From a step to a telephone and back: the provider takes the message, reports what became of it, and what did not arrive goes by the next way, once.
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { templates } from '#notifications/short-templates.ts';
import { migrateQueue } from '#platform/queue.ts';
import type { TicketView } from '#tickets/ticket.ts';
import { startWork, type Work } from '#work.ts';
import { advanced, aTicket } from '../../support/a-ticket.ts';
import { startApp, type TestApp, unique } from '../../support/app.ts';
import { movingTime } from '../../support/moving-time.ts';
import { eventually } from '../../support/outgoing.ts';
import { ALIYUN, startAliyun } from '../../support/providers/aliyun.ts';
import type { Provider } from '../../support/providers/provider.ts';
import { formOf, startTwilio, TWILIO, twilioReceipt } from '../../support/providers/twilio.ts';
import { startWechat, WECHAT, type WechatStandIn, wechatEvent, wechatProof } from '../../support/providers/wechat.ts';
import { type OwnRedis, queueBackends, startRedis } from '../../support/queue-backends.ts';

const places = { code: 'character_string1', status: 'phrase2', date: 'time3', text: 'thing4' };
const notes = { progress: { id: 'tmpl-1', ...places }, action: { id: 'tmpl-2', ...places }, quote: { id: 'tmpl-3', ...places, amount: 'amount5' } };
const PUBLIC_URL = 'https://repair.example';
const ALIYUN_TOKEN = 'for-tests-only-and-long-enough';
const codes = Object.fromEntries(Object.keys(templates).map((name, at) => [name, `SMS_10${at}`]));

/** A provider of texts, as this suite sees it. */
interface Texts {
  start(): Promise<Provider>;
  settings(url: string): Record<string, string>;
  /** The numbers that were written to, without their prefix. */
  to(provider: Provider): string[];
  report(app: TestApp, messageId: string, arrived: boolean): Promise<number>;
}

const providers: Record<'twilio' | 'aliyun', Texts> = {
  twilio: {
    start: startTwilio,
    settings: (url) => ({ TWILIO_ACCOUNT_SID: TWILIO.account, TWILIO_AUTH_TOKEN: TWILIO.token, TWILIO_FROM: TWILIO.from, TWILIO_URL: url }),
    to: ({ asked }) => asked.map((one) => formOf(one)['To']?.slice(3) ?? ''),
    async report(app, messageId, arrived) {
      const url = `/v1/receipts/twilio?message=${messageId}`;
      const form = arrived ? { MessageStatus: 'delivered' } : { MessageStatus: 'undelivered', ErrorCode: '30003' };
      return (await app.app.inject({ url, ...twilioReceipt(`${PUBLIC_URL}${url}`, { MessageSid: `SM${'a'.repeat(32)}`, ...form }) })).statusCode;
    },
  },
  aliyun: {
    start: startAliyun,
    settings: (url) => ({
      ALIYUN_ACCESS_KEY_ID: ALIYUN.keyId,
      ALIYUN_ACCESS_KEY_SECRET: ALIYUN.secret,
      ALIYUN_SMS_TEMPLATES: JSON.stringify(codes),
      ALIYUN_SMS_URL: url,
      ALIYUN_RECEIPTS_TOKEN: ALIYUN_TOKEN,
    }),
    to: ({ asked }) => asked.map(({ query }) => query.get('PhoneNumbers') ?? ''),
    async report(app, messageId, arrived) {
      const payload = JSON.stringify([{ success: arrived, err_code: arrived ? 'DELIVERED' : 'MOBILE_NOT_ON_SERVICE', out_id: messageId }]);
      const headers = { 'content-type': 'application/json' };
      return (await app.app.inject({ method: 'POST', url: `/v1/receipts/aliyun?token=${ALIYUN_TOKEN}`, headers, payload })).statusCode;
    },
  },
};

interface Row {
  state: string;
  by: string | null;
  givenUp: string[];
  receipt: string | null;
  messageId: string;
  providerId: string | null;
}

const cases = queueBackends().flatMap((backend) => (['twilio', 'aliyun'] as const).map((texts) => ({ backend, texts })));

describe.each(cases)('texts by $texts, queue on $backend', ({ backend, texts }) => {
  const { start, settings, to, report } = providers[texts];
  let redis: OwnRedis | undefined;
  let provider: Provider;
  let wechat: WechatStandIn;
  let app: TestApp;
  let work: Work;
  let people = 0;

  beforeAll(async () => {
    if (backend === 'redis') redis = await startRedis();
    [provider, wechat] = [await start(), await startWechat()];
    const env = {
      PUBLIC_URL,
      SMS_SIGNATURE: ALIYUN.signature,
      ...settings(provider.url),
      WECHAT_APP_ID: WECHAT.appId,
      WECHAT_APP_SECRET: WECHAT.secret,
      WECHAT_TOKEN: WECHAT.token,
      WECHAT_TEMPLATES: JSON.stringify(notes),
      WECHAT_URL: wechat.url,
      ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
    };
    // Ten in the morning in Shanghai: telephones may ring.
    app = await startApp(env, { clock: movingTime().clock });
    await migrateQueue(app.databaseUrl);
    work = await startWork(app.services);
  });
  afterAll(async () => {
    await work?.close();
    await app?.close();
    await Promise.all([provider?.close(), wechat?.close(), redis?.stop()]);
  });

  const someone = () => {
    people += 1;
    return { number: `138${10_000_000 + people}`, openid: `oX1a-${people}-abcdef`, email: `${unique('f')}@example.com` };
  };
  const open = (contact: object): Promise<TicketView> => aTicket(app, { contact: { name: 'Wang Fang', locale: 'zh-CN', ...contact } });
  const row = async (ticketId: string, message: string, who = 'phone'): Promise<Row | undefined> =>
    (
      await sql<Row>`
        select state, rendered->>'by' as by, given_up as "givenUp", receipt, message_id as "messageId", provider_id as "providerId"
          from outbox where subject = ${ticketId} and message = ${message} and starts_with(recipient, ${who})`.execute(app.owner)
    ).rows[0];
  const settled = (ticketId: string, message: string, expected: Partial<Row>, who = 'phone'): Promise<void> =>
    eventually(async () => expect(await row(ticketId, message, who)).toMatchObject(expected));
  const byWechat = async (msgId: string, status: string): Promise<number> => {
    const url = `/v1/receipts/wechat?${wechatProof()}`;
    const call = { method: 'POST', url, headers: { 'content-type': 'text/xml' }, payload: wechatEvent(msgId, status) } as const;
    return (await app.app.inject(call)).statusCode;
  };
  /** The note has been taken; WeChat's own number of it. */
  const noted = async (ticketId: string, message: string): Promise<string> => {
    await settled(ticketId, message, { state: 'sent', by: 'wechat' });
    return (await row(ticketId, message))?.providerId ?? '';
  };
  const resting = (ticketId: string): Promise<void> =>
    eventually(async () => {
      const { rows } = await sql<{ state: string }>`select state from lanes where subject = ${ticketId} and recipient like 'phone:%'`.execute(
        app.owner,
      );
      expect(rows).toEqual([{ state: 'idle' }]);
    });

  test('a text that arrived is shown as such', async () => {
    const { number } = someone();
    const ticket = await open({ phone: `+86${number}` });
    await settled(ticket.id, 'created', { state: 'sent' });
    const { messageId = '' } = (await row(ticket.id, 'created')) ?? {};
    expect(await report(app, messageId, true)).toBe(200);
    expect(await row(ticket.id, 'created')).toMatchObject({ state: 'sent', receipt: 'delivered', givenUp: [] });
    expect(to(provider).filter((one) => one.endsWith(number))).toHaveLength(1);
  });

  test('a note that WeChat could not show goes as a text under the same id, however often WeChat says so', async () => {
    const { number, openid } = someone();
    const ticket = await open({ phone: `+86${number}`, wechatOpenid: openid });
    const msgId = await noted(ticket.id, 'created');
    const before = await row(ticket.id, 'created');
    expect(await byWechat(msgId, 'failed: system failed')).toBe(200);
    await settled(ticket.id, 'created', { state: 'sent', givenUp: ['wechat'], receipt: null, messageId: before?.messageId ?? '' });
    expect(await byWechat(msgId, 'failed: system failed')).toBe(200);
    await resting(ticket.id);
    expect(to(provider).filter((one) => one.endsWith(number))).toHaveLength(1);
    expect(wechat.shown.filter(({ touser }) => touser === openid)).toHaveLength(1);
    const url = `/v1/deliveries/${before?.messageId}`;
    const { tries } = (await app.call(app.keys.center, { method: 'GET', url })).json<{ tries: { outcome: string; detail: string }[] }>();
    expect(tries.map(({ outcome }) => outcome)).toEqual(['sent', 'sent']);
    expect(tries[0]?.detail).toMatch(/^not_delivered: /);
    // And the text, which has a receipt of its own.
    expect(await report(app, before?.messageId ?? '', true)).toBe(200);
    expect(await row(ticket.id, 'created')).toMatchObject({ state: 'sent', receipt: 'delivered' });
  });

  test('where the text does not arrive either it ends: it was mailed beside, and nothing is sent again', async () => {
    const { number, openid, email } = someone();
    const ticket = await open({ phone: `+86${number}`, wechatOpenid: openid, email });
    const msgId = await noted(ticket.id, 'created');
    await byWechat(msgId, 'failed: system failed');
    await settled(ticket.id, 'created', { state: 'sent', givenUp: ['wechat'] });
    const { messageId = '' } = (await row(ticket.id, 'created')) ?? {};
    await report(app, messageId, false);
    await report(app, messageId, false);
    await resting(ticket.id);
    expect(await row(ticket.id, 'created')).toMatchObject({ state: 'sent', receipt: 'failed', givenUp: ['wechat'] });
    expect(to(provider).filter((one) => one.endsWith(number))).toHaveLength(1);
    await settled(ticket.id, 'created', { state: 'sent' }, 'contact');
  });

  test('a text without another way behind it ends as one that did not arrive, and is sent again when it is asked for', async () => {
    const { number } = someone();
    const ticket = await open({ phone: `+86${number}` });
    await settled(ticket.id, 'created', { state: 'sent' });
    const { messageId = '' } = (await row(ticket.id, 'created')) ?? {};
    await report(app, messageId, false);
    await resting(ticket.id);
    expect(await row(ticket.id, 'created')).toMatchObject({ state: 'sent', receipt: 'failed', givenUp: [] });
    const replay = () =>
      app.call(app.keys.brand, { method: 'POST', url: '/v1/deliveries/replays', payload: { deliveryIds: [messageId], states: ['sent'] } });
    const ofTicket = { ticketId: ticket.id, states: ['sent'] };
    const byTicket = await app.call(app.keys.brand, { method: 'POST', url: '/v1/deliveries/replays', payload: ofTicket });
    expect(byTicket.json(), 'only what somebody has looked at').toMatchObject({ replayed: 0 });
    await sql`update outbox set created_at = created_at - interval '3 days' where message_id = ${messageId}`.execute(app.owner);
    expect((await replay()).json(), 'what is old is no news').toMatchObject({ replayed: 0 });
    await sql`update outbox set created_at = created_at + interval '3 days' where message_id = ${messageId}`.execute(app.owner);
    expect((await replay()).json()).toMatchObject({ replayed: 1 });
    await settled(ticket.id, 'created', { state: 'sent', by: 'sms', receipt: null, messageId });
    expect(to(provider).filter((one) => one.endsWith(number))).toHaveLength(2);
    await report(app, messageId, true);
    expect(await row(ticket.id, 'created')).toMatchObject({ state: 'sent', receipt: 'delivered' });
    // What has arrived is told once.
    expect((await replay()).json()).toMatchObject({ replayed: 0 });
  });

  test('a message whose every way has failed is tried by all of them when it is sent again', async () => {
    const { number, openid } = someone();
    const ticket = await open({ phone: `+86${number}`, wechatOpenid: openid });
    await noted(ticket.id, 'created');
    const held = await advanced(app, ticket, { action: 'hold.open', input: { reason: 'customer_info', resumeBy: '2027-12-01T02:00:00.000Z' } });
    await noted(held.id, 'hold_opened');
    await sql`update outbox set state = 'dead', dead_reason = 'every_way_failed', given_up = '{wechat,sms}', receipt = 'failed', receipt_at = now()
               where subject = ${ticket.id} and message = 'hold_opened'`.execute(app.owner);
    const { messageId = '' } = (await row(ticket.id, 'hold_opened')) ?? {};
    const payload = { deliveryIds: [messageId] };
    expect((await app.call(app.keys.brand, { method: 'POST', url: '/v1/deliveries/replays', payload })).json()).toMatchObject({ replayed: 1 });
    await settled(ticket.id, 'hold_opened', { state: 'sent', givenUp: [], receipt: null });
  });

  test('what goes by WeChat alone is mailed when it did not arrive, once', async () => {
    const { number, openid, email } = someone();
    const ticket = await open({ phone: `+86${number}`, wechatOpenid: openid, email });
    await noted(ticket.id, 'created');
    const received = await advanced(app, ticket, {
      action: 'device.receive',
      input: { serialUnreadable: true, accessories: [], condition: [{ area: 'screen', grade: 'used' }], powersOn: true, receivedBy: 'Chen' },
    });
    await noted(ticket.id, 'received');
    await advanced(app, received, { action: 'promise.change', input: { promisedAt: '2027-12-10T10:00:00Z', reason: 'workload' } });
    const msgId = await noted(ticket.id, 'promise_moved');
    expect(await row(ticket.id, 'promise_moved', 'contact')).toBeUndefined();
    await byWechat(msgId, 'failed: system failed');
    await settled(ticket.id, 'promise_moved', { state: 'dead', givenUp: ['wechat'], receipt: 'failed' });
    await settled(ticket.id, 'promise_moved', { state: 'sent' }, 'contact');
    expect(to(provider).filter((one) => one.endsWith(number))).toEqual([]);
  });

  test('what was told anew meanwhile is not told again by another way', async () => {
    const { number, openid } = someone();
    const ticket = await open({ phone: `+86${number}`, wechatOpenid: openid });
    const msgId = await noted(ticket.id, 'created');
    await advanced(app, ticket, { action: 'hold.open', input: { reason: 'customer_info', resumeBy: '2027-12-01T02:00:00.000Z' } });
    await noted(ticket.id, 'hold_opened');
    await byWechat(msgId, 'failed: system failed');
    await resting(ticket.id);
    const { messageId, ...told } = (await row(ticket.id, 'created')) ?? {};
    expect(told).toMatchObject({ state: 'sent', receipt: 'failed', givenUp: [] });
    const payload = { deliveryIds: [messageId], states: ['sent'] };
    expect((await app.call(app.keys.brand, { method: 'POST', url: '/v1/deliveries/replays', payload })).json()).toMatchObject({ replayed: 0 });
    expect(to(provider).filter((one) => one.endsWith(number))).toEqual([]);
  });
});
