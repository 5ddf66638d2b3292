// Everything the demo needs around its story: a throw-away database, the service's processes, a mail server, a partner.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbedded } from '#platform/db/embedded.ts';
import { type Inbox, openInbox, type ReceivedMail } from '../../test/support/inbox.ts';
import { type Installation, startInstallation } from '../../test/support/processes.ts';
import { openWebhookSink, type ReceivedWebhook, type WebhookSink } from '../../test/support/webhook-sink.ts';

/** The lights are on. */
export interface Theater {
  installation: Installation;
  adminKey: string;
  databaseUrl: string;
  mail: Inbox;
  partner: WebhookSink;
  close(): Promise<void>;
}

interface Audience {
  onMail(mail: ReceivedMail): void;
  onWebhook(call: ReceivedWebhook): void;
}

/** Opens it; what was opened is closed again where a later part fails. */
export async function openTheater({ onMail, onWebhook }: Audience): Promise<Theater> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'glassbench-demo-'));
  const closers: (() => unknown)[] = [() => rmSync(dataDir, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).toReversed()) await one();
  };
  try {
    const database = await startEmbedded({ dataDir, durable: false });
    closers.push(() => database.stop());
    const mail = await openInbox(onMail);
    closers.push(() => mail.close());
    const partner = await openWebhookSink(onWebhook);
    closers.push(() => partner.close());
    const installation = await startInstallation({ databaseUrl: database.url, smtpUrl: mail.url });
    closers.push(() => installation.stop());
    return { installation, adminKey: await installation.newAdminKey(), databaseUrl: database.url, mail, partner, close };
  } catch (error) {
    await close();
    throw error;
  }
}
