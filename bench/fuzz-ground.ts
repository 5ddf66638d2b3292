// Where bench/fuzz.ts plays: a throw-away database, the app over it in this process, and API processes that are started as they are needed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '#platform/db/embedded.ts';
import { openApp, SECRET, type TestApp } from '../test/support/app-over.ts';
import { atEnd } from '../test/support/at-end.ts';
import { fuzzSettings } from '../test/support/fuzz/range.ts';
import { startProcess, throwAwayDatabase } from './support.ts';

/** A ground to play on. */
export interface FuzzGround {
  url: string;
  app: TestApp;
  /** Another app over the same database. */
  openApp(): Promise<TestApp>;
  /** An API process over the database, with settings of its own. */
  startApi(more?: Record<string, string>): Promise<{ port: number; stop(): Promise<void> }>;
  close(): Promise<void>;
}

/** Opens it, without fsync. */
export async function openFuzzGround(): Promise<FuzzGround> {
  const database = await throwAwayDatabase(false);
  const folder = mkdtempSync(path.join(tmpdir(), 'glassbench-fuzz-'));
  const tidyUp = (): void => rmSync(folder, { recursive: true, force: true });
  const leave = atEnd(tidyUp);
  const env = {
    ...{
      DATABASE_URL: database.url,
      SECRETS: SECRET,
      LOG_LEVEL: 'silent',
      RATE_LIMITS: 'false',
      DATA_DIR: folder,
      OPS_PORT: '0',
      DRAIN_SECONDS: '0',
    },
    ...fuzzSettings,
  };
  const another = (): Promise<TestApp> => openApp({ url: database.url, drop: async () => undefined }, { ...fuzzSettings, DATA_DIR: folder });
  const app = await another();
  return {
    url: database.url,
    app,
    openApp: another,
    async startApi(more = {}) {
      const port = await freePort();
      const api = await startProcess('src/api.ts', { ...env, ...more, PORT: String(port) }, `http://127.0.0.1:${port}/livez`);
      return { port, stop: () => api.stop() };
    },
    async close() {
      await app.close();
      await database.stop();
      tidyUp();
      leave();
    },
  };
}
