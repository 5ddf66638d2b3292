// Health is asked from outside by anybody, as often as they like: the database is not.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createHealth } from '#platform/http/health.ts';

// A machine that stands still for a moment would make that moment pass.
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('asks the database once for all who ask at once or within a moment, and again after it', async () => {
  const asked = { database: 0, migrations: 0 };
  let away = false;
  const health = createHealth({
    database: async () => {
      asked.database += 1;
      if (away) throw new Error('away');
    },
    migrations: async () => {
      asked.migrations += 1;
      return ['0001'];
    },
    expected: () => ['0001'],
  });
  const all = await Promise.all(Array.from({ length: 50 }, () => Promise.all([health.ready(), health.started()])));
  expect(new Set(all.map(String))).toEqual(new Set(['ready,true']));
  expect([await health.ready(), await health.started()]).toEqual(['ready', true]);
  expect(asked).toEqual({ database: 1, migrations: 1 });
  away = true;
  await vi.advanceTimersByTimeAsync(600);
  expect([await health.ready(), await health.ready()]).toEqual(['unavailable', 'unavailable']);
  expect(asked.database).toBe(2);
  const started = health.starting();
  expect(await health.ready()).toBe('starting');
  // Whoever drains says so at once, and has not started any more.
  health.drain();
  started();
  expect(await health.ready()).toBe('draining');
});

it('answers although a question stays without any answer, and asks anew', async () => {
  let silent = true;
  const health = createHealth({
    database: () => (silent ? new Promise(() => undefined) : Promise.resolve()),
    migrations: () => (silent ? new Promise(() => undefined) : Promise.resolve(['0001'])),
    expected: () => ['0001'],
  });
  const first = Promise.all([health.ready(), health.started()]);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await first).toEqual(['unavailable', false]);
  silent = false;
  await vi.advanceTimersByTimeAsync(600);
  expect(await Promise.all([health.ready(), health.started()])).toEqual(['ready', true]);
});

it('is degraded while something that works beside it is down', async () => {
  const health = createHealth({ database: async () => undefined, migrations: async () => [], expected: () => [] });
  let up = false;
  health.watch(() => up);
  expect(await health.ready()).toBe('degraded');
  up = true;
  await vi.advanceTimersByTimeAsync(600);
  expect(await health.ready()).toBe('ready');
});

it('is ready once it has started', async () => {
  const health = createHealth({ database: async () => undefined, migrations: async () => [], expected: () => [] });
  const started = health.starting();
  expect(await health.ready()).toBe('starting');
  started();
  expect(await health.ready()).toBe('ready');
});
