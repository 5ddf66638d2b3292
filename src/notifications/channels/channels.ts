// The list of channels: what is due names one of these, and the settings decide what stands behind it.
import type { Logger } from 'pino';
import type { Channel, Mail, Note, Post, Text } from './channel.ts';
import { openConsole } from './console.ts';
import { openEmail } from './email.ts';
import { openWebhook, type WebhookSettings } from './webhook.ts';

/** The settings of all channels together. */
export interface ChannelSettings extends WebhookSettings {
  SMTP_URL?: string | undefined;
  MAIL_FROM: string;
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
  textBy: 'sms' | null;
  wechatBy: 'wechat' | null;
  close(): Promise<void>;
}

/** Opens every channel. Without an SMTP server mails stay with us. */
export function openChannels(settings: ChannelSettings, log: Logger): Channels {
  const { SMTP_URL, MAIL_FROM } = settings;
  const mail = SMTP_URL === undefined ? openConsole(settings, log) : openEmail({ SMTP_URL, MAIL_FROM });
  const post = openWebhook(settings);
  return {
    mail,
    text: null,
    wechat: null,
    post,
    mailBy: SMTP_URL === undefined ? 'console' : 'email',
    textBy: null,
    wechatBy: null,
    close: async () => {
      await Promise.allSettled([mail.close(), post.close()]);
    },
  };
}
