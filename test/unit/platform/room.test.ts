// How many calls may be in progress follows the time they take: fewer where they are slow and many, more again where they are served soon.
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openRoom, type RoomPlan, roomAfter } from '#platform/http/room.ts';

const plan: RoomPlan = { first: 32, most: 64, calm: 16, least: 8, soonMs: 50 };
const flooded = true;

describe('the size of a room', () => {
  it('shrinks as far as its calls are late, by half at most and never below the least', () => {
    expect(roomAfter(64, plan, { ms: 100, peak: 64, flooded })).toBe(32);
    expect(roomAfter(64, plan, { ms: 60, peak: 64, flooded })).toBe(53);
    expect(roomAfter(64, plan, { ms: 5_000, peak: 64, flooded })).toBe(32);
    expect(roomAfter(9, plan, { ms: 5_000, peak: 9, flooded })).toBe(8);
  });

  it('keeps room for what one client asks at once while no more is refused than served, also on a slow machine', () => {
    expect(roomAfter(20, plan, { ms: 5_000, peak: 20, flooded: false })).toBe(16);
    expect(roomAfter(8, plan, { ms: 5_000, peak: 8, flooded: false })).toBe(16);
  });

  it('does not shrink for a few calls that are slow by nature', () => {
    expect(roomAfter(32, plan, { ms: 5_000, peak: 5, flooded })).toBe(32);
  });

  it('grows to its first size by itself, beyond that where it is used, and never above the most', () => {
    expect(roomAfter(8, plan, { ms: 1, peak: 1, flooded })).toBe(9);
    expect(roomAfter(32, plan, { ms: 1, peak: 3, flooded })).toBe(32);
    expect(roomAfter(32, plan, { ms: 1, peak: 32, flooded })).toBe(36);
    expect(roomAfter(64, plan, { ms: 1, peak: 64, flooded })).toBe(64);
  });

  it('comes back from the least to the first within a second and a half of calls', () => {
    let size = plan.least;
    for (let looks = 0; looks < 15; looks += 1) size = roomAfter(size, plan, { ms: 1, peak: 1, flooded });
    expect(size).toBeGreaterThanOrEqual(plan.first);
  });
});

describe('a room', () => {
  // The clock alone: the turns of the event loop are real, and how long they take does not matter.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('is full when as many are inside as it has place for, and not any more when one has left', () => {
    const room = openRoom(plan);
    for (let n = 0; n < plan.first; n += 1) {
      expect(room.full()).toBe(false);
      room.enter();
    }
    expect(room.full()).toBe(true);
    room.leave();
    expect(room.full()).toBe(false);
  });

  it('lets one in a turn of the event loop while many are refused, and as many as there is place for when they are not any more', async () => {
    const room = openRoom(plan);
    room.enter();
    for (let n = 0; n < 15; n += 1) room.refused();
    expect(room.full()).toBe(false);
    room.refused();
    expect(room.full()).toBe(true);
    await setImmediate();
    expect(room.full()).toBe(false);
    room.enter();
    expect(room.full()).toBe(true);
    vi.advanceTimersByTime(250);
    await setImmediate();
    room.enter();
    expect(room.full()).toBe(false);
  });
});
