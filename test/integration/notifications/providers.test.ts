// Every provider of texts and notes against a stand-in that speaks its documented protocol: what goes over the wire, and what each answer means.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openAliyun, sign } from '#notifications/channels/aliyun.ts';
import type { SendResult } from '#notifications/channels/channel.ts';
import { ALIYUN, aliyunError, startAliyun } from '../../support/providers/aliyun.ts';
import { note, openThem, text } from '../../support/providers/open.ts';
import { json, type Provider, type Reply, troubles } from '../../support/providers/provider.ts';
import { formOf, startTwilio, TWILIO, twilioError } from '../../support/providers/twilio.ts';
import { startWechat, type WechatStandIn, wechatError } from '../../support/providers/wechat.ts';

const FANG = '+8613800000000';
/** Only where nothing comes: a machine that stands still for a moment would take it for a provider that does. */
const QUICK = 300;

let twilio: Provider;
let aliyun: Provider;
let wechat: WechatStandIn;
beforeAll(async () => {
  [twilio, aliyun, wechat] = await Promise.all([startTwilio(), startAliyun(), startWechat()]);
});
// Where a provider is given up before it has come to its answer, that is not for the next test.
afterEach(() => {
  for (const provider of [twilio, aliyun, wechat]) provider.forget();
});
afterAll(() => Promise.all([twilio, aliyun, wechat].map((provider) => provider.close())));

const last = (provider: Provider) => provider.asked.at(-1) ?? expect.fail('nothing was asked');

/** What these answers of the provider make of a message; `timeoutMs` where none of them ends. */
const heard = {
  twilio: async (replies: Reply[], timeoutMs?: number): Promise<SendResult> => {
    twilio.next(...replies);
    return openThem.twilio(twilio.url, timeoutMs).send(text(FANG));
  },
  aliyun: async (replies: Reply[], timeoutMs?: number): Promise<SendResult> => {
    aliyun.next(...replies);
    return openThem.aliyun(aliyun.url, timeoutMs).send(text(FANG));
  },
  wechat: async (replies: Reply[], timeoutMs?: number): Promise<SendResult> => {
    const channel = openThem.wechat(wechat.url, timeoutMs);
    // The token is asked for first; what goes wrong goes wrong with the message.
    wechat.next(json(200, { access_token: 'any', expires_in: 7200 }), ...replies);
    return channel.send(note('oFang'));
  },
};

describe.each(Object.entries(heard))('%s', (name, hear) => {
  test.each([
    ['slow', { reason: 'timeout', throttle: true }],
    ['silent', { reason: 'timeout', throttle: true }],
    ['reset', { reason: 'econnreset', throttle: true }],
    ['cut', { reason: expect.stringMatching(/^(und_err_socket|und_err_body_mismatch|econnreset|connection_failed)$/), throttle: true }],
  ] as const)('%s: tried again, and the provider is left alone for a while', async (trouble, expected) => {
    const timeoutMs = expected.reason === 'timeout' ? QUICK : undefined;
    expect(await hear([troubles[trouble]], timeoutMs)).toMatchObject({ outcome: 'retry', ...expected });
  });

  test('busy: as long as it says', async () => {
    expect(await hear([troubles.busy])).toMatchObject({ outcome: 'retry', statusCode: 503, after: 7, throttle: true });
  });

  test('an answer that is not its own, or has no end, is read no further', async () => {
    for (const trouble of [troubles.nonsense, troubles.endless]) {
      // Twilio says yes by its status; the others say no with 200 as well, so nothing is known.
      const expected = name === 'twilio' ? { outcome: 'sent', statusCode: 200 } : { outcome: 'retry', reason: 'answer_unreadable', statusCode: 200 };
      expect(await hear([trouble])).toEqual(expected);
    }
  });
});

