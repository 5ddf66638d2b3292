// The only file that knows BullMQ: jobs are hints that something is due, on Redis or in PostgreSQL, and may be lost at any time.
import {
  Queue as BullQueue,
  Worker as BullWorker,
  createPostgresBackend,
  type Job,
  type PostgresConnectionOptions,
  Relay,
  runMigrations,
} from 'bullmq';
import pg from 'pg';
import type { Logger } from 'pino';
import { within } from './deadline.ts';
import type { Carrier, OnHint } from './live.ts';
import { outageLog } from './outage-log.ts';
import { CONNECT_MS, inPostgres, openListeningPool } from './queue-connection.ts';
import { openToWorkers, SCHEMA } from './queue-schema.ts';

/** A hint: which handler, with what. Ids and counts only, never personal data. */
export interface Hint {
  /** Names the job; an id that is still queued is not queued twice. No `:`, and not a number. */
  id: string;
  data: object;
}

/** What the queue is made of and what runs when a hint arrives. */
export interface QueueOptions {
  /** Redis or Valkey; without it the queue lives in the schema `bullmq` of `databaseUrl`. */
  redisUrl?: string | undefined;
  databaseUrl: string;
  /** Of the database: jobs of another database in the same Redis are in another namespace. */
  epoch: string;
  concurrency: number;
  log: Logger;
  /** Runs a hint. A throw is logged and forgotten: the truth in PostgreSQL brings the hint back. */
  onHint(data: unknown): Promise<void>;
  /** Named sweeps and how often they are due, over all processes together. */
  sweeps: readonly { name: string; everyMs: number }[];
  onSweep(name: string): Promise<void>;
}

/** An open queue with its worker. */
export interface Queue {
  /** Rejects when the backend does not take them within two seconds. */
  add(hints: readonly Hint[]): Promise<void>;
  /** Whether the backend took the last command. */
  up(): boolean;
  readonly backend: 'redis' | 'postgres';
  /** Takes no more, waits for what runs (13 s at most), disconnects. */
  close(): Promise<void>;
}

const NAME = 'work';
const HINT = 'hint';
const SWEEP = 'sweep';
const ADD_MS = 2_000;
// Within the 15 s that a worker has to stop, disconnecting included.
const CLOSE_MS = 13_000;
const LOOK_AFTER_MS = 5_000;
const RETRY_MS = 500;
// A hint is tried once and leaves no trace: attempts, schedules and dead letters live in PostgreSQL.
const onceAndGone = { attempts: 1, removeOnComplete: true, removeOnFail: true } as const;

/**
 * Brings BullMQ's own tables in PostgreSQL to what this release needs; safe to run from several processes at once.
 * The login of the migrations owns them; logins that may act as the application's role may use them.
 */
export async function migrateQueue(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await runMigrations(client, SCHEMA);
    await openToWorkers(client);
  } finally {
    await client.end();
  }
}

/** The two ends of BullMQ, whichever backend carries them. */
interface Ends {
  queue: Pick<BullQueue, 'addBulk' | 'getJob' | 'getJobScheduler' | 'upsertJobScheduler' | 'waitUntilReady' | 'close' | 'disconnect'>;
  worker: Pick<BullWorker, 'close' | 'disconnect' | 'run' | 'waitUntilReady'>;
  /** Of the worker, where the queue lives in PostgreSQL. */
  pool: pg.Pool | null;
}

type Place = Pick<QueueOptions, 'redisUrl' | 'databaseUrl' | 'epoch'>;

function openBullQueue({ redisUrl, databaseUrl, epoch }: Place, name: string): BullQueue {
  if (redisUrl === undefined)
    return new BullQueue(NAME, { connection: inPostgres(databaseUrl, 1, name) }, createPostgresBackend) as unknown as BullQueue;
  const connection = { url: redisUrl, enableOfflineQueue: false, maxRetriesPerRequest: 1, connectTimeout: CONNECT_MS };
  return new BullQueue(NAME, { prefix: prefixOf(epoch), connection });
}

/** The braces keep all keys of the queue in one slot of a Redis Cluster. */
const prefixOf = (epoch: string): string => `{glassbench-${epoch}}`;

/** The queue to look at, for the dashboard; it adds nothing. */
export function openQueueToLookAt(place: Place, onError: (error: Error) => void): BullQueue {
  const queue = openBullQueue(place, 'glassbench-board');
  queue.on('error', onError);
  return queue;
}

function openEnds(options: QueueOptions, process: (job: Job) => Promise<void>, onError: (error: Error) => void): Ends {
  // The lock outlives a slow receiver; a worker that died is noticed by the lane's lease, long before BullMQ notices.
  // drainDelay: after a wipe of Redis a worker that waits for a job notices new ones within a second.
  const workerOptions = {
    concurrency: options.concurrency,
    autorun: false,
    drainDelay: 1,
    lockDuration: 60_000,
    stalledInterval: 60_000,
    maxStalledCount: 0,
    // How long it rests after its backend failed it, which is a quarter of a minute by default: every outage would last so much longer.
    runRetryDelay: RETRY_MS,
  };
  const queue = openBullQueue(options, 'glassbench-queue');
  const { redisUrl, databaseUrl, epoch } = options;
  const pool = redisUrl === undefined ? openListeningPool(databaseUrl, 3, 'glassbench-hints') : null;
  const worker =
    redisUrl === undefined
      ? // BullMQ types the little that it needs of a pool in its own words.
        new BullWorker(NAME, process, { ...workerOptions, connection: pool as unknown as PostgresConnectionOptions }, createPostgresBackend)
      : new BullWorker(NAME, process, { ...workerOptions, prefix: prefixOf(epoch), connection: { url: redisUrl, maxRetriesPerRequest: null } });
  queue.on('error', onError);
  worker.on('error', onError);
  return { queue, worker, pool } as unknown as Ends;
}

