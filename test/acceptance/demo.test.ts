// The demo is a promise of the README: it must play to its end, and count what came.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..', '..');

it('plays the whole story and ends by itself', { timeout: 120_000 }, async () => {
  const child = spawn(process.execPath, [path.join(root, 'scripts', 'demo.ts')], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  expect([code, code === 0 ? '' : printed]).toEqual([0, '']);
  const [sums = '', verdict] = printed.trimEnd().split('\n').slice(-2);
  expect(verdict).toBe('The demo passed.');
  const [, steps, mails, webhooks] = /^(\d+) steps, (\d+) mails by SMTP, (\d+) webhooks with verified signatures, 0 refused/.exec(sums) ?? [];
  expect([Number(steps), Number(mails)]).toEqual([22, 15]);
  expect(Number(webhooks)).toBeGreaterThanOrEqual(22);
  expect(printed).toContain('Idempotency-Replayed: true');
  // No terminal, no colors.
  expect(printed).not.toContain('\u001B[');
});