describe('twilio', () => {
  test('sends a form behind Basic authentication, signed in the language of the text, and asks for receipts', async () => {
    const channel = openThem.twilio(twilio.url);
    const result = await channel.send(text(FANG, 'msg_whole'));
    expect(result).toMatchObject({ outcome: 'sent', statusCode: 201, providerId: expect.stringMatching(/^SM[0-9a-f]{32}$/) });
    expect(formOf(last(twilio))).toEqual({
      To: FANG,
      From: TWILIO.from,
      Body: '【极光维修】维修单MS8RDC2NZ0X现为已收件，最迟12月3日再告知进展 repair.example',
      StatusCallback: 'https://repair.example/v1/receipts/twilio?message=msg_whole',
    });
    await channel.send(text(FANG, 'msg_en', { text: 'Repair MS8RDC2NZ0X' }));
    expect(formOf(last(twilio))['Body']).toBe('极光维修: Repair MS8RDC2NZ0X');
  });

  test('a messaging service is named as such', async () => {
    const service = `MG${'2'.repeat(32)}`;
    expect(await openThem.twilio(twilio.url, undefined, service).send(text(FANG))).toMatchObject({ outcome: 'sent' });
    expect(formOf(last(twilio))).toMatchObject({ MessagingServiceSid: service });
    expect(formOf(last(twilio))).not.toHaveProperty('From');
  });

  test.each([
    ['no such number', twilioError(400, 21211), { outcome: 'dead', reason: 'twilio_21211', stop: 'wrong_number' }],
    ['a landline', twilioError(400, 21614), { outcome: 'dead', stop: 'wrong_number' }],
    ['its owner said stop', twilioError(400, 21610), { outcome: 'dead', reason: 'twilio_21610', stop: 'unsubscribed' }],
    ['a country that is not switched on', twilioError(400, 21408), { outcome: 'dead', reason: 'twilio_21408' }],
    ['too much at once', twilioError(429, 20429, { 'retry-after': '3' }), { outcome: 'retry', after: 3, throttle: true }],
    ['the sender’s queue is full', twilioError(429, 21611), { outcome: 'retry', throttle: true }],
    ['our login', twilioError(401, 20003), { outcome: 'retry', reason: 'twilio_20003', throttle: true }],
    ['our sender', twilioError(400, 21606), { outcome: 'retry', throttle: true }],
    ['a fault of theirs', twilioError(500, 20500), { outcome: 'retry', reason: 'twilio_20500' }],
    ['a refusal without a code', json(400, {}), { outcome: 'dead', reason: 'status_400' }],
  ])('%s', async (_, reply, expected) => {
    expect(await heard.twilio([reply])).toMatchObject({ ...expected, statusCode: expect.any(Number) });
  });
});

