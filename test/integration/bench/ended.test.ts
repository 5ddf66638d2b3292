// A bench that is told to end in the middle of its work: one signal ends all that it has started, and leaves nothing in the folder for what is temporary.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { until } from '../../support/until.ts';

const START_MS = 150_000;
const END_MS = 20_000;
const root = path.resolve(import.meta.dirname, '../../..');
const left: (() => void)[] = [];
afterEach(() => {
  for (const tidyUp of left.splice(0)) tidyUp();
});

interface Process {
  pid: number;
  parent: number;
  words: string;
}

/** The processes below this one, near and far. */
function descendantsOf(ancestor: number): Process[] {
  const rows = [...execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).matchAll(/^ *(\d+) +(\d+) +(.*)$/gm)];
  const all = rows.map(([, pid, parent, words = '']) => ({ pid: Number(pid), parent: Number(parent), words }));
  const below = (one: number): Process[] => all.filter(({ parent }) => parent === one).flatMap((child) => [child, ...below(child.pid)]);
  return below(ancestor);
}

const runs = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

function start(words: string): { program: ChildProcess; temporary: string; said(): string } {
  const temporary = mkdtempSync(path.join(tmpdir(), 'glassbench-ended-'));
  const program = spawn(process.execPath, words.split(' '), {
    cwd: root,
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [program.stdout, program.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  left.push(() => {
    program.kill('SIGKILL');
    rmSync(temporary, { recursive: true, force: true });
  });
  return { program, temporary, said: () => said };
}

it.each([
  ['SIGTERM', 'bench/streams.ts 3 1000000 1', 1, 143],
  ['SIGINT', 'bench/chaos.ts restarts 1000 1 postgres', 2, 130],
] as const)('by %s: %s', { timeout: START_MS + END_MS + 10_000 }, async (signal, words, programs, code) => {
  const { program, temporary, said } = start(words);
  const found = await until(
    () => {
      const below = descendantsOf(program.pid ?? 0);
      return below.filter((one) => /node .*\.ts/.test(one.words)).length >= programs ? below : null;
    },
    START_MS,
    said,
  );
  const started = found.map(({ pid }) => pid);
  expect(found.some(({ words: of }) => of.includes('postgres'))).toBe(true);
  left.push(() => {
    for (const pid of started.filter(runs)) process.kill(pid, 'SIGKILL');
  });
  const ended = new Promise<number | null>((resolve) => void program.once('exit', resolve));
  program.kill(signal);
  expect(await Promise.race([ended, new Promise<string>((resolve) => void setTimeout(resolve, END_MS, 'it goes on'))])).toBe(code);
  expect(started.filter(runs)).toEqual([]);
  expect(readdirSync(temporary).filter((name) => name.startsWith('glassbench'))).toEqual([]);
});
