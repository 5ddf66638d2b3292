// A telephone is told once: by WeChat, else by a text; not in the night, not beyond the budget, and by mail where nothing rings.
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { migrateQueue } from '#platform/queue.ts';
import type { TicketView } from '#tickets/ticket.ts';
import type { TransitionInput } from '#tickets/transition.ts';
import { startWork, type Work } from '#work.ts';
import { advanced, aTicket } from '../../support/a-ticket.ts';
import { startApp, type TestApp, unique } from '../../support/app.ts';
import { type MovingTime, movingTime } from '../../support/moving-time.ts';
import { eventually } from '../../support/outgoing.ts';
import { json, type Provider } from '../../support/providers/provider.ts';
import { formOf, startTwilio, TWILIO, twilioError, twilioReceipt } from '../../support/providers/twilio.ts';
import { startWechat, WECHAT, type WechatStandIn, wechatError } from '../../support/providers/wechat.ts';

const places = { code: 'character_string1', status: 'phrase2', date: 'time3', text: 'thing4' };
const chinese = { progress: { id: 'tmpl-1', ...places }, action: { id: 'tmpl-2', ...places }, quote: { id: 'tmpl-3', ...places, amount: 'amount5' } };

/** Asks for more time than a test takes, and for less than WeChat has until a text takes its place: what waits for seconds only is tried by itself. */
const busy = json(503, 'upstream connect error', { 'retry-after': '200' });

let time: MovingTime;
let twilio: Provider;
let wechat: WechatStandIn;
let app: TestApp;
let work: Work;
let people = 0;

beforeAll(async () => {
  time = movingTime();
  [twilio, wechat] = [await startTwilio(), await startWechat()];
  app = await startApp(
    {
      // Days pass with every test: a sweep would tell customers of earlier ones something, and take the answers that a provider is told to give next.
      SWEEP_EVERY_SECONDS: '3600',
      PUBLIC_URL: 'https://repair.example',
      SMS_SIGNATURE: '棱镜维修',
      TWILIO_ACCOUNT_SID: TWILIO.account,
      TWILIO_AUTH_TOKEN: TWILIO.token,
      TWILIO_FROM: TWILIO.from,
      TWILIO_URL: twilio.url,
      WECHAT_APP_ID: WECHAT.appId,
      WECHAT_APP_SECRET: WECHAT.secret,
      WECHAT_TEMPLATES: JSON.stringify(chinese),
      WECHAT_URL: wechat.url,
    },
    { clock: time.clock },
  );
  await migrateQueue(app.databaseUrl);
  work = await startWork(app.services);
});
afterAll(async () => {
  await work?.close();
  await app?.close();
  await Promise.all([twilio?.close(), wechat?.close()]);
});
beforeEach(() => {
  people += 1;
  // Ten in the morning in Shanghai, each day another.
  time.day(people);
});

const phone = (): string => `+86138${String(10_000_000 + people)}`;
const openid = (): string => `oX1a-${people}-abcdef`;
const texts = () => twilio.asked.map(formOf).filter(({ To }) => To === phone());
const notes = () => wechat.shown.filter(({ touser }) => touser === openid());

interface Row {
  channel: string;
  message: string;
  state: string;
  reason: string | null;
  by: string | null;
  attempts: number;
  givenUp: string[];
  messageId: string;
}
const rows = async (ticketId: string): Promise<Row[]> =>
  (
    await sql<Row>`
      select channel, message, state, dead_reason as reason, rendered->>'by' as by, attempts, given_up as "givenUp", message_id as "messageId"
        from outbox where subject = ${ticketId} order by id`.execute(app.owner)
  ).rows;
const row = async (ticketId: string, channel: string, message: string): Promise<Row | undefined> =>
  (await rows(ticketId)).findLast((one) => one.channel === channel && one.message === message);
const settled = (ticketId: string, channel: string, message: string, expected: Partial<Row>): Promise<void> =>
  eventually(async () => expect(await row(ticketId, channel, message)).toMatchObject(expected));
const hurry = () => sql`update lanes set next_at = now() where state = 'waiting'`.execute(app.owner);
/** A try counts from its beginning: its telephone's lane waits again only once it has ended. */
const rests = (ticketId: string): Promise<void> =>
  eventually(async () => {
    const lanes = app.owner.selectFrom('lanes').select('state').where('subject', '=', ticketId).where('recipient', 'like', 'phone:%');
    expect(await lanes.execute()).toEqual([{ state: 'waiting' }]);
  });

