// Where the benches of deliveries stand: a database, a queue, a brand whose events go to a receiver in a process of its own, and workers.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { readConfig } from '#config.ts';
import type { Clock } from '#platform/clock.ts';
import type { Database } from '#platform/db/database.ts';
import { freePort } from '#platform/db/embedded.ts';
import { migrateQueue } from '#platform/queue.ts';
import { createServices, type ServiceOverrides, type Services } from '#services.ts';
import { startWork } from '#work.ts';
import { openBrand } from '../test/support/bare-brand.ts';
import { openOwner } from '../test/support/owner.ts';
import { startRedis } from '../test/support/queue-backends.ts';
import { openSender, type Sender } from '../test/support/sender.ts';
import { type Receiver, startReceiver } from '../test/support/webhook-receiver.ts';
import type { Kinds } from './cpu.ts';
import type { Arrival } from './receiver.ts';
import { type Measurable, SECRET, startProcess, throwAwayDatabase, told } from './support.ts';

export type Backend = 'redis' | 'postgres';

/** A ground to measure on. */
export interface Ground extends Sender {
  backend: Backend;
  services: Services;
  owner: Kysely<Database>;
  brandId: string;
  databaseUrl: string;
  redisUrl: string | undefined;
  receiverUrl: string;
  /** What came since it was last asked for. */
  taken(): Promise<Arrival[]>;
  /** Waits until so many calls came; answers them. */
  arrived(count: number, withinMs: number): Promise<Arrival[]>;
  worker(): Promise<Measurable>;
  /** The processes at work, by kind. */
  kinds(): Kinds;
  /** Waits until nothing is due any more and every lane is at rest. */
  settled(withinMs: number): Promise<void>;
  /** The same ground, calling another receiver. */
  senderTo(receiverUrl: string): Sender;
  close(): Promise<void>;
}

/** Opens it. `durable`: PostgreSQL with fsync, as in service. */
export async function openGround(backend: Backend, durable: boolean, overrides: ServiceOverrides = {}): Promise<Ground> {
  const database = await throwAwayDatabase(durable);
  const redis = backend === 'redis' ? await startRedis() : undefined;
  await migrateQueue(database.url);
  const settings = { DATABASE_URL: database.url, SECRETS: SECRET, LOG_LEVEL: 'silent', RATE_LIMITS: 'false', WEBHOOKS_TO_PRIVATE: 'true' };
  const env = { ...settings, ...(redis === undefined ? {} : { REDIS_URL: redis.url }) };
  const services = createServices(readConfig(env), overrides);
  const owner = openOwner(database.url, { max: 4, name: 'bench-owner', patient: true });
  const brandId = await openBrand(services);
  const port = await freePort();
  const receiverUrl = `http://127.0.0.1:${port}`;
  const receiver = await startProcess('bench/receiver.ts', { RECEIVER_PORT: String(port) }, `${receiverUrl}/figures/count`);
  const workers: Measurable[] = [];
  const read = async <T>(what: string): Promise<T> => (await (await fetch(`${receiverUrl}/figures${what}`)).json()) as T;
  const senderTo = (url: string): Sender => openSender({ services, owner, brandId, receiverUrl: url });
  const taken = (): Promise<Arrival[]> => read('/take');
  return {
    ...senderTo(receiverUrl),
    senderTo,
    backend,
    services,
    owner,
    brandId,
    databaseUrl: database.url,
    redisUrl: redis?.url,
    receiverUrl,
    taken,
    async arrived(count, withinMs) {
      const began = performance.now();
      const came = (): Promise<number> => read('/count');
      const all = async (): Promise<void> => {
        while ((await came()) < count) {
          if (performance.now() - began > withinMs) throw new Error(`${await came()} of ${count} calls within ${withinMs} ms`);
          await sleep(100);
        }
      };
      await told(async () => `${await came()} of ${count} calls came`, all());
      return taken();
    },
    async worker() {
      const opsPort = await freePort();
      const worker = await startProcess('src/worker.ts', { ...env, OPS_PORT: String(opsPort) }, `http://127.0.0.1:${opsPort}/livez`);
      workers.push(worker);
      return worker;
    },
    kinds: () => ({
      postgres: [database.pid],
      worker: workers.map(({ pid }) => pid),
      redis: redis === undefined ? [] : [redis.pid()],
      receiver: [receiver.pid],
      bench: [process.pid],
    }),
    async settled(withinMs) {
      const began = performance.now();
      for (;;) {
        // Each off an index of its own: a look at many lanes would be a part of what is measured.
        const { rows } = await sql<{ busy: boolean }>`
          select exists (select from lanes where state = 'ready') or exists (select from lanes where state = 'enqueued')
                 or exists (select from lanes where state = 'waiting') as busy`.execute(owner);
        if (rows[0]?.busy === false) return;
        if (performance.now() - began > withinMs) throw new Error(`lanes are not at rest within ${withinMs} ms`);
        await sleep(20);
      }
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await receiver.stop();
      await services.close();
      await owner.destroy();
      await redis?.stop();
      await database.stop();
    },
  };
}

/** A ground whose receiver and worker live in this process, for programs that tell the receiver what to answer. */
export async function openInProcess(backend: Backend, clock?: Clock): Promise<Ground & { receiver: Receiver }> {
  const receiver = await startReceiver();
  const ground = await openGround(backend, false, clock === undefined ? {} : { clock });
  const work = await startWork(ground.services);
  return {
    ...ground,
    ...ground.senderTo(receiver.url),
    receiver,
    async close() {
      await work.close();
      await receiver.close();
      await ground.close();
    },
  };
}

/** The value below which this share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
