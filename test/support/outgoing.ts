// Something to send and somebody to send it to, over an app and a receiver of our own.
import { sql } from 'kysely';
import { expect, vi } from 'vitest';
import { migrateQueue } from '#platform/queue.ts';
import type { ServiceOverrides } from '#services.ts';
import { sweeps } from '#sweeps.ts';
import { startApp, type TestApp } from './app.ts';
import { type OwnRedis, startRedis } from './queue-backends.ts';
import { openSender, type Sender } from './sender.ts';
import { type Receiver, startReceiver } from './webhook-receiver.ts';

/** An app, a receiver, and lanes between them. */
export interface Outgoing extends Sender {
  app: TestApp;
  receiver: Receiver;
  /** Fails where the subject has none. */
  lane(subject: string): Promise<{ state: string; generation: number }>;
  close(): Promise<void>;
}

/** The numbers that arrived on a path, in the order of arrival. */
export const numbersOf = (receiver: Receiver, path: string): unknown[] => receiver.to(path).map(({ data }) => data['n']);

/** Waits until it holds; 10 s at most. */
export const eventually = (check: () => Promise<void> | void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 50 });

/** The one lane about the subject has been looked at by a worker and gathers: nothing moves on it before its time, or what cannot wait. */
export const gathersAbout = ({ owner }: Pick<TestApp, 'owner'>, subject: string): Promise<void> =>
  eventually(async () => {
    const lanes = await owner.selectFrom('lanes').select(['state', 'gathering']).where('subject', '=', subject).execute();
    expect(lanes).toEqual([{ state: 'waiting', gathering: true }]);
  });

/**
 * Every sweep runs once as soon as a worker starts, however seldom it is due: it is over when all that is planned lies ahead. For whoever counts what a
 * sweep of their own has done, over a queue in PostgreSQL.
 */
export const firstSweepsOver = ({ owner }: Pick<TestApp, 'owner'>): Promise<void> =>
  eventually(async () => {
    const { rows } = await sql<{ planned: number; ahead: number }>`
      select count(*)::integer as planned,
             count(*) filter (where j.state = 'delayed' and j.process_at_ms > extract(epoch from clock_timestamp()) * 1000)::integer as ahead
        from bullmq.scheduler s left join bullmq.job j on j.scheduler_id = s.scheduler_id`.execute(owner);
    expect(rows).toEqual([{ planned: Object.keys(sweeps).length, ahead: Object.keys(sweeps).length }]);
  });

/** Opens it; nothing is delivered before a worker is started. */
export async function openOutgoing(env: Record<string, string> = {}, overrides: ServiceOverrides = {}): Promise<Outgoing> {
  const app = await startApp({ WEBHOOKS_TO_PRIVATE: 'true', ...env }, overrides);
  await migrateQueue(app.databaseUrl);
  const receiver = await startReceiver();
  const { services, owner, brandId } = app;
  const sender = openSender({ services, owner, brandId, receiverUrl: receiver.url });
  return {
    ...sender,
    app,
    receiver,
    async lane(subject) {
      const lane = await sender.lane(subject);
      expect(lane, `a lane about ${subject}`).toBeDefined();
      return lane as { state: string; generation: number };
    },
    async close() {
      await receiver.close();
      await app.close();
    },
  };
}

/** The same on one of the queues that suites run on; `redis` is there to be broken where the queue lives in one. */
export async function openOutgoingOn(
  backend: 'postgres' | 'redis',
  env: Record<string, string> = {},
): Promise<Outgoing & { redis: OwnRedis | undefined }> {
  const redis = backend === 'redis' ? await startRedis() : undefined;
  const out = await openOutgoing({ ...env, ...(redis === undefined ? {} : { REDIS_URL: redis.url }) });
  return {
    ...out,
    redis,
    async close() {
      await out.close();
      await redis?.stop();
    },
  };
}
