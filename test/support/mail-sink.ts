// A mail server of our own: keeps what arrives and refuses what it is told to refuse.
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** A listening mail server. */
export interface MailSink {
  url: string;
  mails: Email[];
  /** Recipients whose local part is a number are refused with that SMTP status. */
  close(): Promise<void>;
}

/** Starts it on loopback, without authentication. */
export async function startMailSink(): Promise<MailSink> {
  const mails: Email[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo({ address }, _session, callback) {
      const code = Number(address.split('@')[0]);
      if (Number.isInteger(code)) return callback(Object.assign(new Error('refused as told'), { responseCode: code }));
      return callback();
    },
    onData(stream, _session, callback) {
      const keep = async (): Promise<void> => {
        mails.push(await PostalMime.parse(await buffer(stream)));
        callback();
      };
      void keep();
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
