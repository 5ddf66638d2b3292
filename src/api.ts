// Process: the API. Give it a migrated database; it ends with grace on SIGTERM.
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
  const { openServices, serveApi, serveOps } = await import('./processes.ts');
  const log = createLog('api', config.LOG_LEVEL);
  const shutdown = openShutdown({ log, drainMs: config.DRAIN_SECONDS * 1000, drainOnInterrupt: true });
  const services = await openServices(config, shutdown, { log });
  const started = services.health.starting();
  await serveOps(services, shutdown);
  const port = await serveApi(services, shutdown);
  started();
  log.info({ port }, 'listening');
});
