// Mail by SMTP: pooled connections, every wait bounded, and a Message-ID that is the same on every try.
import { createTransport } from 'nodemailer';
import { withDeadline } from '#platform/deadline.ts';
import type { Channel, Mail, SendResult } from './channel.ts';

/** What the mail channel needs to know. */
export interface MailSettings {
  SMTP_URL: string;
  MAIL_FROM: string;
}

const CONNECT_MS = 5_000;
const SOCKET_MS = 15_000;
/** From the call to the answer: a server that brings its answers byte by byte is never silent for long. */
const WHOLE_MS = 60_000;

/** The domain of the sender: a Message-ID has to be unique in somebody's name (RFC 5322 §3.6.4). */
const domainOf = (from: string): string => /@([^\s>]+)/.exec(from)?.[1] ?? 'localhost';

/** RFC 8058: a mail program ends the mails by itself, and asks nobody to sign in. */
const oneClick = (address: string | null): Record<string, string> =>
  address === null ? {} : { 'List-Unsubscribe': `<${address}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };

interface SmtpError {
  code?: string;
  responseCode?: number;
  /** The server's own words, which begin with its codes. */
  response?: string;
}

/** No such box, or it is closed (RFC 3463 5.1.x, 5.2.1). What bounces later comes back as a mail, which nobody here reads. */
const NO_SUCH_BOX = /^5\d\d[ -]5\.(1\.(1|2|3|6|10)|2\.1)\b/;

function judge({ code, responseCode, response }: SmtpError): SendResult {
  const status = responseCode === undefined ? {} : { statusCode: responseCode };
  // A refusal of the address or the message is final; one of our login or our connection is our trouble and passes.
  if (responseCode !== undefined && responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE')) {
    const stop = code === 'EENVELOPE' && NO_SUCH_BOX.test(response ?? '') ? { stop: 'bounced' as const } : {};
    return { outcome: 'dead', reason: `refused_${responseCode}`, ...status, ...stop };
  }
  const reason = code === 'EABORT' ? 'timeout' : (code ?? 'smtp_failed').toLowerCase();
  const ofThisMail = responseCode !== 421 && (code === 'EENVELOPE' || code === 'EMESSAGE' || code === 'ESTREAM');
  return { outcome: 'retry', reason, ...status, ...(ofThisMail ? {} : { throttle: true as const }) };
}

/** Opens the mail channel; connections are made on first use. */
export function openEmail(settings: MailSettings): Channel<Mail> {
  const transport = createTransport({
    url: settings.SMTP_URL,
    pool: true,
    maxConnections: 4,
    maxMessages: 100,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    socketTimeout: SOCKET_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = domainOf(settings.MAIL_FROM);
  return {
    async send(mail) {
      try {
        const { to, subject, text, html } = mail;
        const headers = { 'Auto-Submitted': 'auto-generated', ...oneClick(mail.unsubscribe ?? null) };
        const whole = { from: settings.MAIL_FROM, to, subject, text, html, headers, messageId: `<${mail.id}@${domain}>` };
        const sent = await withDeadline(WHOLE_MS, (signal) => transport.sendMail({ ...whole, signal }));
        return { outcome: 'sent', providerId: sent.messageId };
      } catch (error) {
        return judge(error as SmtpError);
      }
    },
    close() {
      transport.close();
      return Promise.resolve();
    },
  };
}
