// Hand wiring: what the features share, and the order in which it closes.
import type { Logger } from 'pino';
import type { Deed } from '#access/deed.ts';
import type { Config } from '#config.ts';
import type { FileStore } from '#files/stores/contract.ts';
import { openStore } from '#files/stores/stores.ts';
import { followTicket } from '#mail-in/follow-ticket.ts';
import { instantWaysOf } from '#notifications/instant-ways.ts';
import type { InstantWay } from '#notifications/routing.ts';
import { type Clock, systemClock } from '#platform/clock.ts';
import { APP_ROLE, type Db, openDb, openPool } from '#platform/db/connect.ts';
import { expectedMigrations } from '#platform/db/migrate.ts';
import { within } from '#platform/deadline.ts';
import { createHealth, type Health } from '#platform/http/health.ts';
import { type LimitStore, openLimitRedis } from '#platform/http/limiter.ts';
import { type Live, openLive } from '#platform/live.ts';
import { createLog } from '#platform/log.ts';
import { OUTBOX_CHANNEL } from '#platform/outbox.ts';
import { openPaced, type Paced } from '#platform/paced.ts';
import { createSeal, type Seal } from '#platform/seal.ts';
import { noTracing, type Tracing } from '#platform/tracing.ts';

/** What plugins and workers are given as an option. */
export interface Services {
  config: Config;
  log: Logger;
  clock: Clock;
  db: Db;
  seal: Seal;
  /** The ways to a telephone that have a provider; what is due is written for those alone. */
  instantWays: readonly InstantWay[];
  /** Where photos and files lie. */
  files: FileStore;
  health: Health;
  /** Where rate limits are counted; pass the services to `createLimiter`. */
  limits: LimitStore;
  /** Tells the relays, soon and once for many, that something is due. Never throws: they also poll. */
  nudge(): void;
  /** Tells the processes that customers have open that a ticket took a step; call it after the commit. */
  live: Live;
  /** Where spans go; nowhere, unless an endpoint is set. */
  tracing: Tracing;
  /** What follows for parcels from a step of a ticket. */
  follow: Deed['follow'];
  close(): Promise<void>;
}

const API_CONNECTIONS = 8;
/**
 * The relay looks by itself twice a second. Who comes alone is told of at once; under load fifty notices a second are as good as one for every
 * commit, each of which would cost a tenth of a step.
 */
const NUDGE = { afterMs: 2, apartMs: 20 };

/** One NOTIFY for many commits; a lost one costs the relays' poll interval. */
function createNudge(db: Db): Paced {
  // Its commit need not reach the disk: it changes nothing, and waiting would delay what it tells of.
  const statement = `select set_config('synchronous_commit', 'off', true), pg_notify($1, '')`;
  return openPaced(() => db.pool.query(statement, [OUTBOX_CHANNEL]).catch(() => undefined), NUDGE);
}

/** The workers look every half second: nobody waits longer for a nudge. */
const LAST_MS = 1_000;

/** What a caller of createServices may bring along: a clock that stands still, a logger that listens, another pool. */
export type ServiceOverrides = Partial<Pick<Services, 'clock' | 'log' | 'db' | 'seal' | 'tracing'>>;

/**
 * Wires the services; nothing asks the database before its first use. The process entry has filled in DATABASE_URL and SECRETS
 * (embedded server) by then. Closing: the last nudge and the last hint, then the counters, the files, the pool.
 */
export function createServices(config: Config, overrides: ServiceOverrides = {}): Services {
  const { DATABASE_URL: url, SECRETS: secrets } = config;
  if (url === undefined || secrets === undefined) throw new Error('DATABASE_URL and SECRETS are set by the process entry');
  const db = overrides.db ?? openDb(openPool({ url, max: API_CONNECTIONS, name: 'glassbench-api', role: APP_ROLE }));
  const log = overrides.log ?? createLog('glassbench', config.LOG_LEVEL);
  const nudge = createNudge(db);
  const live = openLive({ pool: db.pool, databaseUrl: url, redisUrl: config.REDIS_URL, log });
  const files = openStore(config);
  const redis = config.REDIS_URL === undefined ? null : openLimitRedis(config.REDIS_URL);
  return {
    config,
    log,
    clock: overrides.clock ?? systemClock,
    db,
    seal: overrides.seal ?? createSeal(secrets.split(',') as [string, ...string[]]),
    instantWays: instantWaysOf(config),
    files,
    health: createHealth({
      ...(redis === null ? {} : { queue: () => redis.ping() }),
      database: () => db.pool.query('select 1'),
      migrations: async () => (await db.pool.query<{ name: string }>('select name from kysely_migration')).rows.map((row) => row.name),
      expected: expectedMigrations,
    }),
    limits: { on: config.RATE_LIMITS, redis },
    nudge: () => nudge.ask(),
    live,
    tracing: overrides.tracing ?? noTracing,
    follow: followTicket,
    async close() {
      await within(LAST_MS, 'the last nudge', nudge.stop()).catch(() => undefined);
      await live.close();
      redis?.disconnect();
      await files.close();
      await db.close();
    },
  };
}
