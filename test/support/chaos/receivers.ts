// Where the messages of a broken installation arrive: a partner that believes signatures only, and a mail server; both note every arrival.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { Webhook } from 'standardwebhooks';
import { SECRET } from '../sender.ts';

/** Both receivers. */
export interface Receivers {
  webhookUrl: string;
  smtpUrl: string;
  /** Message ids in the order in which they came, over all lanes. */
  arrivals: string[];
  /** Calls whose signature the reference library refuses. */
  unsigned(): number;
  /** When the newest came; of performance.now(). */
  latest(): number;
  close(): Promise<void>;
}

const webhook = new Webhook(SECRET);

function isSigned(body: string, headers: Record<string, string>): boolean {
  try {
    webhook.verify(body, headers);
    return true;
  } catch {
    return false;
  }
}

/** Listens on two free ports of loopback. Everything is noted before it is answered. */
export async function openReceivers(): Promise<Receivers> {
  const arrivals: string[] = [];
  let unsigned = 0;
  let latest = 0;
  const note = (id: string): void => {
    arrivals.push(id);
    latest = performance.now();
  };
  const partner = createServer((call, response) => {
    const chunks: Buffer[] = [];
    // A sender that was killed leaves half a call behind.
    call.on('error', () => undefined);
    call.on('data', (chunk: Buffer) => chunks.push(chunk));
    call.on('end', () => {
      const headers = call.headers as Record<string, string>;
      const signed = isSigned(Buffer.concat(chunks).toString('utf8'), headers);
      if (signed) note(headers['webhook-id'] ?? '');
      else unsigned += 1;
      response.writeHead(signed ? 204 : 401).end();
    });
  });
  const post = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onData(stream, _session, callback) {
      const keep = async (): Promise<void> => {
        const id = /^Message-ID:\s*<([^@>]+)@/im.exec((await buffer(stream)).toString('latin1'))?.[1];
        if (id === undefined) return callback(new Error('a mail without an id'));
        note(id);
        callback();
      };
      keep().catch(() => undefined);
    },
  });
  post.on('error', () => undefined);
  await new Promise<void>((resolve) => partner.listen(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => void post.listen(0, '127.0.0.1', () => resolve()));
  const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;
  return {
    webhookUrl: `http://127.0.0.1:${portOf(partner)}`,
    smtpUrl: `smtp://127.0.0.1:${portOf(post.server)}`,
    arrivals,
    unsigned: () => unsigned,
    latest: () => latest,
    async close() {
      await new Promise<void>((resolve) => {
        partner.close(() => resolve());
        partner.closeAllConnections();
      });
      await new Promise<void>((resolve) => post.close(() => resolve()));
    },
  };
}
