// What every commit asks for is done soon, once for many, and not more often than it is worth.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openPaced } from '#platform/paced.ts';

const pace = { afterMs: 2, apartMs: 20 };

describe('work at a pace', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is done soon for who comes alone, and once for who comes meanwhile', async () => {
    const work = vi.fn<() => Promise<void>>(async () => undefined);
    const paced = openPaced(work, pace);
    paced.ask();
    paced.ask();
    await vi.advanceTimersByTimeAsync(1);
    expect(work).toHaveBeenCalledTimes(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('is not begun again before its time, and then for all who asked', async () => {
    const work = vi.fn<() => Promise<void>>(async () => undefined);
    const paced = openPaced(work, pace);
    for (let ms = 0; ms < 100; ms += 1) {
      paced.ask();
      await vi.advanceTimersByTimeAsync(1);
    }
    expect(work).toHaveBeenCalledTimes(5);
    await vi.advanceTimersByTimeAsync(100);
    expect(work).toHaveBeenCalledTimes(6);
  });

  it('never runs twice at once; who asks while it runs is served by the next', async () => {
    let inside = 0;
    let runs = 0;
    const paced = openPaced(async () => {
      inside += 1;
      runs += 1;
      expect(inside).toBe(1);
      await new Promise((resolve) => void setTimeout(resolve, 50));
      inside -= 1;
    }, pace);
    paced.ask();
    await vi.advanceTimersByTimeAsync(10);
    paced.ask();
    await vi.advanceTimersByTimeAsync(30);
    expect(runs).toBe(1);
    await vi.advanceTimersByTimeAsync(100);
    expect(runs).toBe(2);
  });

  it('ends what runs, does what was asked for meanwhile, and nothing that is asked for afterwards', async () => {
    let done = 0;
    const paced = openPaced(async () => {
      await new Promise((resolve) => void setTimeout(resolve, 50));
      done += 1;
    }, pace);
    paced.ask();
    await vi.advanceTimersByTimeAsync(5);
    paced.ask();
    const stopped = paced.stop();
    paced.ask();
    await vi.advanceTimersByTimeAsync(200);
    await stopped;
    expect(done).toBe(2);
  });

  it('does at once what waits as it is stopped, and nothing where nobody asked', async () => {
    const work = vi.fn<() => Promise<void>>(async () => undefined);
    await openPaced(work, pace).stop();
    expect(work).toHaveBeenCalledTimes(0);
    const paced = openPaced(work, pace);
    paced.ask();
    await paced.stop();
    expect(work).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(100);
    expect(work).toHaveBeenCalledTimes(1);
  });
});
