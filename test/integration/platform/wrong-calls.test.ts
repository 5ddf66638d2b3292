// What strangers get wrong at the addresses of providers and carriers is limited by address, whatever it is answered; who proves itself is always served.
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { account, push, scans, sign, waybill } from '../../support/mail-in.ts';
import { TWILIO, twilioReceipt } from '../../support/providers/twilio.ts';
import { WECHAT, wechatEvent, wechatProof } from '../../support/providers/wechat.ts';

const TOKEN = 'for-tests-only-and-long-enough';
const POINTS = 60;
const PUBLIC_URL = 'https://repair.example';
let t: TestApp;
let easypost: string;
let last = 0;

beforeAll(async () => {
  const twilio = { PUBLIC_URL, TWILIO_ACCOUNT_SID: TWILIO.account, TWILIO_AUTH_TOKEN: TWILIO.token, TWILIO_FROM: TWILIO.from };
  t = await startApp({ RATE_LIMITS: 'true', TRUST_PROXY: '1', ALIYUN_RECEIPTS_TOKEN: TOKEN, WECHAT_TOKEN: WECHAT.token, ...twilio });
  easypost = await account(t);
});
afterAll(() => t.close());

type Ask = Omit<InjectOptions, 'headers'> & { headers?: Record<string, string> };
const from = (address: string, { headers, ...ask }: Ask) =>
  t.app.inject({ method: 'POST', ...ask, headers: { 'x-forwarded-for': address, ...headers } });
const anAddress = (): string => `198.51.100.${(last += 1)}`;
const json = { 'content-type': 'application/json' };

const byAliyun = (token: string, payload = '[]'): Ask => ({ url: `/v1/receipts/aliyun?token=${token}`, headers: json, payload });
const byTwilio = (token: string): Ask => {
  const url = '/v1/receipts/twilio';
  const signed = twilioReceipt(`${PUBLIC_URL}${url}`, { MessageSid: `SM${'a'.repeat(32)}`, MessageStatus: 'sent' }, token);
  return { url, ...signed };
};
const byWechat = (token: string): Ask => ({
  url: `/v1/receipts/wechat?${wechatProof({}, token)}`,
  headers: { 'content-type': 'text/xml' },
  payload: wechatEvent('1', 'success'),
});
const body = push({ waybill: waybill(), details: [scans.transit] });
const byEasypost = (signature: string, query = `?account=${easypost}`, payload: string | Buffer = body): Ask => ({
  url: `/v1/carriers/easypost/events${query}`,
  headers: { ...json, 'x-hmac-signature': signature },
  payload,
});
const right = (): Ask[] => [byAliyun(TOKEN), byTwilio(TWILIO.token), byWechat(WECHAT.token), byEasypost(sign(body))];

/** Sends it as often as it may be wrong, and once more. */
async function codesOf(address: string, ask: Ask): Promise<{ first: Set<number>; last: number }> {
  const codes: number[] = [];
  for (let count = 0; count <= POINTS; count += 1) codes.push((await from(address, ask)).statusCode);
  return { first: new Set(codes.slice(0, POINTS)), last: codes.at(-1) ?? 0 };
}

test.each<[string, number, () => Ask]>([
  ['a wrong token', 401, () => byAliyun('wrong')],
  ['a wrong signature of a receipt', 401, () => byTwilio('another')],
  ['a wrong question', 401, () => ({ method: 'GET', url: `/v1/receipts/wechat?${wechatProof({ echostr: '1' }, 'another')}` })],
  ['a provider that is none', 404, () => ({ url: '/v1/receipts/pigeon', headers: json, payload: '[]' })],
  ['a query that does not fit a receipt', 400, () => byAliyun('x'.repeat(201))],
  ['a body without end', 413, () => byAliyun('wrong', ' '.repeat(600_000))],
  ['a wrong signature of a push', 401, () => byEasypost('hmac-sha256-hex=00')],
  ['a carrier that is none', 404, () => ({ url: '/v1/carriers/pigeon/events', headers: json, payload: '{}' })],
  ['a query that does not fit a push', 400, () => byEasypost(sign(body), `?account=${easypost}&other=1`)],
  ['a type that no carrier sends', 415, () => ({ ...byEasypost(sign(body)), headers: { 'content-type': 'text/weird' } })],
])('%s is answered %i sixty times a minute and then 429; what is right is served from the same address all the same', async (_, code, ask) => {
  const address = anAddress();
  expect(await codesOf(address, ask())).toEqual({ first: new Set([code]), last: 429 });
  for (const one of right()) expect((await from(address, one)).statusCode).toBeLessThan(300);
  expect((await from(anAddress(), ask())).statusCode).toBe(code);
});

test('what is proven and cannot be read is not counted: it is no stranger', async () => {
  const nonsense = Buffer.from('not json');
  const [receipts, pushes] = [anAddress(), anAddress()];
  expect((await codesOf(receipts, byAliyun(TOKEN, 'not json'))).last).toBe(400);
  expect((await codesOf(pushes, byEasypost(sign(nonsense), `?account=${easypost}`, nonsense))).last).toBe(400);
});

test('of an address that has used its calls up, what no body can make right is refused before its body is read', async () => {
  const address = anAddress();
  await codesOf(address, { url: '/v1/carriers/pigeon/events', headers: json, payload: '{}' });
  const endless = ' '.repeat(1_100_000);
  expect((await from(address, byEasypost(sign(body), '?account=none', endless))).statusCode).toBe(429);
  // Counted with the others, but it had to be looked at: a true push looks the same until then.
  expect((await from(address, byEasypost('hmac-sha256-hex=00'))).statusCode).toBe(429);
  const answer = await from(address, { ...byEasypost(sign(body)), url: '/v1/carriers/pigeon/events' });
  expect(answer.json()).toMatchObject({ status: 429, code: 'too_many_requests' });
  expect(answer.headers['retry-after']).toMatch(/^\d+$/);
});

test('a provider that proves itself is not counted, however much it reports from one address', async () => {
  const address = anAddress();
  // More than any stranger may ask in a minute.
  for (let count = 0; count < 1_210; count += 1) expect((await from(address, byAliyun(TOKEN))).statusCode).toBe(200);
});
