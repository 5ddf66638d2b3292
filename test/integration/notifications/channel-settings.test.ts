// Which channels the settings open, which provider takes what where there are two, and what is said of settings that do not fit together.
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '#config.ts';
import type { Text } from '#notifications/channels/channel.ts';
import { openChannels } from '#notifications/channels/channels.ts';
import { templates } from '#notifications/short-templates.ts';
import { ALIYUN, startAliyun } from '../../support/providers/aliyun.ts';
import { note, text } from '../../support/providers/open.ts';
import type { Provider } from '../../support/providers/provider.ts';
import { startTwilio, TWILIO } from '../../support/providers/twilio.ts';
import { startWechat, WECHAT, type WechatStandIn } from '../../support/providers/wechat.ts';

const FANG = '+8613800000000';

let twilio: Provider;
let aliyun: Provider;
let wechat: WechatStandIn;
beforeAll(async () => {
  [twilio, aliyun, wechat] = await Promise.all([startTwilio(), startAliyun(), startWechat()]);
});
afterAll(() => Promise.all([twilio, aliyun, wechat].map((provider) => provider.close())));

const secrets = { SECRETS: 'x'.repeat(32), DATABASE_URL: 'postgres://localhost/none' };
const log = pino({ level: 'silent' });
const codes = Object.fromEntries(Object.keys(templates).map((name, at) => [name, `SMS_10${at}`]));
const byTwilio = () => ({ TWILIO_ACCOUNT_SID: TWILIO.account, TWILIO_AUTH_TOKEN: TWILIO.token, TWILIO_FROM: TWILIO.from, TWILIO_URL: twilio.url });
const byAliyun = () => ({
  ALIYUN_ACCESS_KEY_ID: ALIYUN.keyId,
  ALIYUN_ACCESS_KEY_SECRET: ALIYUN.secret,
  ALIYUN_SMS_TEMPLATES: JSON.stringify(codes),
  ALIYUN_SMS_URL: aliyun.url,
  SMS_SIGNATURE: ALIYUN.signature,
});
const channels = (env: Record<string, string>) => openChannels(readConfig({ ...secrets, ...env }), log);

test('without a provider there is no channel, and nothing breaks', async () => {
  const none = channels({});
  expect(none).toMatchObject({ text: null, wechat: null, mailBy: 'console', textBy: null, wechatBy: null });
  await none.close();
  const kept = channels({ SMS_CONSOLE: 'true' });
  expect([kept.textBy, await kept.text?.send(text(FANG, 'msg_kept'))]).toEqual(['console', { outcome: 'sent', providerId: 'msg_kept' }]);
  await kept.close();
});

test('where there are two, Aliyun takes Chinese numbers with a template it has, Twilio everything else', async () => {
  const both = channels({ ...byTwilio(), ...byAliyun() });
  const by = async (message: Text): Promise<string> => {
    const before = twilio.asked.length;
    expect(await both.text?.send(message)).toMatchObject({ outcome: 'sent' });
    return twilio.asked.length > before ? 'twilio' : 'aliyun';
  };
  expect([await by(text(FANG)), await by(text('+85251234567')), await by(text(FANG, 'msg_1', { template: 'step.en' }))]).toEqual([
    'aliyun',
    'twilio',
    'twilio',
  ]);
  await both.close();
});

test('WeChat’s templates are read from JSON', async () => {
  const templateIds = JSON.stringify({ progress: { id: 'tmpl-progress', code: 'character_string1', text: 'thing2' } });
  const wechatAlone = channels({
    WECHAT_APP_ID: WECHAT.appId,
    WECHAT_APP_SECRET: WECHAT.secret,
    WECHAT_TEMPLATES: templateIds,
    WECHAT_URL: wechat.url,
  });
  expect(await wechatAlone.wechat?.send(note('oFang', 'msg_json'))).toMatchObject({ outcome: 'sent' });
  expect(Object.keys(wechat.shown.at(-1)?.data ?? {})).toEqual(['character_string1', 'thing2']);
  expect(await wechatAlone.wechat?.send(note('oFang', 'msg_json', { template: 'action' }))).toEqual({ outcome: 'dead', reason: 'no_template' });
  await wechatAlone.close();
});

test.each([
  [{ TWILIO_ACCOUNT_SID: TWILIO.account }, /TWILIO_AUTH_TOKEN is missing: it belongs to TWILIO_ACCOUNT_SID/],
  [
    {
      ...({ ALIYUN_ACCESS_KEY_ID: ALIYUN.keyId, ALIYUN_ACCESS_KEY_SECRET: ALIYUN.secret } as Record<string, string>),
      ALIYUN_SMS_TEMPLATES: JSON.stringify(codes),
    },
    /SMS_SIGNATURE is missing/,
  ],
  [
    {
      ALIYUN_ACCESS_KEY_ID: ALIYUN.keyId,
      ALIYUN_ACCESS_KEY_SECRET: ALIYUN.secret,
      SMS_SIGNATURE: 'Prism',
      ALIYUN_SMS_TEMPLATES: '{"send":"SMS_1"}',
    },
    /ALIYUN_SMS_TEMPLATES is wrong: it has no code for step/,
  ],
  [{ ALIYUN_SMS_TEMPLATES: '{"send":1' }, /ALIYUN_SMS_TEMPLATES is wrong: takes a JSON object/],
  [{ SMS_SIGNATURE: 'A signature too long' }, /SMS_SIGNATURE is wrong/],
] as [Record<string, string>, RegExp][])('%j is refused in one sentence', (env, sentence) => {
  expect(() => readConfig({ ...secrets, ...env })).toThrow(sentence);
});
