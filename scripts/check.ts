// Everything that can be known without running the product: format, lint, types, and what nobody uses any more.
import { spawn } from 'node:child_process';
import { generateClient } from '../test/client/generate.ts';

const checks: { name: string; command: [string, ...string[]] }[] = [
  { name: 'format (biome)', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'lint (oxlint, with types)', command: ['oxlint', '--type-aware', '--deny-warnings', '--report-unused-disable-directives'] },
  { name: 'types (tsc)', command: ['tsc', '-p', '.'] },
  { name: 'documents fresh', command: ['node', 'scripts/docs.ts', '--check'] },
  { name: 'nothing unused (knip)', command: ['knip', '--no-progress'] },
];

interface Result {
  ok: boolean;
  output: string;
  seconds: number;
}

function run([command, ...args]: [string, ...string[]]): Promise<Result> {
  const began = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
    let output = '';
    const finish = (ok: boolean): void => resolve({ ok, output, seconds: (performance.now() - began) / 1000 });
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', (error) => {
      output += `${error.message}: run this through npm, which finds the tools.\n`;
      finish(false);
    });
    child.once('close', (code) => finish(code === 0));
  });
}

/** Runs all checks, two at a time, printing each as it ends; answers how many failed. */
export async function check(): Promise<number> {
  // tsc and the linters read the stories, which are written against the generated client.
  await generateClient();
  let failed = 0;
  const waiting = [...checks];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { ok, output, seconds } = await run(next.command);
      console.log(`${ok ? 'ok    ' : 'FAILED'} ${next.name}  ${seconds.toFixed(1)} s`);
      if (!ok) {
        failed += 1;
        console.log(output.trimEnd());
      }
    }
  };
  await Promise.all([lane(), lane()]);
  return failed;
}

if (import.meta.main) {
  const failed = await check();
  console.log(failed === 0 ? `${checks.length} checks passed, 0 failed` : `${checks.length - failed} checks passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
