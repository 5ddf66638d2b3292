// The customers’ inbox: a real SMTP server where the mails of the stories and of the demo arrive.
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { until } from './until.ts';

/** A mail as it arrived. */
export interface ReceivedMail {
  /** Message-ID without its brackets: the same on every try. */
  id: string;
  to: string;
  from: string;
  subject: string;
  text: string;
  html: string;
  /** By their names in small letters, unfolded. */
  headers: Record<string, string>;
  at: Date;
}

/** A listening mail server. */
export interface Inbox {
  url: string;
  mails: ReceivedMail[];
  /** Mails to one address, in the order of their arrival. */
  to(address: string): ReceivedMail[];
  /** Waits until an address has got this many; rejects with what is there. */
  arrived(address: string, count: number, withinMs?: number): Promise<ReceivedMail[]>;
  /** Lets senders wait at MAIL FROM until `release`; answers once one is waiting. */
  stall(): Promise<void>;
  release(): void;
  close(): Promise<void>;
}

const bare = (id: string): string => id.replace(/^<|>$/g, '');

async function read(raw: Buffer, to: string): Promise<ReceivedMail> {
  const mail = await PostalMime.parse(raw);
  const { messageId = '', subject = '', text = '', html = '' } = mail;
  const headers = Object.fromEntries(mail.headers.map(({ key, value }) => [key.toLowerCase(), value]));
  return { id: bare(messageId), to, from: mail.from?.address ?? '', subject, text, html, headers, at: new Date() };
}

interface Stall {
  waiting: (() => void)[];
  noticed(): void;
}

/** Listens on a free port of loopback. `onMail` is told of each mail. */
export async function openInbox(onMail: (mail: ReceivedMail) => void = () => undefined): Promise<Inbox> {
  const mails: ReceivedMail[] = [];
  let stall: Stall | null = null;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onMailFrom(_address, _session, callback) {
      if (stall === null) return callback();
      stall.waiting.push(() => callback());
      stall.noticed();
    },
    onData(stream, session, callback) {
      const to = session.envelope.rcptTo.map(({ address }) => address).join(', ');
      const keep = async (): Promise<void> => {
        const mail = await read(await buffer(stream), to);
        mails.push(mail);
        onMail(mail);
        callback();
      };
      void keep();
    },
  });
  // A sender that is killed leaves a broken connection behind; that is what some stories are about.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  const to = (address: string): ReceivedMail[] => mails.filter((mail) => mail.to === address);
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    to,
    async arrived(address, count, withinMs = 20_000) {
      await until(
        () => to(address).length >= count,
        withinMs,
        () =>
          `${to(address).length} of ${count} mails to ${address}: ${to(address)
            .map(({ subject }) => subject)
            .join(' | ')}`,
      );
      return to(address);
    },
    stall: () => new Promise((resolve) => (stall = { waiting: [], noticed: resolve })),
    release() {
      const held = stall;
      stall = null;
      for (const go of held?.waiting ?? []) go();
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