/** Opens the queue and starts its worker. Resolves although Redis is down: what is due waits in PostgreSQL. Rejects where PostgreSQL dies meanwhile. */
export async function openQueue(options: QueueOptions): Promise<Queue> {
  const backend = options.redisUrl === undefined ? 'postgres' : 'redis';
  const outage = outageLog(options.log, backend);
  const process = async (job: Job): Promise<void> => {
    try {
      if (job.name === HINT) await options.onHint(job.data);
      else await options.onSweep(job.name.slice(SWEEP.length + 1));
    } catch (error) {
      options.log.error({ err: error, job: job.name }, 'a job failed; it comes back by itself');
    }
  };
  const { queue, worker, pool } = openEnds(options, process, outage.down);
  const closeEnds = async (): Promise<void> => {
    await within(CLOSE_MS, 'closing the worker', worker.close()).catch(() => worker.disconnect());
    await within(ADD_MS, 'closing the queue', queue.close()).catch(() => queue.disconnect());
    await within(ADD_MS, 'closing the connections of the worker', pool?.end() ?? Promise.resolve()).catch(() => undefined);
  };
  // BullMQ asks PostgreSQL once whether its tables fit and never forgets that it got no answer: its worker would then fail again and again without
  // a pause, in which nothing else of this process has a turn.
  if (backend === 'postgres') {
    try {
      await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
    } catch (error) {
      await closeEnds();
      throw error;
    }
  }

  /**
   * Whether a schedule waits for a worker that was killed as it had taken its turn, and had not planned the next one: until BullMQ notices, a minute or
   * two later. A turn that only waits is left alone: planned anew, it would go behind everything that waits.
   */
  const standsStill = async (id: string, next: number): Promise<boolean> => {
    if (next >= Date.now() - LOOK_AFTER_MS) return false;
    const turn = (await queue.getJob(`repeat:${id}:${next}`)) as Job | undefined;
    return turn === undefined || (await turn.getState()) === 'active';
  };
  /** A Redis that was wiped has forgotten the schedules too. */
  const lookAfterSweeps = async (): Promise<void> => {
    for (const { name, everyMs } of options.sweeps) {
      const id = `${SWEEP}-${name}`;
      const known = await queue.getJobScheduler(id);
      if (known?.every !== everyMs || (await standsStill(id, known.next ?? 0)))
        await queue.upsertJobScheduler(id, { every: everyMs }, { name: id, opts: onceAndGone });
    }
  };
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    try {
      await within(ADD_MS, 'looking after the schedules', lookAfterSweeps());
      outage.up();
    } catch (error) {
      outage.down(error);
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => void look(), LOOK_AFTER_MS);
  await look();
  void worker.run().catch(outage.down);

  return {
    backend,
    up: outage.isUp,
    async add(hints) {
      const jobs = hints.map(({ id, data }) => ({ name: HINT, data, opts: { ...onceAndGone, jobId: id } }));
      try {
        await within(ADD_MS, 'adding to the queue', queue.addBulk(jobs));
        outage.up();
      } catch (error) {
        outage.down(error);
        throw error;
      }
    },
    async close() {
      clearInterval(timer);
      await closeEnds();
    },
  };
}

const TOPIC = 'tickets.moved';
/** A process that died gets no hints any more once its lease is over; until then they wait for it in vain. */
const LEASE_MS = 10_000;
const UNREAD_MOST = 1_000;
const AGAIN_MS = 1_000;

/**
 * Hints to every process by BullMQ's Relay. BullMQ calls it experimental: hence the pinned version and the small interface.
 * While Redis is away hints are dropped, not kept; everything is looked at once it is back, also by who first asks for them meanwhile.
 */
export function openRelay(redisUrl: string, log: Logger): Carrier {
  const outage = outageLog(log, 'relay');
  let relay: Relay | null = null;
  let ready = false;
  const first = Promise.withResolvers<void>();
  let ear: OnHint | null = null;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const follow = async (from: Relay): Promise<void> => {
    if (ear === null) return;
    await from.subscribe(TOPIC, ({ data }) => {
      if (Array.isArray(data)) ear?.(data.map(String));
    });
    ear(null);
  };
  const open = async (): Promise<void> => {
    const next = new Relay({
      prefix: 'glassbench',
      namespace: 'live',
      leaseDuration: LEASE_MS,
      inboxMaxLength: UNREAD_MOST,
      connection: { url: redisUrl, enableOfflineQueue: false, maxRetriesPerRequest: null, connectTimeout: CONNECT_MS },
    });
    relay = next;
    next.on('error', outage.down);
    next.on('recovered', () => ear?.(null));
    try {
      await next.waitUntilReady();
      await follow(next);
      ready = true;
      first.resolve();
      outage.up();
    } catch (error) {
      outage.down(error);
      await next.close().catch(() => undefined);
      if (!closed) timer = setTimeout(() => void open(), AGAIN_MS);
    }
  };
  void open();
  return {
    async send(ids) {
      await within(ADD_MS, 'connecting to the other processes', first.promise);
      if (relay !== null) await within(ADD_MS, 'telling the other processes', relay.publish(TOPIC, ids));
      outage.up();
    },
    listen(onHint) {
      ear = onHint;
      const hear = (): void => {
        if (!ready || relay === null || closed) return;
        follow(relay).catch((error: unknown) => {
          outage.down(error);
          timer = setTimeout(hear, AGAIN_MS);
        });
      };
      hear();
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      if (relay !== null) await within(ADD_MS, 'closing the relay', relay.close()).catch(() => undefined);
    },
  };
}
