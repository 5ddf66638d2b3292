// A PostgreSQL that a story may crash and bring back under the same address; it keeps what it has acknowledged.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbedded } from '#platform/db/embedded.ts';
import { atEnd } from './at-end.ts';

/** A server with an off switch. */
export interface RestartablePostgres {
  url: string;
  /** Immediate shutdown: every connection breaks, nothing is tidied up, the next start recovers from the log. */
  crash(): Promise<void>;
  /** kill -9 of the server and of every process of its own at once. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const gone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

/** The processes of a server; where the system does not list them they follow their parent by themselves. */
function familyOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return [pid, ...children.split(' ').filter(Boolean).map(Number)];
  } catch {
    return [pid];
  }
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** Starts an empty server. */
export async function startRestartablePostgres(): Promise<RestartablePostgres> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'glassbench-test-pg-'));
  let server: EmbeddedPostgres = await startEmbedded({ dataDir, durable: true, settings: { max_connections: '100' } });
  const { port, url } = server;
  const stop = async (): Promise<void> => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
    leave();
  };
  const leave = atEnd(stop);
  return {
    url,
    async crash() {
      process.kill(server.pid, 'SIGQUIT');
      while (!gone(server.pid)) await sleep(20);
    },
    async kill() {
      const family = familyOf(server.pid);
      for (const pid of family) killNow(pid);
      while (!family.every(gone)) await sleep(20);
    },
    async start() {
      server = await startEmbedded({ dataDir, port, durable: true, settings: { max_connections: '100' } });
    },
    stop,
  };
}
