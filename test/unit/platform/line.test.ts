// What waits in a line passes one after the other, and a long line says so instead of letting its callers wait for minutes.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inTurn } from '#platform/line.ts';

const late = (): Error => new Error('too late');

describe('The line of work', () => {
  it('lets one pass after the other, whatever became of those before', async () => {
    const inLine = <T>(work: () => Promise<T>): Promise<T> => inTurn('any', { waitMs: 5_000, late }, work);
    const told: string[] = [];
    const step = (name: string, ms: number) => async (): Promise<string> => {
      told.push(`${name} begins`);
      await sleep(ms);
      told.push(`${name} ends`);
      return name;
    };
    const broken = inLine(async () => {
      await step('a', 20)();
      throw new Error('broken');
    });
    const whole = [inLine(step('b', 10)), inLine(step('c', 1))];
    await expect(broken).rejects.toThrow('broken');
    expect(await Promise.all(whole)).toEqual(['b', 'c']);
    expect(told).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('tells who finds it full to come again at once, and lets in as many as have left', async () => {
    const inLine = <T>(work: () => Promise<T>): Promise<T> => inTurn('full', { waitMs: 100, places: 2, late }, work);
    const end = Promise.withResolvers<void>();
    const [first, ...waiting] = [inLine(() => end.promise), inLine(async () => 'b'), inLine(async () => 'c')];
    // Before any of those that wait, who were there before it.
    const told = [...waiting.map((one) => one.catch(() => 'has waited')), inLine(async () => 'd').catch((error: Error) => error.message)];
    expect(await Promise.race(told)).toBe('too late');
    // Who has given up makes room, also where the first still goes on.
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = [inLine(async () => 'e'), inLine(async () => 'f')];
    end.resolve();
    await first;
    expect(await Promise.all(next)).toEqual(['e', 'f']);
    expect(await inTurn('another', { waitMs: 100, places: 0, late }, async () => 'alone')).toBe('alone');
  });

  it('tells who has waited long enough to come again, does not begin that work, and goes on with the next', async () => {
    const inLine = <T>(work: () => Promise<T>): Promise<T> => inTurn('short', { waitMs: 50, late }, work);
    const end = Promise.withResolvers<void>();
    const first = inLine(() => end.promise);
    let begun = false;
    await expect(
      inLine(async () => {
        begun = true;
      }),
    ).rejects.toThrow('too late');
    end.resolve();
    await first;
    expect(await inLine(async () => 'next')).toBe('next');
    expect(begun).toBe(false);
  });
});