const open = (contact: object): Promise<TicketView> => aTicket(app, { contact: { name: 'Wang Fang', locale: 'zh-CN', ...contact } });
const hold: TransitionInput = { action: 'hold.open', input: { reason: 'customer_info', resumeBy: '2027-12-01T02:00:00.000Z' } };
const held = (ticket: TicketView): Promise<TicketView> => advanced(app, ticket, hold);
const read = async (ticketId: string): Promise<TicketView> =>
  (await app.call(app.keys.center, { method: 'GET', url: `/v1/tickets/${ticketId}` })).json<TicketView>();
const alerts = async (ticketId: string): Promise<object[]> =>
  (await app.call(app.keys.center, { method: 'GET', url: `/v1/alerts?ticketId=${ticketId}` })).json<{ data: object[] }>().data;

test('who has WeChat gets a note and no text, and the mail beside', async () => {
  const ticket = await open({ phone: phone(), wechatOpenid: openid(), email: `${unique('f')}@example.com` });
  await settled(ticket.id, 'instant', 'created', { state: 'sent', by: 'wechat' });
  await settled(ticket.id, 'email', 'created', { state: 'sent' });
  expect(notes()).toHaveLength(1);
  expect(texts()).toEqual([]);
  const delivery = await row(ticket.id, 'instant', 'created');
  const detail = (await app.call(app.keys.center, { method: 'GET', url: `/v1/deliveries/${delivery?.messageId}` })).json();
  expect(detail).toMatchObject({
    channel: 'wechat',
    mail: null,
    text: null,
    note: { to: 'oX1a***', locale: 'zh-CN', url: 'https://repair.example/t/…' },
  });
});

test('who has a telephone alone gets a text, once, with what it cost', async () => {
  const ticket = await open({ phone: phone() });
  await settled(ticket.id, 'instant', 'created', { state: 'sent', by: 'sms' });
  expect(texts()).toHaveLength(1);
  expect(texts()[0]?.['Body']).toMatch(/^【棱镜维修】/);
  const { messageId = '' } = (await row(ticket.id, 'instant', 'created')) ?? {};
  const detail = (await app.call(app.keys.center, { method: 'GET', url: `/v1/deliveries/${messageId}` })).json();
  expect(detail).toMatchObject({ channel: 'sms', text: { to: phone().replace(/\d{4}(\d{4})$/, '****$1'), locale: 'zh-CN', parts: 1 } });
  expect(detail.text.to).not.toBe(phone());
});

test('a WeChat that its owner left is closed, and the text goes in the same row', async () => {
  const ticket = await open({ phone: phone(), wechatOpenid: openid() });
  await settled(ticket.id, 'instant', 'created', { state: 'sent', by: 'wechat' });
  wechat.next(wechatError(43004));
  await held(ticket);
  await settled(ticket.id, 'instant', 'hold_opened', { state: 'sent', by: 'sms', attempts: 2, givenUp: ['wechat'] });
  expect(texts()).toHaveLength(1);
  expect((await read(ticket.id)).contact.ways).toEqual({ email: 'none', sms: 'open', wechat: 'unsubscribed' });
  expect(await alerts(ticket.id)).toMatchObject([{ kind: 'unreachable', data: { way: 'wechat', stopReason: 'unsubscribed' } }]);
});

test('a WeChat that does not take it within five minutes gives way to a text, which is the only one', async () => {
  const ticket = await open({ phone: phone(), wechatOpenid: openid() });
  await settled(ticket.id, 'instant', 'created', { state: 'sent', by: 'wechat' });
  wechat.next(busy, busy);
  await held(ticket);
  await settled(ticket.id, 'instant', 'hold_opened', { state: 'pending', attempts: 1, givenUp: [] });
  await rests(ticket.id);
  await sql`update delivery_attempts set started_at = started_at - interval '6 minutes'
             where outbox_id = (select max(id) from outbox where subject = ${ticket.id})`.execute(app.owner);
  await eventually(async () => {
    time.later(1 / 1440);
    await hurry();
    expect(await row(ticket.id, 'instant', 'hold_opened')).toMatchObject({ state: 'sent', by: 'sms', attempts: 3, givenUp: ['wechat'] });
  });
  expect(texts()).toHaveLength(1);
  expect(notes()).toHaveLength(1);
});

