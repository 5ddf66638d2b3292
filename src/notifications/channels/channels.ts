// The list of channels: what is due names one of these, and the settings decide what stands behind it.
import type { Logger } from 'pino';
import { openAliyun } from './aliyun.ts';
import type { Channel, Mail, Note, Post, Text } from './channel.ts';
import { openConsole } from './console.ts';
import { openEmail } from './email.ts';
import type { ChannelSettings } from './settings.ts';
import { openSms } from './sms.ts';
import { sparing } from './sparing.ts';
import { openTwilio } from './twilio.ts';
import { openWebhook, type WebhookSettings } from './webhook.ts';
import { openWechat } from './wechat.ts';

/** The settings of all channels together. */
export interface Settings extends ChannelSettings, WebhookSettings {
  SMTP_URL?: string | undefined;
  MAIL_FROM: string;
  PUBLIC_URL: string;
}

/** The open channels by the kind of message they carry. */
export interface Channels {
  mail: Channel<Mail>;
  /** Null where no provider is configured. */
  text: Channel<Text> | null;
  /** Null where no account is configured. */
  wechat: Channel<Note> | null;
  post: Channel<Post>;
  /** Which one carries what: the deliveries resource says so. */
  mailBy: 'email' | 'console';
  textBy: 'sms' | 'console' | null;
  wechatBy: 'wechat' | null;
  close(): Promise<void>;
}

function aliyun({
  ALIYUN_ACCESS_KEY_ID,
  ALIYUN_ACCESS_KEY_SECRET,
  ALIYUN_SMS_TEMPLATES,
  ALIYUN_SMS_URL,
  SMS_SIGNATURE,
}: Settings): Channel<Text> | null {
  if (ALIYUN_ACCESS_KEY_ID === undefined || ALIYUN_ACCESS_KEY_SECRET === undefined) return null;
  if (ALIYUN_SMS_TEMPLATES === undefined || SMS_SIGNATURE === undefined) return null;
  return openAliyun({ ALIYUN_ACCESS_KEY_ID, ALIYUN_ACCESS_KEY_SECRET, ALIYUN_SMS_TEMPLATES, ALIYUN_SMS_URL, SMS_SIGNATURE });
}

function twilio({ TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM, TWILIO_URL, SMS_SIGNATURE, PUBLIC_URL }: Settings): Channel<Text> | null {
  if (TWILIO_ACCOUNT_SID === undefined || TWILIO_AUTH_TOKEN === undefined || TWILIO_FROM === undefined) return null;
  return openTwilio({ TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM, TWILIO_URL, SMS_SIGNATURE, PUBLIC_URL });
}

function wechat({ WECHAT_APP_ID, WECHAT_APP_SECRET, WECHAT_TEMPLATES, WECHAT_KIND, WECHAT_PAGE, WECHAT_URL }: Settings): Channel<Note> | null {
  if (WECHAT_APP_ID === undefined || WECHAT_APP_SECRET === undefined || WECHAT_TEMPLATES === undefined) return null;
  return openWechat({ WECHAT_APP_ID, WECHAT_APP_SECRET, WECHAT_TEMPLATES, WECHAT_KIND, WECHAT_PAGE, WECHAT_URL });
}

/** More than there are connections, so that none is idle; the rest waits where it is answered as soon as the server fails. */
const MAILS_AT_ONCE = 8;

function texts(settings: Settings, log: Logger, now: () => number): Pick<Channels, 'text' | 'textBy'> {
  const { ALIYUN_SMS_TEMPLATES: templates, SMS_CONSOLE: keep } = settings;
  const [one, other] = [aliyun(settings), twilio(settings)];
  const text = openSms({
    aliyun: one && sparing(one, { now }),
    twilio: other && sparing(other, { now }),
    approved: (name) => templates?.[name] !== undefined,
  });
  if (text !== null) return { text, textBy: 'sms' };
  return keep ? { text: openConsole<Text>(log), textBy: 'console' } : { text: null, textBy: null };
}

/** Opens every channel; `now` in milliseconds. Without an SMTP server mails stay with us. */
export function openChannels(settings: Settings, log: Logger, now: () => number = Date.now): Channels {
  const { SMTP_URL, MAIL_FROM } = settings;
  const mail = SMTP_URL === undefined ? openConsole<Mail>(log) : sparing(openEmail({ SMTP_URL, MAIL_FROM }), { atOnce: MAILS_AT_ONCE, now });
  const post = openWebhook(settings);
  const account = wechat(settings);
  const note = account && sparing(account, { now });
  const { text, textBy } = texts(settings, log, now);
  return {
    mail,
    text,
    wechat: note,
    post,
    mailBy: SMTP_URL === undefined ? 'console' : 'email',
    textBy,
    wechatBy: note === null ? null : 'wechat',
    close: async () => {
      await Promise.allSettled([mail, text, note, post].map((channel) => channel?.close() ?? Promise.resolve()));
    },
  };
}
