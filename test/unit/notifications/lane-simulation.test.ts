// R7 in its short form: lanes under a clock that jumps, in many worlds. bench/simulate.ts plays 20,000, or any single seed again.
import { expect, test } from 'vitest';
import { simulate } from '../../support/lanes/simulation.ts';

const SEEDS = 150;
// Milliseconds each on a quiet machine, many more on a busy one.
const LONG_MS = 120_000;
const worlds = Array.from({ length: SEEDS }, (_, place) => place + 1);

test('in no world is anything lost, out of order, told twice without a crash, or never at rest', { timeout: LONG_MS }, () => {
  const played = worlds.map((seed) => simulate(seed));
  expect(played.filter(({ faults }) => faults.length > 0).map(({ seed, faults }) => ({ seed, faults }))).toEqual([]);
  expect(played.reduce((sum, { crashes }) => sum + crashes, 0)).toBeGreaterThan(SEEDS);
  expect(played.reduce((sum, { poisoned }) => sum + poisoned, 0)).toBeGreaterThan(0);
});

test('the same seed plays the same world', () => {
  expect(simulate(17)).toEqual(simulate(17));
});

test('without the fence the worlds show what it is for', { timeout: LONG_MS }, () => {
  expect(worlds.some((seed) => simulate(seed, { fence: true }).faults.some((fault) => /came/.test(fault)))).toBe(true);
});

test('without the look at the tail something is forgotten', { timeout: LONG_MS }, () => {
  expect(worlds.some((seed) => simulate(seed, { tail: true }).faults.some((fault) => /lost/.test(fault)))).toBe(true);
});
