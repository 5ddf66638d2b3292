// What `npm start` promises: one command, data that stays, one clear sentence where something is wrong, and a clean end.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { cloneDatabase } from '../support/postgres.ts';
import { freePort, type Started, startProcess } from '../support/process.ts';

const UP = 'Ctrl-C stops it.';
const dataDir = mkdtempSync(path.join(tmpdir(), 'glassbench-boot-'));
let port: number;
let settings: Record<string, string>;

beforeAll(async () => {
  port = await freePort();
  settings = { DATA_DIR: dataDir, PORT: String(port), OPS_PORT: '0', DRAIN_SECONDS: '0' };
});
afterAll(async () => {
  // A test that failed half-way leaves its process behind.
  await Promise.all(running.filter(({ child }) => child.exitCode === null).map((started) => started.stop()));
  rmSync(dataDir, { recursive: true, force: true });
});

const lookup = async (serial: string) => {
  const response = await fetch(`http://127.0.0.1:${port}/v1/lookup/${serial}`);
  return (await response.json()) as { found?: boolean };
};
const tickets = async (key: string) => {
  const response = await fetch(`http://127.0.0.1:${port}/v1/tickets?limit=100`, { headers: { authorization: `Bearer ${key}` } });
  return ((await response.json()) as { data: unknown[] }).data;
};
const serialsIn = (started: Started): string[] => [...started.stdout().matchAll(/v1\/lookup\/(\S+)/g)].map(([, serial = '']) => serial);
const keysIn = (started: Started): string[] => [...started.stdout().matchAll(/gb_[absc]_\S+/g)].map(([key]) => key);
const postmaster = (): number => Number(readFileSync(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
const running: Started[] = [];
const start = (settings: Record<string, string>): Started => {
  const started = startProcess('start.ts', settings);
  running.push(started);
  return started;
};
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('npm start', () => {
  let first: Started;
  let keys: string[];
  let serials: string[];

  it('brings its own database, a demo, keys and three serials to try', async () => {
    first = start(settings);
    await first.says(UP);
    keys = keysIn(first);
    serials = serialsIn(first);
    expect(first.stdout()).toContain(`http://localhost:${port}`);
    expect(keys).toHaveLength(5);
    expect(serials).toHaveLength(3);
    for (const serial of serials) expect(await lookup(serial), serial).toMatchObject({ found: true });
    expect(await lookup('NOSUCHSERIAL1')).toMatchObject({ found: false });
  });

  it('prints keys that work', async () => {
    expect((await tickets(keys.find((key) => key.startsWith('gb_s_')) ?? '')).length).toBeGreaterThan(0);
  });

  it('keeps secrets and keys from other users', () => {
    for (const file of ['secrets', 'demo.json']) expect(statSync(path.join(dataDir, file)).mode & 0o077, file).toBe(0);
  });

  it('refuses a second instance over the same data, in one sentence', async () => {
    const second = start({ ...settings, PORT: '0' });
    expect(await second.ended).toBe(1);
    expect(second.stderr()).toMatch(
      /^\S+ is in use by another instance \(PostgreSQL process \d+\): stop that one, or set DATA_DIR to another folder\.\n$/,
    );
  });

  it('lets the command line reach the running database', async () => {
    const list = startProcess('admin.ts', { DATA_DIR: dataDir }, ['brand', 'list']);
    expect(await list.ended).toBe(0);
    expect(JSON.parse(list.stdout())).toMatchObject([{ slug: 'aurora' }]);
  });

  it('ends clean on SIGTERM and leaves no PostgreSQL', async () => {
    const pid = postmaster();
    expect(alive(pid)).toBe(true);
    expect(await first.stop('SIGTERM')).toBe(0);
    expect(alive(pid)).toBe(false);
    expect(first.stderr()).toBe('');
  });

  it('shows the same data and keys the second time, and seeds nothing again', async () => {
    const again = start(settings);
    await again.says(UP);
    expect(keysIn(again)).toEqual(keys);
    for (const serial of serials) expect(await lookup(serial)).toMatchObject({ found: true });
    expect(await tickets(keys.find((key) => key.startsWith('gb_b_')) ?? '')).toHaveLength(6);
    expect(await again.stop('SIGINT')).toBe(0);
  });

  // Skipped where setpriv is missing: without it nothing tells the server that its parent was killed.
  it.skipIf(!existsSync('/usr/bin/setpriv'))('leaves no PostgreSQL even when it is killed, and starts again over its data', async () => {
    const killed = start(settings);
    await killed.says(UP);
    const pid = postmaster();
    await killed.stop('SIGKILL');
    const again = start(settings);
    await again.says(UP);
    await expect.poll(() => alive(pid), { timeout: 5_000 }).toBe(false);
    expect(await lookup(serials[0] ?? '')).toMatchObject({ found: true });
    expect(await again.stop()).toBe(0);
  });

  it('names a port in use, and takes its database down with it', async () => {
    const holder = start(settings);
    await holder.says(UP);
    const other = mkdtempSync(path.join(tmpdir(), 'glassbench-boot-'));
    const second = start({ ...settings, DATA_DIR: other });
    expect(await second.ended).toBe(1);
    expect(second.stderr()).toBe(`Port ${port} is in use: stop what listens there, or set PORT to another port.\n`);
    await holder.stop();
    expect(existsSync(path.join(other, 'postgres', 'postmaster.pid'))).toBe(false);
    rmSync(other, { recursive: true, force: true });
  });
});

describe('what is in the way is one sentence and exit code 1', () => {
  const SECRETS = 'for tests only and long enough for the check';
  const unreachable = async () => `postgres://nobody@127.0.0.1:${await freePort()}/none`;

  it.each([
    ['a wrong setting', async () => ({ PORT: '99999' }), /^The setting PORT is wrong: .+\.\n$/],
    ['missing secrets', async () => ({ DATABASE_URL: await unreachable() }), /^The setting SECRETS is missing: .+\.\n$/],
    [
      'an unreachable database',
      async () => ({ DATABASE_URL: await unreachable(), SECRETS }),
      /^The database at \S+ does not answer \(ECONNREFUSED\): .+\.\n$/,
    ],
    [
      'an unknown database',
      async () => ({ DATABASE_URL: inject('postgres').replace(/[^/]+$/, 'nosuch'), SECRETS }),
      /has no database nosuch: .+\.\n$/,
    ],
  ])('%s', async (_, env, sentence) => {
    for (const entry of ['start.ts', 'api.ts', 'worker.ts']) {
      const started = startProcess(entry, { DATA_DIR: dataDir, ...(await env()) });
      expect(await started.ended, entry).toBe(1);
      expect(started.stderr(), entry).toMatch(sentence);
      expect(started.stdout(), entry).toBe('');
    }
  });

  it('a database without tables, and a queue without its own', async () => {
    const { url, drop } = await cloneDatabase(inject('postgres'));
    try {
      const ended = async (databaseUrl: string): Promise<string> => {
        const worker = startProcess('worker.ts', { DATABASE_URL: databaseUrl, SECRETS, OPS_PORT: '0' });
        expect(await worker.ended).toBe(1);
        return worker.stderr();
      };
      expect(await ended(inject('postgres'))).toMatch(/^The database at \S+ has not been brought to this release: run npm run migrate first\.\n$/);
      expect(await ended(url)).toBe(
        'The queue has no tables in this database yet. Run npm run migrate, without REDIS_URL as here, and start again.\n',
      );
    } finally {
      await drop();
    }
  });
});
