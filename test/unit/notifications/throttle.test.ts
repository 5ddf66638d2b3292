// One receiver in trouble is left alone; the others notice nothing.
import { expect, test } from 'vitest';
import { createThrottle } from '#notifications/throttle.ts';

test('at most four lanes of a receiver run at once', () => {
  const throttle = createThrottle();
  for (let lane = 0; lane < 4; lane += 1) {
    expect(throttle.hold('a', 0)).toBe(0);
    throttle.enter('a');
  }
  expect(throttle.hold('a', 0)).toBeGreaterThan(0);
  expect(throttle.hold('b', 0)).toBe(0);
  throttle.leave('a', 0);
  expect(throttle.hold('a', 0)).toBe(0);
});

test('after a failure nobody calls until the pause is over, then one at a time until one succeeds', () => {
  const throttle = createThrottle();
  throttle.enter('a');
  throttle.failed('a', 0);
  throttle.leave('a', 0);
  expect(throttle.hold('a', 500)).toBe(1.5);
  expect(throttle.hold('a', 2_000)).toBe(0);
  throttle.enter('a');
  expect(throttle.hold('a', 2_000)).toBeGreaterThan(0);
  throttle.succeeded('a');
  expect(throttle.hold('a', 2_000)).toBe(0);
});
