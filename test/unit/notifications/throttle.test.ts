// One receiver in trouble is left alone; the others notice nothing.
import { expect, test } from 'vitest';
import { type Admission, AT_ONCE, createThrottle } from '#notifications/throttle.ts';

const letIn = (admission: Admission): ((now: number) => void) => {
  if ('seconds' in admission) throw new Error(`put off for ${admission.seconds} s`);
  return admission.leave;
};

test('a quick receiver that is busy is waited for: the next lane goes in as soon as one leaves', async () => {
  const throttle = createThrottle();
  const places = await Promise.all(Array.from({ length: AT_ONCE }, () => throttle.admit('a', () => 0)));
  const next = throttle.admit('a', () => 0);
  expect('leave' in (await throttle.admit('b', () => 0))).toBe(true);
  letIn(places[0] as Admission)(0);
  expect('leave' in (await next)).toBe(true);
});

test('a receiver that does not answer gets no more: at once when it is known to be slow, after half a second before', async () => {
  const throttle = createThrottle();
  await Promise.all(Array.from({ length: AT_ONCE }, () => throttle.admit('a', () => 0)));
  const began = Date.now();
  expect(await throttle.admit('a', () => 0)).toEqual({ seconds: 1 });
  expect(Date.now() - began).toBeGreaterThan(400);
  expect(await throttle.admit('a', () => 600)).toEqual({ seconds: 1 });
  expect(Date.now() - began).toBeLessThan(1_000);
});

test('after a failure nobody calls until the pause is over, then one at a time until one succeeds', async () => {
  const throttle = createThrottle();
  const leave = letIn(await throttle.admit('a', () => 0));
  throttle.failed('a', 0);
  leave(0);
  expect(await throttle.admit('a', () => 500)).toEqual({ seconds: 1.5 });
  expect('leave' in (await throttle.admit('a', () => 2_000))).toBe(true);
  expect(await throttle.admit('a', () => 2_000)).toEqual({ seconds: 1 });
  throttle.succeeded('a');
  expect('leave' in (await throttle.admit('a', () => 2_000))).toBe(true);
});

test('lanes that fail of the same trouble are one failure, the next one alone doubles the pause', async () => {
  const throttle = createThrottle();
  const places = await Promise.all(Array.from({ length: 10 }, () => throttle.admit('a', () => 0)));
  for (const [nth, place] of places.entries()) {
    throttle.failed('a', nth * 100);
    letIn(place)(nth * 100);
  }
  expect(await throttle.admit('a', () => 900)).toEqual({ seconds: 2 });
  const leave = letIn(await throttle.admit('a', () => 2_900));
  throttle.failed('a', 2_900);
  leave(2_900);
  expect(await throttle.admit('a', () => 2_900)).toEqual({ seconds: 4 });
  // Who asks for more time is given it.
  throttle.failed('a', 3_000, 60);
  expect(await throttle.admit('a', () => 3_000)).toEqual({ seconds: 60 });
});

test('who failed long ago and has not been called since is forgotten: customers of a provider’s bad night are not kept for ever', async () => {
  const throttle = createThrottle();
  const fails = async (recipient: string, now: number): Promise<void> => {
    const leave = letIn(await throttle.admit(recipient, () => now));
    throttle.failed(recipient, now);
    leave(now);
  };
  await fails('a', 0);
  const hour = 3_600_000;
  for (let other = 0; other < 2_000; other += 1) await fails(`other ${other}`, hour);
  expect('leave' in (await throttle.admit('a', () => hour))).toBe(true);
  expect('leave' in (await throttle.admit('a', () => hour))).toBe(true);
  // One that failed just now is still left alone.
  expect(await throttle.admit('other 1', () => hour)).toEqual({ seconds: 2 });
});
