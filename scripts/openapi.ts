// Writes openapi/openapi.json from the routes; with --check it only says whether the committed file is still theirs.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildApp } from '#app.ts';
import { readConfig } from '#config.ts';
import { createServices } from '#services.ts';

const file = path.resolve(import.meta.dirname, '../openapi/openapi.json');

/** The document of this source tree. Nothing is connected to: the address below is never used. */
export async function openApiText(): Promise<string> {
  const settings = {
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    SECRETS: 'not a secret: no call is ever answered here',
    LOG_LEVEL: 'silent',
  };
  const services = createServices(readConfig(settings));
  const app = await buildApp(services);
  await app.ready();
  try {
    return `${JSON.stringify(app.swagger(), null, 2)}\n`;
  } finally {
    await app.close();
    await services.close();
  }
}

if (import.meta.main) {
  const text = await openApiText();
  if (!process.argv.includes('--check')) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  } else if (readFileSync(file, 'utf8') !== text) {
    process.stderr.write('openapi/openapi.json is not what the routes say any more: run npm run openapi and commit it.\n');
    process.exitCode = 1;
  }
}
