// Process: brings the database (and the queue's own tables, where the queue lives there) to this release, then ends.
import { configOfProcess } from '#config.ts';
import { reach } from '#platform/db/reach.ts';
import { begin, databaseTrouble, Trouble } from '#platform/trouble.ts';

await begin(async () => {
  const config = configOfProcess();
  const url = config.MIGRATION_URL ?? config.DATABASE_URL;
  if (url === undefined) throw new Trouble('The setting DATABASE_URL is missing: the embedded database is migrated by npm start.');
  const setting = config.MIGRATION_URL === undefined ? 'DATABASE_URL' : 'MIGRATION_URL';
  await reach(url, setting);
  const { migrateAll } = await import('./processes.ts');
  const ran = await migrateAll(config, url).catch((error: unknown) => {
    throw databaseTrouble(error, url, setting);
  });
  console.log(ran.length === 0 ? 'The database is up to date.' : `Migrated: ${ran.join(', ')}.`);
});