test('a text that was turned away while its provider was in trouble has all of its tries left', async () => {
  const ticket = await open({ phone: phone() });
  await settled(ticket.id, 'instant', 'created', { state: 'sent' });
  twilio.next(busy);
  await held(ticket);
  await settled(ticket.id, 'instant', 'hold_opened', { state: 'pending', attempts: 1 });
  await rests(ticket.id);
  await sql`
    with turned as (update outbox set attempts = 12 where subject = ${ticket.id} and message = 'hold_opened' returning id)
    insert into delivery_attempts (brand_id, outbox_id, attempt, started_at, finished_at, outcome, detail)
    select ${app.brandId}, id, n, now(), now(), 'retry', 'provider_in_trouble' from turned, generate_series(2, 12) n`.execute(app.owner);
  twilio.next(busy);
  await hurry();
  await settled(ticket.id, 'instant', 'hold_opened', { state: 'pending', attempts: 13 });
  await rests(ticket.id);
  await hurry();
  await settled(ticket.id, 'instant', 'hold_opened', { state: 'sent', by: 'sms', attempts: 14 });
});

test('what is of low value goes by one way: where WeChat fails it is mailed, and no text is sent', async () => {
  const email = `${unique('f')}@example.com`;
  const ticket = await open({ phone: phone(), wechatOpenid: openid(), email });
  await settled(ticket.id, 'instant', 'created', { state: 'sent' });
  const received = await advanced(app, ticket, {
    action: 'device.receive',
    input: { serialUnreadable: true, accessories: [], condition: [{ area: 'screen', grade: 'used' }], powersOn: true, receivedBy: 'Chen' },
  });
  await settled(ticket.id, 'instant', 'received', { state: 'sent' });
  wechat.next(wechatError(40003));
  await advanced(app, received, { action: 'promise.change', input: { promisedAt: '2027-12-10T10:00:00Z', reason: 'workload' } });
  await settled(ticket.id, 'instant', 'promise_moved', { state: 'dead' });
  await settled(ticket.id, 'email', 'promise_moved', { state: 'sent' });
  expect(texts()).toEqual([]);
  expect((await rows(ticket.id)).filter(({ channel, message }) => channel === 'email' && message === 'promise_moved')).toHaveLength(1);
});

test('in the night no telephone rings, the mail goes, and in the morning one message says it all', async () => {
  // Half past ten in the evening.
  time.later(12.5 / 24);
  const ticket = await open({ phone: phone(), email: `${unique('f')}@example.com` });
  await settled(ticket.id, 'email', 'created', { state: 'sent' });
  const lane = () =>
    sql<{ state: string; gathering: boolean; seconds: number }>`
    select state, gathering, extract(epoch from next_at - now())::float8 as seconds from lanes where subject = ${ticket.id} and recipient like 'phone:%'`.execute(
      app.owner,
    );
  await eventually(async () => expect((await lane()).rows[0]).toMatchObject({ state: 'waiting', gathering: true }));
  expect((await lane()).rows[0]?.seconds).toBeGreaterThan(10 * 3_600);
  await held(ticket);
  await settled(ticket.id, 'email', 'hold_opened', { state: 'sent' });
  expect(texts()).toEqual([]);
  await rests(ticket.id);
  time.later(10.5 / 24);
  await hurry();
  await settled(ticket.id, 'instant', 'hold_opened', { state: 'sent', by: 'sms' });
  await eventually(() => expect(texts().length).toBeGreaterThan(0));
});

test('the hours are the contact’s own, and who chose none is told at any time', async () => {
  time.later(12.5 / 24);
  const awake = await open({ phone: phone(), quietHours: { from: '00:00', to: '00:00' } });
  await settled(awake.id, 'instant', 'created', { state: 'sent' });
});

