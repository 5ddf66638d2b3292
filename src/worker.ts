// Process: relay, workers and schedulers. As many of them as you like; the database tells them apart.
import { enableCompileCache } from 'node:module';
import { configOfProcess, withSecrets } from '#config.ts';
import { reach } from '#platform/db/reach.ts';
import { createLog } from '#platform/log.ts';
import { openShutdown } from '#platform/shutdown.ts';
import { begin, Trouble } from '#platform/trouble.ts';

enableCompileCache();

await begin(async () => {
  const config = withSecrets(configOfProcess());
  if (config.DATABASE_URL === undefined) throw new Trouble('The setting DATABASE_URL is missing: npm start brings a database of its own.');
  await reach(config.DATABASE_URL, 'DATABASE_URL');
  const { openServices, serveOps, serveWork } = await import('./processes.ts');
  const log = createLog('worker', config.LOG_LEVEL);
  // Nobody sends requests to a worker, so there is nobody to wait for.
  const shutdown = openShutdown({ log, drainMs: 0, drainOnInterrupt: false });
  const services = await openServices(config, shutdown, { log });
  const started = services.health.starting();
  const port = await serveOps(services, shutdown, true);
  await serveWork(services, shutdown);
  started();
  log.info({ port }, 'working');
});
