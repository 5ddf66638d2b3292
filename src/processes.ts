// What the process entries have in common: how the API, the work and the ops port are opened, and closed again in order. What not all of them need
// is loaded where it is used: an API that never works would keep some 20 MiB of the worker, and a worker as much of the API.
import type { AddressInfo } from 'node:net';
import type { Config } from '#config.ts';
import { type Doors, listenByDoors } from '#platform/http/doors.ts';
import type { QueueBoard } from '#platform/http/queue-board.ts';
import { metrics } from '#platform/metrics.ts';
import { type Boards, openOps } from '#platform/ops.ts';
import type { Shutdown } from '#platform/shutdown.ts';
import { openTracing } from '#platform/tracing.ts';
import { databaseTrouble, listenTrouble } from '#platform/trouble.ts';
import { createServices, type ServiceOverrides, type Services } from '#services.ts';

/** Connections that may wait for their turn: the system drops what is beyond, and its caller tries again a second later, then two, then four. */
const BACKLOG = 4_096;
const CLOSE_MS = { api: 10_000, ops: 2_000, work: 15_000, services: 5_000, traces: 5_000 };

/** The schema of the application, and BullMQ's own where the queue lives in PostgreSQL. Answers what ran. */
export async function migrateAll(config: Config, url: string): Promise<string[]> {
  const { migrateToLatest } = await import('#platform/db/migrate.ts');
  const ran = await migrateToLatest(url);
  if (config.REDIS_URL === undefined) {
    const { migrateQueue } = await import('#platform/queue.ts');
    await migrateQueue(url);
  }
  return ran;
}

/** The services of this process; the pools end last, but for the traces of it all. */
export async function openServices(config: Config, shutdown: Shutdown, overrides: ServiceOverrides): Promise<Services> {
  const tracing = await openTracing(config.OTEL_EXPORTER_OTLP_ENDPOINT, config.OTEL_TRACES_SAMPLER_ARG);
  shutdown.add({ name: 'traces', withinMs: CLOSE_MS.traces, run: () => tracing.close() });
  // Hints for open pages go over it: loaded now, so that no call waits for that.
  if (config.REDIS_URL !== undefined) await import('#platform/queue.ts');
  const services = createServices(config, { ...overrides, tracing });
  shutdown.onDrain(() => services.health.drain());
  shutdown.add({ name: 'services', withinMs: CLOSE_MS.services, run: () => services.close() });
  return services;
}

/** What operators of a worker look at. */
async function boardsOf(services: Services, shutdown: Shutdown): Promise<Boards> {
  const [{ watchLanes }, { lanePage, openLaneWatch }] = await Promise.all([
    import('#notifications/counts.ts'),
    import('#notifications/watch-lanes.ts'),
  ]);
  const look = openLaneWatch(services);
  watchLanes(look);
  let board: Promise<QueueBoard> | null = null;
  shutdown.add({ name: 'board', withinMs: CLOSE_MS.ops, run: async () => (await board?.catch(() => null))?.close() });
  const { REDIS_URL: redisUrl, DATABASE_URL: databaseUrl = '' } = services.config;
  const open = async (): Promise<QueueBoard> => {
    const [{ openQueueBoard }, { epochOf }] = await Promise.all([import('#platform/http/queue-board.ts'), import('#work.ts')]);
    return openQueueBoard('/queues', { redisUrl, databaseUrl, epoch: await epochOf(services.db.of('*')) });
  };
  return {
    pages: { lanes: async () => lanePage(await look()) },
    programs: {
      async queues() {
        board ??= open();
        // One that could not be opened is tried anew.
        board.catch(() => {
          board = null;
        });
        return (await board).listener;
      },
    },
  };
}

/** Health and metrics, and in a process that works the boards too; answers the port. */
export async function serveOps(services: Services, shutdown: Shutdown, works = false): Promise<number> {
  const { HOST, OPS_HOST, OPS_PORT: port, OPS_TOKEN: token } = services.config;
  const host = OPS_HOST ?? HOST;
  try {
    const boards = works ? { boards: await boardsOf(services, shutdown) } : {};
    const ops = await openOps({ host, port, token, metrics, health: services.health, ...boards });
    shutdown.add({ name: 'ops', withinMs: CLOSE_MS.ops, run: () => ops.close() });
    return ops.port;
  } catch (error) {
    throw listenTrouble(error, { host, port, settings: { host: OPS_HOST === undefined ? 'HOST' : 'OPS_HOST', port: 'OPS_PORT' } });
  }
}

/** Relay, workers and schedulers. Rejects with a Trouble where the database goes away just then. */
export async function serveWork(services: Services, shutdown: Shutdown): Promise<void> {
  const { startWork } = await import('#work.ts');
  const work = await startWork(services).catch((error: unknown) => {
    const { DATABASE_URL: url } = services.config;
    throw url === undefined ? error : databaseTrouble(error, url, 'DATABASE_URL');
  });
  services.health.watch(() => work.health().up);
  shutdown.add({ name: 'work', withinMs: CLOSE_MS.work, run: () => work.close() });
}

/** The API; answers the port. */
export async function serveApi(services: Services, shutdown: Shutdown): Promise<number> {
  const { HOST: host, PORT: port } = services.config;
  const { buildApp } = await import('#app.ts');
  const app = await buildApp(services);
  let doors: Doors | null = null;
  const close = () => Promise.all([doors?.close(), app.close()]);
  shutdown.add({ name: 'api', withinMs: CLOSE_MS.api, run: close });
  try {
    doors = await listenByDoors(app, { host, port, backlog: BACKLOG });
  } catch (error) {
    throw listenTrouble(error, { host, port, settings: { host: 'HOST', port: 'PORT' } });
  }
  return (app.server.address() as AddressInfo).port;
}
