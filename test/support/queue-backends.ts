// The queues that the suites run on: PostgreSQL always, Redis where a server can be started that is ours alone to wipe and to kill.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '#platform/db/embedded.ts';
import { atEnd, boundToUs, endsWithUs } from './at-end.ts';

/** A Redis of our own. */
export interface OwnRedis {
  url: string;
  /** Of the server as it runs now. */
  pid(): number;
  /** Forgets everything, as a failover without persistence does. */
  wipe(): Promise<void>;
  /** Dies without a word; `start` brings an empty one back on the same port. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const binary = ['redis-server', 'valkey-server'].find((name) => spawnSync(name, ['--version']).status === 0);

/** Why the Redis half is skipped; null where it runs. */
export const missingRedis =
  binary === undefined ? 'there is no redis-server or valkey-server on this machine (apt-get install redis-server): the Redis half is skipped' : null;

/** The back ends to run a suite on. Says aloud what is left out. */
export function queueBackends(): ('postgres' | 'redis')[] {
  if (missingRedis === null) return ['postgres', 'redis'];
  process.stderr.write(`${missingRedis}\n`);
  return ['postgres'];
}

const answers = async (url: string): Promise<void> => {
  for (let tries = 0; tries < 100; tries += 1) {
    const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.ping();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      client.disconnect();
    }
  }
  throw new Error('redis-server did not answer');
};

/** Starts a Redis that keeps nothing on disk. */
export async function startRedis(): Promise<OwnRedis> {
  const port = await freePort();
  const dir = mkdtempSync(path.join(tmpdir(), 'glassbench-test-redis-'));
  const url = `redis://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', dir];
    child = endsWithUs(spawn(...boundToUs(binary ?? 'redis-server', args), { stdio: 'ignore' }));
    await answers(url);
  };
  const end = (signal: NodeJS.Signals): Promise<void> =>
    new Promise((resolve) => {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill(signal);
    });
  const remove = (): void => rmSync(dir, { recursive: true, force: true });
  const leave = atEnd(remove);
  await start();
  return {
    url,
    pid: () => child?.pid ?? 0,
    start,
    async wipe() {
      const client = new Redis(url);
      await client.flushall();
      client.disconnect();
    },
    kill: () => end('SIGKILL'),
    async stop() {
      await end('SIGTERM');
      remove();
      leave();
    },
  };
}
