// What follows from each outcome, and the timeline of the retries.
import { describe, expect, test } from 'vitest';
import { pauseFor, retryDelay, retrySchedule, setAside, TRIES, TURNED_AWAY, verdictOf } from '#notifications/lane-rules.ts';

const DAY = 86_400;
const manner = { strict: false, random: 0.5 };

describe('the schedule', () => {
  test('is twelve tries over about five days', () => {
    const total = retrySchedule.reduce((sum, seconds) => sum + seconds, 0);
    expect(TRIES).toBe(12);
    expect(total).toBeGreaterThan(4.9 * DAY);
    expect(total).toBeLessThan(5.1 * DAY);
  });
  test('spreads by a tenth, and never grows shorter', () => {
    for (const [index, seconds] of retrySchedule.entries()) {
      expect(retryDelay(index + 1, 0)).toBeCloseTo(seconds * 0.9);
      expect(retryDelay(index + 1, 0.999)).toBeLessThan(seconds * 1.1);
      expect(seconds).toBeGreaterThan(retrySchedule[index - 1] ?? 0);
    }
  });
  test('honors what the receiver asks for, up to a day', () => {
    expect(retryDelay(1, 0.5, 3_600)).toBe(3_600);
    expect(retryDelay(8, 0.5, 60)).toBe(12 * 3_600);
    expect(retryDelay(1, 0.5, 30 * DAY)).toBe(DAY);
  });
});

test('sent: the lane goes on', () => {
  expect(verdictOf({ outcome: 'sent' }, 1, manner)).toEqual({ row: 'sent', lane: 'on' });
});

test('a failure that passes: the lane waits, until the last try', () => {
  expect(verdictOf({ outcome: 'retry', reason: 'status_500' }, 1, manner)).toEqual({
    row: 'pending',
    reason: 'status_500',
    lane: 'waiting',
    seconds: 5,
  });
  expect(verdictOf({ outcome: 'retry', reason: 'timeout' }, 11, manner)).toMatchObject({ row: 'pending' });
  expect(verdictOf({ outcome: 'retry', reason: 'timeout' }, 12, manner)).toEqual({
    row: 'dead',
    reason: 'gave_up: timeout',
    lane: 'on',
    disable: false,
  });
});

describe('what was turned away because its provider is in trouble', () => {
  const away = { outcome: 'retry', reason: TURNED_AWAY } as const;
  const seconds = (turnedAway: number, after = 0) => {
    const verdict = verdictOf({ ...away, after }, turnedAway + 1, { ...manner, turnedAway });
    return verdict.lane === 'waiting' ? verdict.seconds : null;
  };
  test('waits longer and longer, half an hour at most, and comes back in no pause', () => {
    expect([0, 1, 2, 3, 4, 5, 50].map((turns) => seconds(turns))).toEqual([5, 30, 120, 600, 1_800, 1_800, 1_800]);
    expect(seconds(0, 60)).toBeGreaterThan(60);
  });
  test('has used up none of its tries', () => {
    const failed = { outcome: 'retry', reason: 'timeout' } as const;
    expect(verdictOf(failed, 21, { ...manner, turnedAway: 20 })).toMatchObject({ row: 'pending', seconds: 5 });
    expect(verdictOf(away, 31, { ...manner, turnedAway: 20 })).toMatchObject({ row: 'pending', seconds: 1_800 });
    expect(verdictOf(failed, 32, { ...manner, turnedAway: 20 })).toMatchObject({ row: 'dead', reason: 'gave_up: timeout' });
  });
  test('is given up where that goes on for as long as the schedule', () => {
    const turns = Array.from({ length: 1_000 }, (_, turn) => seconds(turn));
    const total = turns.slice(0, turns.indexOf(null)).reduce<number>((sum, wait) => sum + (wait ?? 0), 0);
    expect(total).toBeGreaterThan(4.9 * DAY);
    expect(total).toBeLessThan(5.1 * DAY);
  });
});

test('a failure that stays is a dead letter: the lane goes on, and stops only where order is strict', () => {
  const dead = { outcome: 'dead', reason: 'status_400' } as const;
  expect(verdictOf(dead, 1, manner)).toMatchObject({ row: 'dead', lane: 'on' });
  expect(verdictOf(dead, 1, { ...manner, strict: true })).toMatchObject({ row: 'dead', lane: 'stopped' });
});

test('gone: the endpoint is disabled, and even a strict lane goes on, to skip the rest', () => {
  expect(verdictOf({ outcome: 'dead', reason: 'endpoint_gone', gone: true }, 1, { ...manner, strict: true })).toEqual(
    setAside('endpoint_gone', true, true),
  );
  expect(setAside('endpoint_gone', true, true)).toMatchObject({ lane: 'on', disable: true });
});

test('a receiver in trouble is left alone longer and longer, five minutes at most', () => {
  expect([1, 2, 3, 4].map((failures) => pauseFor(failures))).toEqual([2, 4, 8, 16]);
  expect(pauseFor(50)).toBe(300);
  expect(pauseFor(1, 60)).toBe(60);
  expect(pauseFor(1, 86_400)).toBe(300);
});
