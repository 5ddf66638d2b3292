// Starts the run's PostgreSQL before the first suite that needs one, and tells every suite where it is.
import type { TestProject } from 'vitest/node';
import { startTestServer } from './postgres.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The maintenance database of the run's PostgreSQL: pass it to `cloneDatabase`. */
    postgres: string;
  }
}

let started: ReturnType<typeof startTestServer> | undefined;
let users = 0;

/** Called once per project; they share one server, and the last one stops it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  users += 1;
  started ??= announced(startTestServer());
  const server = await started;
  project.provide('postgres', server.url);
  return async () => {
    users -= 1;
    if (users === 0) {
      started = undefined;
      await server.stop();
    }
  };
}

async function announced(starting: ReturnType<typeof startTestServer>): ReturnType<typeof startTestServer> {
  const server = await starting;
  console.log(`PostgreSQL of this run: ${server.kind}`);
  return server;
}
