// What the benches share: a throw-away database, processes of their own, figures, and the file they go to.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbedded } from '#platform/db/embedded.ts';
import { migrateToLatest } from '#platform/db/migrate.ts';
import { atEnd, boundToUs, endsWithUs, endWhenTold } from '../test/support/at-end.ts';
import { residentMiB, starvedMs } from '../test/support/taken-by.ts';
import type { Measured, Volley } from './fire.ts';

const root = path.resolve(import.meta.dirname, '..');
const results = path.join(import.meta.dirname, 'RESULTS.md');

let asked = (): boolean => false;
endWhenTold(() => asked());

/** Has a SIGTERM ask first: where `ask` answers true, the program comes to its end by itself, with what it has. */
export function askFirst(ask: () => boolean): void {
  asked = ask;
}

/** The secret of every bench: hashes made here are found by the processes it starts. */
export const SECRET = 'for benches only and long enough for the check';

/** A migrated database on a server of its own, gone after `stop`. `durable`: with fsync, as in service. */
export async function throwAwayDatabase(durable: boolean): Promise<{ url: string; pid: number; stop(): Promise<void> }> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'glassbench-bench-'));
  const { url, pid, stop } = await startServer(dataDir, dataDir, { durable, settings: { max_connections: '100' } });
  return { url, pid, stop };
}

/** A migrated server over `dataDir`; when it stops, however that comes, `folder` goes with it, unless it is to be kept. */
export async function startServer(
  dataDir: string,
  folder: string | null,
  options: Pick<Parameters<typeof startEmbedded>[0], 'durable' | 'settings'>,
): Promise<{ url: string; pid: number; stop(): Promise<void> }> {
  let server: Awaited<ReturnType<typeof startEmbedded>> | null = null;
  const stop = async (): Promise<void> => {
    await server?.stop();
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
    leave();
  };
  const leave = atEnd(stop);
  server = await startEmbedded({ dataDir, ...options });
  await migrateToLatest(server.url);
  return { url: server.url, pid: server.pid, stop };
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
  const child = endsWithUs(
    spawn(...boundToUs(process.execPath, [...flags, path.join(root, file)]), {
      cwd: root,
      env: { ...process.env, ...variables, ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  );
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

/** Runs another file of this folder to its end; answers what it prints. */
export async function measuredBy(file: string, argument: object): Promise<unknown> {
  const child = endsWithUs(
    spawn(...boundToUs(process.execPath, [path.join(import.meta.dirname, file), JSON.stringify(argument)]), { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => void child.once('close', resolve));
  if (code !== 0) throw new Error(`${file} ended with code ${code}`);
  return JSON.parse(output);
}

/** Fires from a process of its own; calls `meanwhile` four times a second. */
export async function fire(volley: Volley, meanwhile: () => void = () => undefined): Promise<Measured> {
  const timer = setInterval(meanwhile, 250);
  try {
    return (await measuredBy('fire.ts', volley)) as Measured;
  } finally {
    clearInterval(timer);
  }
}

const TOLD_EVERY_MS = 5_000;

/** Waits for work that takes its time and says meanwhile how far it has come. */
export async function told<T>(how: () => string | Promise<string>, work: Promise<T>): Promise<T> {
  const say = async (): Promise<void> => console.log(await how());
  const timer = setInterval(() => void say().catch(() => undefined), TOLD_EVERY_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
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
    : '# Results\n\nFigures of the programs in this folder. Below each title stands when they were taken, by which command and on which machine; a run replaces its own section, and what\nwas written below its tables by hand goes with it.\n';
  const [head = '', ...sections] = before.split(/^(?=## )/m);
  const others = sections.map((text) => text.trimEnd()).filter((text) => !text.startsWith(`## ${title}\n`));
  writeFileSync(results, `${[head.trimEnd(), ...[...others, section.trimEnd()].toSorted()].join('\n\n')}\n`);
}
