// Something to send and somebody to send it to, without the rest of the product: lanes to a receiver of our own.
import { sql } from 'kysely';
import { expect, vi } from 'vitest';
import { newId } from '#platform/id.ts';
import { type Due, enqueue } from '#platform/outbox.ts';
import { migrateQueue } from '#platform/queue.ts';
import { startApp, type TestApp } from './app.ts';
import { type Receiver, startReceiver } from './webhook-receiver.ts';

/** A secret that every endpoint of the suites shares. */
export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** An app, a receiver, and lanes between them. */
export interface Outgoing {
  app: TestApp;
  receiver: Receiver;
  /** An endpoint that calls `path` of the receiver. */
  endpoint(path: string, more?: { strict?: boolean; events?: string[] }): Promise<string>;
  /** Makes one event due per number, in one transaction each; answers nothing, the receiver hears of it. */
  tell(endpointId: string, subject: string, numbers: readonly number[]): Promise<void>;
  /** The rows of a subject, oldest first. */
  rows(subject: string): Promise<{ id: number; state: string; attempts: number; reason: string | null; messageId: string }[]>;
  lane(subject: string): Promise<{ state: string; generation: number }>;
  /** Brings every waiting lane's next try to now. */
  hurry(): Promise<void>;
  close(): Promise<void>;
}

/** The numbers that arrived on a path, in the order of arrival. */
export const numbersOf = (receiver: Receiver, path: string): unknown[] => receiver.to(path).map(({ data }) => data['n']);

/** Waits until it holds; 10 s at most. */
export const eventually = (check: () => Promise<void> | void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 50 });

/** Opens it; nothing is delivered before a worker is started. */
export async function openOutgoing(env: Record<string, string> = {}): Promise<Outgoing> {
  const app = await startApp({ WEBHOOKS_TO_PRIVATE: 'true', ...env });
  await migrateQueue(app.databaseUrl);
  const receiver = await startReceiver();
  const { services, owner, brandId } = app;
  return {
    app,
    receiver,
    async endpoint(path, { strict = false, events = ['ticket.advanced'] } = {}) {
      const id = newId('endpoint');
      const values = {
        brand_id: brandId,
        id,
        owner_key_id: 'test',
        owner_kind: 'brand' as const,
        center_id: null,
        url: `${receiver.url}${path}`,
        sealed_secrets: [services.seal.seal(SECRET)],
        key_id: services.seal.keyId,
        events,
        strict_order: strict,
        disabled_at: null,
        disabled_reason: null,
        created_at: new Date(),
        updated_at: new Date(),
      };
      await owner.insertInto('webhook_endpoints').values(values).execute();
      return id;
    },
    async tell(endpointId, subject, numbers) {
      for (const n of numbers) {
        const due: Due = { subject, recipient: `endpoint:${endpointId}`, channel: 'webhook', message: 'ticket.advanced', facts: { n }, eventSeq: n };
        await services.db
          .of(brandId)
          .transaction()
          .execute((trx) => enqueue({ trx, brandId, now: new Date(), traceparent: null, enqueued: false }, [due]));
      }
      services.nudge();
    },
    async rows(subject) {
      const query = owner.selectFrom('outbox').select(['id', 'state', 'attempts', 'dead_reason as reason', 'message_id as messageId']);
      return query.where('subject', '=', subject).orderBy('id').execute();
    },
    async lane(subject) {
      const lane = await owner.selectFrom('lanes').select(['state', 'generation']).where('subject', '=', subject).executeTakeFirst();
      expect(lane, `a lane about ${subject}`).toBeDefined();
      return lane as { state: string; generation: number };
    },
    async hurry() {
      await sql`update lanes set next_at = now() where state = 'waiting'`.execute(owner);
    },
    async close() {
      await receiver.close();
      await app.close();
    },
  };
}
