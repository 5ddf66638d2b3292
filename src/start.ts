// All in one process, for trying out and for one machine: embedded PostgreSQL unless DATABASE_URL names another, then everything.
import { enableCompileCache } from 'node:module';
import path from 'node:path';
import { type Config, configOfProcess, withSecrets } from '#config.ts';
import { startEmbedded } from '#platform/db/embedded.ts';
import { createLog } from '#platform/log.ts';
import { openShutdown, type Shutdown } from '#platform/shutdown.ts';
import { begin, databaseTrouble } from '#platform/trouble.ts';

enableCompileCache();

interface Base {
  url: string;
  /** Owned by us: it is seeded when it is new. */
  embedded: boolean;
  where: string;
}

async function openDatabase(config: Config, shutdown: Shutdown): Promise<Base> {
  if (config.DATABASE_URL !== undefined) {
    const { reach } = await import('#platform/db/reach.ts');
    const [url, setting] = config.MIGRATION_URL === undefined ? [config.DATABASE_URL, 'DATABASE_URL'] : [config.MIGRATION_URL, 'MIGRATION_URL'];
    await reach(url, setting);
    if (setting !== 'DATABASE_URL') await reach(config.DATABASE_URL, 'DATABASE_URL');
    return { url, embedded: false, where: new URL(url).host };
  }
  const dataDir = path.resolve(config.DATA_DIR, 'postgres');
  const server = await startEmbedded({ dataDir, durable: true });
  shutdown.add({ name: 'postgres', withinMs: 10_000, run: () => server.stop() });
  return { url: server.url, embedded: true, where: dataDir };
}

await begin(async () => {
  const began = performance.now();
  const read = configOfProcess();
  // What people watch is this program's own text: of the log they see warnings, unless they asked for more.
  const log = createLog('start', read.LOG_LEVEL === 'info' ? 'warn' : read.LOG_LEVEL);
  const shutdown = openShutdown({ log, drainMs: read.DRAIN_SECONDS * 1000, drainOnInterrupt: false });
  try {
    // Loading the code takes as long as starting PostgreSQL: together, with what the processes would load one after the other.
    const code = Promise.all([import('./processes.ts'), import('./seed.ts'), import('./app.ts'), import('./work.ts')]);
    const [base, [processes, seed]] = await Promise.all([openDatabase(read, shutdown), code]);
    const config = withSecrets({ ...read, DATABASE_URL: read.DATABASE_URL ?? base.url });
    await processes.migrateAll(config, base.url).catch((error: unknown) => {
      throw databaseTrouble(error, base.url, 'DATABASE_URL');
    });
    const services = await processes.openServices(config, shutdown, { log });
    const demo = base.embedded ? await seed.seedOnce(services, path.resolve(config.DATA_DIR, 'demo.json')) : null;
    const started = services.health.starting();
    const opsPort = await processes.serveOps(services, shutdown, true);
    await processes.serveWork(services, shutdown);
    const port = await processes.serveApi(services, shutdown);
    started();
    const { greeting } = await import('./greeting.ts');
    process.stdout.write(greeting({ config, port, opsPort, where: base.where, demo, seconds: (performance.now() - began) / 1000 }));
  } catch (error) {
    await shutdown.close();
    throw error;
  }
});
