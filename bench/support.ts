// What the benches share: a throw-away database, processes of their own, figures, and the file they go to.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findSetpriv, startEmbedded } from '#platform/db/embedded.ts';
import { migrateToLatest } from '#platform/db/migrate.ts';
import { residentMiB, starvedMs } from '../test/support/taken-by.ts';
import type { Measured, Volley } from './fire.ts';

const root = path.resolve(import.meta.dirname, '..');
const results = path.join(import.meta.dirname, 'RESULTS.md');

/** The secret of every bench: hashes made here are found by the processes it starts. */
export const SECRET = 'for benches only and long enough for the check';

/** A migrated database on a server of its own, gone after `stop`. `durable`: with fsync, as in service. */
export async function throwAwayDatabase(durable: boolean): Promise<{ url: string; stop(): Promise<void> }> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'glassbench-bench-'));
  const server = await startEmbedded({ dataDir, durable, settings: { max_connections: '100' } });
  await migrateToLatest(server.url);
  return {
    url: server.url,
    async stop() {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A process under measurement. */
export interface Measurable {
  pid: number;
  /** Resident memory in MiB, now. */
  rss(): number;
  /** How long its main thread has waited for a processor, in ms; null where the system does not tell. */
  starvedMs(): number | null;
  stop(): Promise<void>;
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) throw new Error(`the process ended with code ${child.exitCode} before it answered`);
    const response = await fetch(url).catch(() => null);
    if (response !== null) return;
    await sleep(50);
  }
  throw new Error(`${url} does not answer`);
}

/** The flags and variables that `npm run <script>` gives node, so that a bench measures the process as it is served. */
function servedAs(file: string): { flags: string[]; variables: Record<string, string> } {
  const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
  const words = Object.values(scripts)
    .map((script) => script.split(' '))
    .find((script) => script.at(-1) === file);
  const variables = words?.filter((word) => /^[A-Z_]+=/.test(word)).map((word) => word.split('=') as [string, string]) ?? [];
  return { flags: words?.filter((word) => word.startsWith('--max')) ?? [], variables: Object.fromEntries(variables) };
}

/** Starts a program of this repository, its output to nowhere, and waits until `url` answers. It ends with us, also where we are killed. */
export async function startProcess(file: string, env: Record<string, string>, url: string): Promise<Measurable> {
  const { flags, variables } = servedAs(file);
  const setpriv = findSetpriv();
  const args = [...flags, path.join(root, file)];
  const bound = ['--pdeathsig', 'KILL', process.execPath, ...args];
  const child = spawn(setpriv ?? process.execPath, setpriv === undefined ? args : bound, {
    cwd: root,
    env: { ...process.env, ...variables, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  // What setpriv does on Linux alone; a signal that kills us at once runs no hook.
  const end = (): boolean => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  await answers(url, child);
  const pid = child.pid ?? 0;
  return {
    pid,
    rss: () => residentMiB(pid),
    starvedMs: () => starvedMs(pid),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Fires from a process of its own; calls `meanwhile` four times a second. */
export async function fire(volley: Volley, meanwhile: () => void = () => undefined): Promise<Measured> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'fire.ts'), JSON.stringify(volley)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const timer = setInterval(meanwhile, 250);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => void child.once('close', resolve));
  clearInterval(timer);
  if (code !== 0) throw new Error(`firing ended with code ${code}`);
  return JSON.parse(output) as Measured;
}

/** The middle value; of two middles their mean. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2 === 1 ? (sorted[Math.floor(half)] ?? 0) : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2;
}

/** Prints a section and puts it into RESULTS.md in place of the last one of that title. */
export function record(title: string, command: string, body: string): void {
  const cores = cpus();
  const machine = `${cores.length} cores (${cores[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)}`;
  const section = `## ${title}\n\n${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC · \`${command}\` · ${machine}\n\n${body.trim()}\n`;
  console.log(`\n${section}`);
  const before = existsSync(results)
    ? readFileSync(results, 'utf8')
    : '# Results\n\nFigures of the programs in this folder; each run replaces its own section.\n';
  const [head = '', ...sections] = before.split(/^(?=## )/m);
  const others = sections.map((text) => text.trimEnd()).filter((text) => !text.startsWith(`## ${title}\n`));
  writeFileSync(results, `${[head.trimEnd(), ...[...others, section.trimEnd()].toSorted()].join('\n\n')}\n`);
}
