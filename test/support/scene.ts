// Everything a story needs around it: a database and a queue of its own, real processes, a mail server, a partner, an admin key.
import { inject } from 'vitest';
import { type Inbox, openInbox } from './inbox.ts';
import { cloneDatabase } from './postgres.ts';
import { type Installation, type Settings, startInstallation } from './processes.ts';
import type { OwnRedis } from './queue-backends.ts';
import type { Queue } from './queues.ts';
import { openWebhookSink, type WebhookSink } from './webhook-sink.ts';

/** A stage with the lights on. */
export interface Scene {
  installation: Installation;
  baseUrl: string;
  adminKey: string;
  databaseUrl: string;
  redis: OwnRedis | null;
  mail: Inbox;
  partner: WebhookSink;
  close(): Promise<void>;
}

/** Opens a scene over this queue; `databaseUrl` names a database other than a clone of the run's template. */
export async function openScene(queue: Queue, options: { settings?: Settings; databaseUrl?: string } = {}): Promise<Scene> {
  const { settings = {} } = options;
  const redis = await queue.start();
  const database =
    options.databaseUrl === undefined ? await cloneDatabase(inject('postgres')) : { url: options.databaseUrl, drop: async () => undefined };
  const mail = await openInbox();
  const partner = await openWebhookSink();
  const closeGround = async (): Promise<void> => {
    await Promise.all([mail.close(), partner.close(), redis?.stop()]);
    await database.drop();
  };
  try {
    const redisUrl = redis === null ? {} : { redisUrl: redis.url };
    const installation = await startInstallation({ databaseUrl: database.url, ...redisUrl, smtpUrl: mail.url, settings });
    const adminKey = await installation.newAdminKey();
    return {
      installation,
      baseUrl: installation.baseUrl,
      adminKey,
      databaseUrl: database.url,
      redis,
      mail,
      partner,
      async close() {
        await installation.stop();
        await closeGround();
      },
    };
  } catch (error) {
    await closeGround();
    throw error;
  }
}
