// How a clock is shown: what has passed, without what stood still.
import { describe, expect, it } from 'vitest';
import { ClockView, clockView } from '#clocks/clock-view.ts';
import { housePolicy } from '#service-centers/policy.ts';
import { after, approved, DAY, HOUR, monday, only, played, received, turn } from './turns.ts';

const held = turn({ to: 'received', now: after(HOUR), hold: 'device_lock' });
const shown = (clocks: Parameters<typeof only>[0], name: Parameters<typeof only>[1], now: Date): ClockView =>
  clockView(only(clocks, name), housePolicy, now);

describe('a clock', () => {
  it('that runs shows what has passed', () => {
    expect(shown(played(received), 'diagnosis', after(HOUR))).toEqual({
      name: 'diagnosis',
      run: 1,
      state: 'running',
      basis: 'working',
      targetDays: 3,
      policyVersion: 3,
      startedAt: monday.toISOString(),
      dueAt: '2026-11-26T10:00:00.000Z',
      elapsedMs: HOUR,
      pausedMs: 0,
      remainingMs: null,
      pausedSince: null,
      stoppedAt: null,
      breachedAt: null,
    });
  });

  it('that stands still does not go on', () => {
    const clocks = played(received, held);
    const [soon, later] = [after(2 * HOUR), after(5 * DAY)].map((now) => shown(clocks, 'diagnosis', now));
    expect(soon).toMatchObject({ state: 'paused', elapsedMs: HOUR, pausedMs: HOUR, dueAt: null, remainingMs: 34 * HOUR });
    expect(later).toMatchObject({ state: 'paused', elapsedMs: HOUR, pausedMs: 5 * DAY - HOUR, remainingMs: 34 * HOUR });
  });

  it('past its due is breached, seen by a sweep or not', () => {
    expect(shown(played(received), 'cn_loaner', after(7 * DAY)).state).toBe('running');
    expect(shown(played(received), 'cn_loaner', after(7 * DAY + 1)).state).toBe('breached');
  });

  it('that stopped stays as it was', () => {
    const clocks = played(received, held, turn({ ...approved(after(3 * HOUR)), from: 'received' }));
    expect(shown(clocks, 'diagnosis', after(9 * DAY))).toMatchObject({
      state: 'stopped',
      elapsedMs: HOUR,
      pausedMs: 2 * HOUR,
      stoppedAt: after(3 * HOUR).toISOString(),
    });
  });

  it('that only counts is over when its window has passed', () => {
    const clocks = played(turn({ from: 'outbound_transit', to: 'delivered', outcome: 'repaired' }));
    expect(shown(clocks, 'redo', after(90 * DAY))).toMatchObject({ state: 'running', targetDays: 90 });
    expect(shown(clocks, 'redo', after(91 * DAY))).toMatchObject({ state: 'stopped', elapsedMs: 90 * DAY, breachedAt: null });
  });

  it('fits the contract', () => {
    const clocks = played(received, held);
    expect(clocks.map((clock) => ClockView.safeParse(clockView(clock, housePolicy, after(DAY))).success)).toEqual(clocks.map(() => true));
  });
});
