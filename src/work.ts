// What a worker does: the relay, the lanes and the sweeps, started and stopped in order.
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { z } from 'zod';
import { openChannels } from '#notifications/channels/channels.ts';
import { countDelivery } from '#notifications/counts.ts';
import { type Claim, type Delivery, deliverLane, openDelivery } from '#notifications/deliver-lane.ts';
import { startRelay } from '#notifications/relay.ts';
import { createThrottle } from '#notifications/throttle.ts';
import { APP_ROLE, openDb, openPool } from '#platform/db/connect.ts';
import { openHands } from '#platform/hands.ts';
import { openQueue } from '#platform/queue.ts';
import { mustHaveQueue } from '#platform/queue-schema.ts';
import type { Services } from '#services.ts';
import { sweeps } from './sweeps.ts';

/** A started worker. */
export interface Work {
  /** The relay stops, what is being sent gets 15 s, then everything is disconnected. */
  close(): Promise<void>;
  /** `up: false` means degraded, not broken: what is due waits in PostgreSQL. */
  health(): { queue: 'redis' | 'postgres'; up: boolean };
}

/** For tests that cannot wait. */
export interface WorkOptions {
  /** How long a lane stays with a worker that is not heard of any more. */
  leaseMs?: number;
  concurrency?: number;
}

/** More lanes than connections: a lane spends most of its time waiting for its receiver, and lanes share their statements. */
const LANES_AT_ONCE = 400;
/** A job is done when its lanes have been begun: more jobs would only wait for the same hands. */
const JOBS_AT_ONCE = 8;
/** For the statements that runs share: as many as go on at once, which are few, so that each is shared by many. */
const WORKER_CONNECTIONS = 4;
/** For what a run asks by itself. */
const RUN_CONNECTIONS = 3;
/** What is being sent when a worker stops gets this long. */
const SEND_MS = 13_000;

const HintData = z.object({ lanes: z.array(z.tuple([z.int(), z.int(), z.string()])).max(1_000) });

/** Starts working on what is due. The queue's own tables have been migrated where it lives in PostgreSQL. */
export async function startWork(services: Services, options: WorkOptions = {}): Promise<Work> {
  const { config, log, clock, seal } = services;
  const { DATABASE_URL: databaseUrl } = config;
  if (databaseUrl === undefined) throw new Error('DATABASE_URL is set by the process entry');
  const leaseMs = options.leaseMs ?? config.LEASE_SECONDS * 1000;
  const asWorker = { url: databaseUrl, role: APP_ROLE, brandId: '*' };
  const lanes = openDb(openPool({ ...asWorker, max: RUN_CONNECTIONS, name: 'glassbench-runs', byIndex: true }));
  const book = openDb(openPool({ ...asWorker, max: WORKER_CONNECTIONS, name: 'glassbench-worker', byIndex: true, keptPlans: true }));
  // A claim that is lost with the database is made again, and of two jobs of one generation one takes the lane: nobody waits for its commit.
  const claims = openDb(openPool({ ...asWorker, max: 1, name: 'glassbench-relay', lazyCommits: true, byIndex: true }));
  const channels = openChannels(config, log, () => clock.now().getTime());
  const ending = new AbortController();
  const delivery = openDelivery(
    {
      ending: ending.signal,
      db: lanes.open,
      channels,
      throttle: createThrottle(),
      tracing: services.tracing,
      seal,
      clock,
      log,
      leaseMs,
      lookupUrl: config.PUBLIC_URL,
      coalesceSeconds: config.COALESCE_SECONDS,
      smsSignature: config.SMS_SIGNATURE,
      random: Math.random,
      onOutcome: countDelivery,
    },
    book.open,
  );
  let wake = (): void => undefined;
  const hands = openHands(options.concurrency ?? LANES_AT_ONCE);
  const deliver = async (claim: Claim): Promise<void> => {
    try {
      if ((await deliverLane(delivery, claim)) === 'more') wake();
    } catch (error) {
      log.error({ err: error, lane: claim.lane, generation: claim.generation }, 'a lane was broken off; its lease brings it back');
    }
  };
  const epoch = await epochOf(lanes.open);
  if (config.REDIS_URL === undefined) await mustHaveQueue(lanes.open);
  const queue = await openQueue({
    redisUrl: config.REDIS_URL,
    databaseUrl,
    epoch,
    concurrency: JOBS_AT_ONCE,
    log,
    async onHint(data) {
      for (const [lane, generation, recipient] of HintData.parse(data).lanes) await hands.start(() => deliver({ lane, generation, recipient }));
    },
    sweeps: Object.entries(sweeps).map(([name, { everySeconds }]) => ({ name, everyMs: Math.ceil(everySeconds(config) * 1000) })),
    onSweep: (name) => sweep(services, name),
  });
  const relay = startRelay({ db: claims.open, databaseUrl, queue, leaseMs, log });
  wake = relay.wake;
  return {
    async close() {
      const late = sleep(SEND_MS, undefined, { ref: false });
      await relay.close();
      await queue.close();
      await Promise.race([hands.idle(), late]);
      ending.abort();
      await channels.close();
      await Promise.all([lanes.close(), book.close(), claims.close()]);
    },
    health: () => ({ queue: queue.backend, up: queue.up() }),
  };
}

/** Names this database: jobs of another one in the same Redis are in another namespace. */
export async function epochOf(db: Delivery['db']): Promise<string> {
  const { rows } = await sql<{ epoch: string }>`select epoch from installation`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('the database is not migrated');
  return row.epoch;
}

async function sweep(services: Services, name: string): Promise<void> {
  // A schedule of another release may still be in the queue.
  if (!Object.hasOwn(sweeps, name)) return;
  const count = await sweeps[name as keyof typeof sweeps].run(services);
  if (count > 0) services.log.info({ job: name, count }, 'swept');
}
