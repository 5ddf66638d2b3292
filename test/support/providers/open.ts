// The channels as the suites open them, each at a stand-in of its provider, and what is sent by them.
import { openAliyun } from '#notifications/channels/aliyun.ts';
import type { Channel, Note, Text } from '#notifications/channels/channel.ts';
import { openTwilio } from '#notifications/channels/twilio.ts';
import { openWechat } from '#notifications/channels/wechat.ts';
import { ALIYUN } from './aliyun.ts';
import { TWILIO } from './twilio.ts';
import { WECHAT } from './wechat.ts';

export type Provided = Channel<Text> | Channel<Note>;

const PUBLIC_URL = 'https://repair.example';
const places = { code: 'character_string1', status: 'phrase2', date: 'time3', text: 'thing4' };
const templates = { progress: { id: 'tmpl-progress', ...places }, quote: { id: 'tmpl-quote', ...places, amount: 'amount5' } };

/** Opens a channel at this address; `timeoutMs` where a suite cannot wait. */
export const openThem = {
  twilio: (url: string, timeoutMs?: number, from = TWILIO.from): Channel<Text> =>
    openTwilio(
      {
        TWILIO_ACCOUNT_SID: TWILIO.account,
        TWILIO_AUTH_TOKEN: TWILIO.token,
        TWILIO_FROM: from,
        TWILIO_URL: url,
        SMS_SIGNATURE: ALIYUN.signature,
        PUBLIC_URL,
      },
      timeoutMs,
    ),
  aliyun: (url: string, timeoutMs?: number): Channel<Text> =>
    openAliyun(
      {
        ALIYUN_ACCESS_KEY_ID: ALIYUN.keyId,
        ALIYUN_ACCESS_KEY_SECRET: ALIYUN.secret,
        ALIYUN_SMS_TEMPLATES: { step: 'SMS_1001', decide: 'SMS_1002' },
        ALIYUN_SMS_URL: url,
        SMS_SIGNATURE: ALIYUN.signature,
      },
      timeoutMs,
    ),
  wechat: (url: string, timeoutMs?: number, more: { kind?: 'official' | 'mini'; secret?: string } = {}): Channel<Note> =>
    openWechat(
      {
        WECHAT_APP_ID: WECHAT.appId,
        WECHAT_APP_SECRET: more.secret ?? WECHAT.secret,
        WECHAT_KIND: more.kind ?? 'official',
        WECHAT_TEMPLATES: templates,
        WECHAT_PAGE: 'pages/repair/index',
        WECHAT_URL: url,
      },
      timeoutMs,
    ),
};

export const text = (to: string, id = 'msg_1', more: Partial<Text> = {}): Text => ({
  kind: 'text',
  id,
  to,
  text: '维修单MS8RDC2NZ0X现为已收件，最迟12月3日再告知进展 repair.example',
  template: 'step',
  values: { code: 'MS8RDC2NZ0X', date: '12月3日', label: '已收件' },
  ...more,
});

export const note = (to: string, id = 'msg_1', more: Partial<Note> = {}): Note => ({
  kind: 'wechat',
  id,
  to,
  template: 'progress',
  fields: { code: 'MS8RDC2NZ0X', status: '已收件', date: '2026年12月3日 18:00', text: '我们最迟在此日期再告知进展' },
  url: 'https://repair.example/t/lnk_QmFzZTY0',
  ...more,
});