test('a ticket costs what its brand allows: its center is alarmed at four fifths, and what is over it is mailed', async () => {
  await sql`update brands set sms_budget = 2 where brand_id = ${app.brandId}`.execute(app.owner);
  const email = `${unique('f')}@example.com`;
  const ticket = await open({ phone: phone(), email });
  await settled(ticket.id, 'instant', 'created', { state: 'sent' });
  expect(await alerts(ticket.id)).toEqual([]);
  const once = await held(ticket);
  await settled(ticket.id, 'instant', 'hold_opened', { state: 'sent' });
  expect(await alerts(ticket.id)).toMatchObject([{ kind: 'sms_budget', data: { units: 2, budget: 2 } }]);
  await advanced(app, once, { ...hold, action: 'hold.change', input: { reason: 'tech_support', resumeBy: '2027-12-02T02:00:00.000Z' } });
  await eventually(async () => expect((await rows(ticket.id)).filter(({ reason }) => reason === 'sms_budget_spent')).toHaveLength(1));
  expect(texts()).toHaveLength(2);
  await sql`update brands set sms_budget = 12 where brand_id = ${app.brandId}`.execute(app.owner);
});

test('a number that is none is stopped for the brand, by the answer of the provider or by its receipt', async () => {
  twilio.next(twilioError(400, 21211));
  const refused = await open({ phone: phone() });
  await settled(refused.id, 'instant', 'created', { state: 'dead' });
  expect((await read(refused.id)).contact.ways?.sms).toBe('wrong_number');
  people += 1000;
  const ticket = await open({ phone: phone() });
  await settled(ticket.id, 'instant', 'created', { state: 'sent', by: 'sms' });
  const { messageId = '' } = (await row(ticket.id, 'instant', 'created')) ?? {};
  const url = `/v1/receipts/twilio?message=${messageId}`;
  const form = { MessageSid: `SM${'a'.repeat(32)}`, MessageStatus: 'undelivered', ErrorCode: '30006' };
  const answer = await app.app.inject({ url, ...twilioReceipt(`https://repair.example${url}`, form) });
  expect(answer.statusCode).toBeLessThan(300);
  expect(await alerts(ticket.id)).toMatchObject([{ kind: 'unreachable', data: { way: 'sms' } }]);
  people -= 1000;
});

test('a number that is the customer’s no more is stopped where it is none, and alarms nobody', async () => {
  const ticket = await open({ phone: phone() });
  await settled(ticket.id, 'instant', 'created', { state: 'sent', by: 'sms' });
  const change = async (number: string): Promise<void> => {
    const url = `/v1/tickets/${ticket.id}/contact`;
    expect((await app.call(app.keys.center, { method: 'PATCH', url, payload: { phone: number } })).statusCode).toBe(200);
    await eventually(async () => {
      const told = (await rows(ticket.id)).filter(({ message }) => message === 'contact_changed');
      expect(told.slice(-2).map(({ state }) => state)).toEqual(['sent', 'sent']);
    });
  };
  const report = async (messageId: string, code: string): Promise<void> => {
    const url = `/v1/receipts/twilio?message=${messageId}`;
    const form = { MessageSid: `SM${'a'.repeat(32)}`, MessageStatus: 'undelivered', ErrorCode: code };
    expect((await app.app.inject({ url, ...twilioReceipt(`https://repair.example${url}`, form) })).statusCode).toBe(200);
  };
  const former = async (): Promise<string> => {
    const { rows: found } = await sql<{ messageId: string }>`
      select message_id as "messageId" from outbox where subject = ${ticket.id} and recipient like 'former:%' order by id`.execute(app.owner);
    return found.at(-1)?.messageId ?? '';
  };
  await change(`+86139${String(10_000_000 + people)}`);
  await report(await former(), '30003');
  await change(`+86137${String(10_000_000 + people)}`);
  await report(await former(), '30006');
  expect(await alerts(ticket.id)).toEqual([]);
  expect((await rows(ticket.id)).every(({ state }) => state === 'sent')).toBe(true);
  const stops = await app.call(app.keys.center, { method: 'GET', url: '/v1/stopped-addresses?way=sms&reason=wrong_number' });
  const masked = `+86139****${String(10_000_000 + people).slice(-4)}`;
  expect(stops.json<{ data: { masked: string }[] }>().data.map((one) => one.masked)).toContain(masked);
});

test('a fixed line gets no text', async () => {
  const ticket = await open({ phone: '+862160000000' });
  await settled(ticket.id, 'instant', 'created', { state: 'skipped', reason: 'fixed_line' });
});
