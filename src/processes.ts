// What the process entries have in common: how the API, the work and the ops port are opened, and closed again in order.
import type { AddressInfo } from 'node:net';
import { buildApp } from '#app.ts';
import type { Config } from '#config.ts';
import { migrateToLatest } from '#platform/db/migrate.ts';
import { metrics } from '#platform/metrics.ts';
import { openOps } from '#platform/ops.ts';
import { migrateQueue } from '#platform/queue.ts';
import type { Shutdown } from '#platform/shutdown.ts';
import { listenTrouble } from '#platform/trouble.ts';
import { createServices, type ServiceOverrides, type Services } from '#services.ts';
import { startWork } from '#work.ts';

const CLOSE_MS = { api: 10_000, ops: 2_000, work: 15_000, services: 5_000 };

/** The schema of the application, and BullMQ's own where the queue lives in PostgreSQL. Answers what ran. */
export async function migrateAll(config: Config, url: string): Promise<string[]> {
  const ran = await migrateToLatest(url);
  if (config.REDIS_URL === undefined) await migrateQueue(url);
  return ran;
}

/** The services of this process; the pools end last. */
export function openServices(config: Config, shutdown: Shutdown, overrides: ServiceOverrides): Services {
  const services = createServices(config, overrides);
  shutdown.onDrain(() => services.health.drain());
  shutdown.add({ name: 'services', withinMs: CLOSE_MS.services, run: () => services.close() });
  return services;
}

/** Health and metrics; answers the port. */
export async function serveOps(services: Services, shutdown: Shutdown): Promise<number> {
  const { HOST: host, OPS_PORT: port } = services.config;
  try {
    const ops = await openOps({ host, port, metrics, health: services.health });
    shutdown.add({ name: 'ops', withinMs: CLOSE_MS.ops, run: () => ops.close() });
    return ops.port;
  } catch (error) {
    throw listenTrouble(error, 'OPS_PORT', host, port);
  }
}

/** Relay, workers and schedulers. */
export async function serveWork(services: Services, shutdown: Shutdown): Promise<void> {
  const work = await startWork(services);
  shutdown.add({ name: 'work', withinMs: CLOSE_MS.work, run: () => work.close() });
}

/** The API; answers the port. */
export async function serveApi(services: Services, shutdown: Shutdown): Promise<number> {
  const { HOST: host, PORT: port } = services.config;
  const app = await buildApp(services);
  shutdown.add({ name: 'api', withinMs: CLOSE_MS.api, run: () => app.close() });
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw listenTrouble(error, 'PORT', host, port);
  }
  return (app.server.address() as AddressInfo).port;
}
