// What a bench prints: its seed and one JSON of figures with it. What it was not asked for as it can be asked is no run, and no section of the results.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, vi } from 'vitest';

// A program and all that it imports, on a machine that does other things too.
vi.setConfig({ testTimeout: 60_000 });

const root = path.resolve(import.meta.dirname, '../../..');
const results = (): string => readFileSync(path.join(root, 'bench/RESULTS.md'), 'utf8');

function run(words: string): { code: number | null; said: string; figures: Record<string, unknown>[] } {
  const { status, stdout } = spawnSync(process.execPath, words.split(' '), { cwd: root, encoding: 'utf8' });
  const figures = stdout.split('\n').filter((line) => line.startsWith('{'));
  return { code: status, said: stdout, figures: figures.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

it('a run that is short says how far it has come too', () => {
  const { code, said, figures } = run('bench/simulate.ts 1 7');
  expect(said).toMatch(/^seed 7\n1 worlds, /);
  expect(figures).toEqual([expect.objectContaining({ seed: 7, seeds: 1, wrong: 0 })]);
  expect(code).toBe(0);
});

it.each([
  ['bench/fuzz.ts guess', /fuzz,tenants,oracle,guesses/],
  ['bench/chaos.ts wipe', /kills\|wipes\|/],
  ['bench/chaos.ts wipes 1 1 redsi', /redis\|postgres/],
])('%s: there is none, and these are', (words, names) => {
  const { code, said } = run(words);
  expect(said).toMatch(names);
  expect(said).not.toMatch(/^seed/m);
  expect(code).toBe(2);
});

it.each(['wipes', 'without-redis'])('%s has nothing to play without Redis', (part) => {
  const before = results();
  const { code, said, figures } = run(`bench/chaos.ts ${part} 1 5 postgres`);
  expect(said).toContain('seed 5\n');
  expect(figures).toEqual([{ seed: 5, part, much: 1 }]);
  expect(code).toBe(2);
  expect(results()).toBe(before);
});
