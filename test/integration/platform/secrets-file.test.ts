// The file of secrets that an installation makes for itself.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { secretsIn } from '#platform/secrets-file.ts';
import { Trouble } from '#platform/trouble.ts';

it('makes a file of secrets once, for its owner only, and refuses short ones', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'glassbench-secrets-'));
  const file = path.join(folder, 'deep', 'secrets');
  const made = secretsIn(file);
  expect(made).toMatch(/^[0-9a-f]{64}$/);
  expect(secretsIn(file)).toBe(made);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  writeFileSync(file, `${readFileSync(file, 'utf8')}${'b'.repeat(40)}\n`);
  expect(secretsIn(file)).toBe(`${made},${'b'.repeat(40)}`);
  writeFileSync(file, 'short');
  expect(() => secretsIn(file)).toThrow(Trouble);
  rmSync(folder, { recursive: true });
});
