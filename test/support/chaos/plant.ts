// An installation to be broken: two APIs and two workers over a PostgreSQL and a Redis of their own, each killed and brought back by pid.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { readConfig } from '#config.ts';
import type { Database } from '#platform/db/database.ts';
import { createServices } from '#services.ts';
import { openCounter } from '../bare-brand.ts';
import { openOwner } from '../owner.ts';
import { freePort } from '../process.ts';
import { type Running, runEntry, type Settings, startEntry, trialSettings } from '../processes.ts';
import { type OwnRedis, startRedis } from '../queue-backends.ts';
import { type RestartablePostgres, startRestartablePostgres } from '../restartable-postgres.ts';
import { openSender } from '../sender.ts';
import type { Acknowledged } from './load.ts';
import { openReceivers, type Receivers } from './receivers.ts';

/** What can be killed. `kill` resolves when it is dead, `start` when it works again. */
export interface Part {
  name: string;
  kind: 'api' | 'worker' | 'redis' | 'postgres';
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** A process of the service with a place of its own: it comes back under the same address. */
export interface Process extends Part {
  kind: 'api' | 'worker';
  baseUrl: string;
  opsUrl: string;
  /** SIGTERM; the exit code, or null where it had to be killed. */
  terminate(): Promise<number | null>;
  /** For good. */
  close(): Promise<void>;
}

/** The installation. */
export interface Plant {
  backend: 'redis' | 'postgres';
  apis: Process[];
  workers: Process[];
  /** The processes, PostgreSQL, and Redis where there is one. */
  parts: Part[];
  postgres: RestartablePostgres;
  redis: OwnRedis | null;
  receivers: Receivers;
  /** Of the center at whose counter everything happens. */
  key: string;
  brandId: string;
  /** As the owner of the tables, past row-level security; fails while PostgreSQL is away. */
  owner: Kysely<Database>;
  endpoints: string[];
  /** Processes that ended though nobody had killed them, with their last words. */
  ends: string[];
  /** What was acknowledged on it so far, over all loads. */
  acknowledged: Acknowledged[];
  close(): Promise<void>;
}

/** Lines between the processes and what they depend on, for those who want to trouble them. */
export interface Detours {
  databaseUrl?(url: string): Promise<string>;
  redisUrl?(url: string): Promise<string>;
  smtpUrl?(url: string): Promise<string>;
  webhookUrl?(url: string): Promise<string>;
}

/** How long a lane stays with a worker that is not heard of. */
export const LEASE_SECONDS = 3;
const AGAIN_MS = 200;
const LAST_WORDS = 2_000;
/** What it died of, which it may have said long before the rest. */
const lastWords = (log: string): string => log.split('\n').find((line) => line.includes('"level":"fatal"')) ?? log.slice(-LAST_WORDS);

/** A process with somebody who starts it again where it did not come up, as every platform does. */
function placed(kind: Process['kind'], name: string, ports: { port: number; ops: number }, settings: Settings, ends: string[]): Process {
  let running: Running | null = null;
  /** A kill, or the end of the plant: its end is nobody's fault. */
  let wanted = false;
  let closed = false;
  let wasUp = false;
  let starting: Promise<void> = Promise.resolve();
  const baseUrl = `http://127.0.0.1:${ports.port}`;
  const opsUrl = `http://127.0.0.1:${ports.ops}`;
  const own = { ...settings, PORT: String(ports.port), OPS_PORT: String(ports.ops) };
  const end = async (how: (one: Running) => Promise<number | null>): Promise<number | null> => {
    wanted = true;
    const one = running;
    running = null;
    return one === null ? null : how(one);
  };
  const start = async (): Promise<void> => {
    while (!closed) {
      try {
        const one = await startEntry(`${kind}.ts`, own, `${opsUrl}/readyz`);
        running = one;
        wanted = false;
        wasUp = true;
        void one.ended.then((code) => {
          if (!wanted && running === one) ends.push(`${name} ended with code ${code}: ${lastWords(one.log())}`);
        });
        return;
      } catch (error) {
        // What it needs is away: a process that cannot begin ends, and is begun again. Before the first kill nothing is away.
        if (!wasUp) console.log(`${name} did not come up and is begun again: ${String(error).slice(0, LAST_WORDS)}`);
        await sleep(AGAIN_MS);
      }
    }
  };
  const terminate = (): Promise<number | null> => end((one) => one.stop());
  return {
    ...{ kind, name, baseUrl, opsUrl, terminate },
    start: () => (starting = start()),
    async kill() {
      await end(async (one) => {
        await one.kill();
        return null;
      });
    },
    async close() {
      closed = true;
      await starting;
      await terminate();
    },
  };
}

/** Opens it, with everything in its place and at work. `more`: settings beside those of a trial. */
export async function openPlant(backend: 'redis' | 'postgres', more: Settings = {}, detours: Detours = {}): Promise<Plant> {
  const postgres = await startRestartablePostgres();
  const redis = backend === 'redis' ? await startRedis() : null;
  const receivers = await openReceivers();
  const via = async (detour: ((url: string) => Promise<string>) | undefined, url: string): Promise<string> => (await detour?.(url)) ?? url;
  const settings = trialSettings({
    databaseUrl: postgres.url,
    ...(redis === null ? {} : { redisUrl: redis.url }),
    smtpUrl: receivers.smtpUrl,
    settings: { LOG_LEVEL: 'error', COALESCE_SECONDS: '1', LEASE_SECONDS: String(LEASE_SECONDS), ...more },
  });
  await runEntry('migrate.ts', [], settings);
  const owner = openOwner(postgres.url, { max: 4, name: 'chaos-owner', patient: true });
  const made = await furnish(settings, owner, await via(detours.webhookUrl, receivers.webhookUrl));
  const troubled = {
    ...settings,
    DATABASE_URL: await via(detours.databaseUrl, postgres.url),
    SMTP_URL: await via(detours.smtpUrl, receivers.smtpUrl),
    ...(redis === null ? {} : { REDIS_URL: await via(detours.redisUrl, redis.url) }),
  };
  const ends: string[] = [];
  const place = async (kind: Process['kind'], nth: number): Promise<Process> =>
    placed(kind, `${kind} ${nth}`, { port: await freePort(), ops: await freePort() }, troubled, ends);
  const apis = [await place('api', 1), await place('api', 2)];
  const workers = [await place('worker', 1), await place('worker', 2)];
  const parts: Part[] = [
    ...apis,
    ...workers,
    { name: 'PostgreSQL', kind: 'postgres', kill: () => postgres.kill(), start: () => postgres.start() },
    ...(redis === null ? [] : [{ name: 'Redis', kind: 'redis' as const, kill: () => redis.kill(), start: () => redis.start() }]),
  ];
  await Promise.all([...apis, ...workers].map((one) => one.start()));
  return {
    ...{ backend, apis, workers, parts, postgres, redis, receivers, owner, ends, acknowledged: [] },
    ...made,
    async close() {
      await Promise.all([...apis, ...workers].map((one) => one.close()));
      await owner.destroy();
      await receivers.close();
      await redis?.stop();
      await postgres.stop();
    },
  };
}

/** A brand with its center, its key, and two endpoints that hear of everything in the stories. */
async function furnish(settings: Settings, owner: Kysely<Database>, webhookUrl: string): Promise<Pick<Plant, 'key' | 'brandId' | 'endpoints'>> {
  const services = createServices(readConfig(settings));
  const { brandId, key } = await openCounter(services, 'chaos');
  const sender = openSender({ services, owner, brandId, receiverUrl: webhookUrl });
  const events = ['ticket.opened', 'ticket.advanced', 'note.added'];
  const endpoints = [await sender.endpoint('/one', { events }), await sender.endpoint('/two', { events })];
  await services.close();
  return { key, brandId, endpoints };
}
