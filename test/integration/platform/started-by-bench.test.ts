// What a bench has started ends with it, however that ends: what is left behind takes the processor from the next run.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findSetpriv } from '#platform/db/embedded.ts';
import { freePort } from '../../support/process.ts';
import { until } from '../../support/until.ts';

const root = path.resolve(import.meta.dirname, '../../..');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'glassbench-test-bench-'));
  const answering = "import { createServer } from 'node:http'; createServer((_, answer) => answer.end()).listen(process.env.PORT, '127.0.0.1');";
  writeFileSync(path.join(folder, 'answering.mjs'), answering);
});
afterAll(() => rmSync(folder, { recursive: true }));

const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const starting = (port: number): string => `
  import { startProcess } from ${JSON.stringify(path.join(root, 'bench/support.ts'))};
  const file = ${JSON.stringify(path.relative(root, path.join(folder, 'answering.mjs')))};
  const { pid } = await startProcess(file, { PORT: '${port}' }, 'http://127.0.0.1:${port}');
  console.log(pid);
  process.stdin.once('data', () => { throw new Error('the bench has failed'); });`;

/** Where nothing binds a process to another, a bench that is killed has no say any more. */
const signals = findSetpriv() === undefined ? [] : (['SIGKILL', 'SIGTERM', 'SIGINT'] as const);

it.each([...signals, 'a failure'] as const)('by %s', async (end) => {
  const bench = spawn(process.execPath, ['--input-type=module', '-e', starting(await freePort())], { cwd: root, stdio: ['pipe', 'pipe', 'ignore'] });
  let said = '';
  bench.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const pid = Number(await until(() => /^\d+$/m.exec(said)?.[0], 15_000));
  try {
    expect(lives(pid)).toBe(true);
    if (end === 'a failure') bench.stdin.write('now');
    else bench.kill(end);
    await until(
      () => !lives(pid),
      5_000,
      () => `the process ${pid}, which nobody has ended`,
    );
  } finally {
    bench.kill('SIGKILL');
    if (lives(pid)) process.kill(pid, 'SIGKILL');
  }
});