describe('aliyun', () => {
  test('signs as the documentation’s own example is signed', () => {
    const ask = {
      host: 'ecs.cn-shanghai.aliyuncs.com',
      action: 'RunInstances',
      version: '2014-05-26',
      query: { RegionId: 'cn-shanghai', ImageId: 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd' },
      date: '2023-10-26T10:22:32Z',
      nonce: '3156853299f313e23d1673dc12e1703d',
    };
    expect(sign(ask, 'YourAccessKeyId', 'YourAccessKeySecret').headers['authorization']).toBe(
      'ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
    );
  });

  test('sends a template with its values, our id as OutId, and keeps BizId', async () => {
    const awkward = text(FANG, 'msg_whole', { values: { code: "A*(b)'!~ +&=", date: '12月3日', label: '已收件' } });
    expect(await openThem.aliyun(aliyun.url).send(awkward)).toMatchObject({
      outcome: 'sent',
      statusCode: 200,
      providerId: expect.stringMatching(/\^0$/),
    });
    const { query } = last(aliyun);
    expect(Object.fromEntries(query)).toEqual({
      PhoneNumbers: '13800000000',
      SignName: ALIYUN.signature,
      TemplateCode: 'SMS_1001',
      TemplateParam: JSON.stringify(awkward.values),
      OutId: 'msg_whole',
    });
    expect(await openThem.aliyun(aliyun.url).send(text('+85251234567'))).toMatchObject({ outcome: 'sent' });
    expect(last(aliyun).query.get('PhoneNumbers')).toBe('85251234567');
  });

  test('a template that was not approved is not sent at all', async () => {
    const before = aliyun.asked.length;
    expect(await openThem.aliyun(aliyun.url).send(text(FANG, 'msg_1', { template: 'late' }))).toEqual({ outcome: 'dead', reason: 'no_template' });
    expect(aliyun.asked.length).toBe(before);
  });

  test.each([
    ['no such number', aliyunError('isv.MOBILE_NUMBER_ILLEGAL'), { outcome: 'dead', reason: 'isv.MOBILE_NUMBER_ILLEGAL', stop: 'wrong_number' }],
    ['this number’s minute', aliyunError('isv.BUSINESS_LIMIT_CONTROL', '触发分钟级流控Permits:1'), { outcome: 'retry', after: 60 }],
    ['this number’s hour', aliyunError('isv.BUSINESS_LIMIT_CONTROL', '触发小时级流控Permits:5'), { outcome: 'retry', after: 3_600 }],
    ['this number’s day', aliyunError('isv.BUSINESS_LIMIT_CONTROL', '触发天级流控Permits:10'), { outcome: 'retry', after: 21_600 }],
    ['our day', aliyunError('isv.DAY_LIMIT_CONTROL'), { outcome: 'retry', after: 3_600, throttle: true }],
    ['too much at once', aliyunError('Throttling.User', 'Request was denied due to user flow control.', 400), { outcome: 'retry', throttle: true }],
    ['no money left', aliyunError('isv.AMOUNT_NOT_ENOUGH'), { outcome: 'retry', throttle: true }],
    ['our key', aliyunError('InvalidAccessKeyId.NotFound', 'not found', 404), { outcome: 'retry', throttle: true }],
    ['their system', aliyunError('isp.SYSTEM_ERROR'), { outcome: 'retry', throttle: true }],
    ['a word that is not allowed', aliyunError('isv.BLACK_KEY_CONTROL_LIMIT'), { outcome: 'dead', reason: 'isv.BLACK_KEY_CONTROL_LIMIT' }],
    ['a value that is missing', aliyunError('isv.TEMPLATE_MISSING_PARAMETERS'), { outcome: 'dead' }],
  ])('%s', async (_, reply, expected) => {
    expect(await heard.aliyun([reply])).toMatchObject({ ...expected, statusCode: expect.any(Number) });
  });

  test('a wrong secret is our trouble, not the message’s', async () => {
    const channel = openAliyun({
      ALIYUN_ACCESS_KEY_ID: ALIYUN.keyId,
      ALIYUN_ACCESS_KEY_SECRET: 'another-secret',
      ALIYUN_SMS_TEMPLATES: { step: 'SMS_1001' },
      ALIYUN_SMS_URL: aliyun.url,
      SMS_SIGNATURE: ALIYUN.signature,
    });
    expect(await channel.send(text(FANG))).toMatchObject({ outcome: 'retry', reason: 'SignatureDoesNotMatch', throttle: true });
  });
});

describe('wechat', () => {
  test('sends a template message whose fields fit, and keeps every digit of the message id', async () => {
    const channel = openThem.wechat(wechat.url);
    const result = await channel.send(note('oFang', 'msg_whole'));
    expect(result).toMatchObject({ outcome: 'sent', providerId: expect.stringMatching(/^34875424693556\d{5}$/) });
    expect(wechat.shown.at(-1)).toEqual({
      touser: 'oFang',
      template: 'tmpl-progress',
      url: 'https://repair.example/t/lnk_QmFzZTY0',
      data: {
        character_string1: { value: 'MS8RDC2NZ0X' },
        phrase2: { value: '已收件' },
        time3: { value: '2026年12月3日 18:00' },
        thing4: { value: '我们最迟在此日期再告知进展' },
      },
    });
    const shown = wechat.shown.length;
    expect(await channel.send(note('oFang', 'msg_whole'))).toEqual(result);
    expect(wechat.shown.length).toBe(shown);
  });

  test('a subscription of a mini program that is used up is no word about the next one', async () => {
    const channel = openThem.wechat(wechat.url, undefined, { kind: 'mini' });
    expect(await channel.send(note('oFang'))).toMatchObject({ outcome: 'sent' });
    wechat.next(wechatError(43101));
    const result = await channel.send(note('oFang'));
    expect(result).toMatchObject({ outcome: 'dead', reason: 'wechat_43101', unasked: true });
    expect(result).not.toHaveProperty('stop');
  });

  test('a mini program opens its page with the code', async () => {
    expect(await openThem.wechat(wechat.url, undefined, { kind: 'mini' }).send(note('oFang'))).toMatchObject({ outcome: 'sent' });
    expect(last(wechat).path).toBe('/cgi-bin/message/subscribe/send');
    expect(JSON.parse(last(wechat).body)).toMatchObject({ page: 'pages/repair/index?code=MS8RDC2NZ0X', miniprogram_state: 'formal' });
    expect(JSON.parse(last(wechat).body)).not.toHaveProperty('client_msg_id');
  });

  test('one token for many messages and for all processes; an ended one is renewed once, by one of them', async () => {
    const [one, other] = [openThem.wechat(wechat.url), openThem.wechat(wechat.url)];
    await Promise.all([one, one, one, other].map((channel) => channel.send(note('oFang'))));
    const given = wechat.tokensGiven();
    wechat.endToken();
    const asked = wechat.asked.length;
    expect(await Promise.all([one.send(note('oFang')), one.send(note('oWang'))])).toMatchObject([{ outcome: 'sent' }, { outcome: 'sent' }]);
    expect(await other.send(note('oFang'))).toMatchObject({ outcome: 'sent' });
    expect(wechat.tokensGiven()).toBe(given + 1);
    const asks = wechat.asked.slice(asked).filter(({ path }) => path === '/cgi-bin/stable_token');
    // The first looks whether somebody has renewed it already, and only then ends it for all.
    expect(asks.map(({ body }) => (JSON.parse(body) as { force_refresh: boolean }).force_refresh)).toEqual([false, true, false]);
  });

  test('where every token is refused, the account’s token is not ended for each message', async () => {
    const channel = openThem.wechat(wechat.url);
    const asked = wechat.asked.length;
    const given = wechat.tokensGiven();
    wechat.refuseTokens();
    for (const id of ['msg_1', 'msg_2', 'msg_3']) {
      expect(await channel.send(note('oFang', id))).toMatchObject({ outcome: 'retry', reason: 'wechat_40001', throttle: true });
    }
    wechat.refuseTokens(false);
    expect(wechat.tokensGiven()).toBe(given + 1);
    expect(wechat.asked.slice(asked).filter(({ body }) => body.includes('"force_refresh":true'))).toHaveLength(1);
    expect(await channel.send(note('oFang'))).toMatchObject({ outcome: 'sent' });
  });

  test('a token that is refused again is our trouble', async () => {
    expect(
      await heard.wechat([
        wechatError(42001),
        json(200, { access_token: 'any', expires_in: 7200 }),
        json(200, { access_token: 'other', expires_in: 7200 }),
        wechatError(40001),
      ]),
    ).toMatchObject({
      outcome: 'retry',
      reason: 'wechat_40001',
      throttle: true,
    });
    expect(await openThem.wechat(wechat.url, undefined, { secret: 'another-secret' }).send(note('oFang'))).toEqual({
      outcome: 'retry',
      reason: 'wechat_40125',
      statusCode: 200,
      throttle: true,
    });
  });

  test.each([
    ['said no', wechatError(43101), { outcome: 'dead', reason: 'wechat_43101', stop: 'unsubscribed' }],
    ['does not follow us', wechatError(43004), { outcome: 'dead', stop: 'unsubscribed' }],
    ['does not follow the account', wechatError(50005), { outcome: 'dead', reason: 'wechat_50005', stop: 'unsubscribed' }],
    ['nobody', wechatError(40003), { outcome: 'dead', stop: 'wrong_number' }],
    [
      'a field too long',
      wechatError(47003, 'argument invalid! data.thing4.value invalid rid: 64e41852'),
      { outcome: 'dead', reason: 'wechat_47003: thing4' },
    ],
    ['no such template', wechatError(40037), { outcome: 'dead', reason: 'wechat_40037' }],
    ['our day', wechatError(45009), { outcome: 'retry', after: 3_600, throttle: true }],
    ['our minute', wechatError(45011), { outcome: 'retry', after: 60, throttle: true }],
    ['this person too often', wechatError(43117), { outcome: 'retry', after: 600 }],
    ['WeChat is busy', wechatError(-1), { outcome: 'retry', throttle: true }],
    ['an address not on our list', wechatError(40164), { outcome: 'retry', throttle: true }],
    ['an error that is not known', wechatError(99999), { outcome: 'dead', reason: 'wechat_99999' }],
  ])('%s', async (_, reply, expected) => {
    expect(await heard.wechat([reply])).toMatchObject({ ...expected, statusCode: 200 });
  });
});
