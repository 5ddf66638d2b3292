// Quiet hours are those on the wall of the contact, also past midnight and on the night when the clocks change.
import { describe, expect, test } from 'vitest';
import { houseQuietHours, quietUntil } from '#notifications/quiet.ts';

const at = (instant: string, timeZone: string, hours = houseQuietHours): string | null =>
  quietUntil(new Date(instant), timeZone, hours)?.toISOString() ?? null;

describe('from nine to nine', () => {
  test.each([
    ['20:59', '2026-11-22T12:59:59.000Z', null],
    ['21:00', '2026-11-22T13:00:00.000Z', '2026-11-23T01:00:00.000Z'],
    ['midnight', '2026-11-22T16:00:00.000Z', '2026-11-23T01:00:00.000Z'],
    ['08:59', '2026-11-23T00:59:59.000Z', '2026-11-23T01:00:00.000Z'],
    ['09:00', '2026-11-23T01:00:00.000Z', null],
  ])('%s in Shanghai', (_, instant, until) => expect(at(instant, 'Asia/Shanghai')).toBe(until));

  test('the same moment is night for one and day for another', () => {
    expect(at('2026-11-22T14:00:00.000Z', 'Asia/Shanghai')).not.toBeNull();
    expect(at('2026-11-22T14:00:00.000Z', 'Europe/Berlin')).toBeNull();
  });

  test('nine in the morning is nine also where the clocks changed in the night', () => {
    expect(at('2026-10-24T20:00:00.000Z', 'Europe/Berlin')).toBe('2026-10-25T08:00:00.000Z');
    expect(at('2026-03-28T21:00:00.000Z', 'Europe/Berlin')).toBe('2026-03-29T07:00:00.000Z');
  });
});

describe('of one’s own', () => {
  test('within one day', () => {
    expect(at('2026-11-22T05:30:00.000Z', 'Asia/Shanghai', { from: '13:00', to: '14:00' })).toBe('2026-11-22T06:00:00.000Z');
    expect(at('2026-11-22T06:00:00.000Z', 'Asia/Shanghai', { from: '13:00', to: '14:00' })).toBeNull();
  });

  test('the same time twice is never', () => {
    expect(at('2026-11-22T16:00:00.000Z', 'Asia/Shanghai', { from: '09:00', to: '09:00' })).toBeNull();
  });
});
