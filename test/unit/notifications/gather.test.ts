// What goes next on a customer's lane: five steps of a walk-in are one message, an unanswered question is asked at once and never after its answer.
import { describe, expect, test } from 'vitest';
import type { MessageName, TicketFacts } from '#notifications/event.ts';
import { type Pending, planOf } from '#notifications/gather.ts';
import { facts } from '../../support/told.ts';

const now = new Date('2026-11-22T06:00:00.000Z');
const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1000);
const row = (message: MessageName | 'of_another_release', secondsAgo = 0, more: Partial<TicketFacts> = {}, tried = false): Pending => ({
  message,
  facts: { ...facts, ...more },
  createdAt: ago(secondsAgo),
  tried,
});
const plan = (rows: Pending[], more: Partial<Parameters<typeof planOf>[1]> = {}) =>
  planOf(rows as [Pending, ...Pending[]], { now, seconds: 600, quietUntil: null, ...more });

const version = (n: number): Partial<TicketFacts> => ({ quote: facts.quote && { ...facts.quote, version: n }, status: 'quoted' });

describe('gathering', () => {
  test('what can wait waits ten minutes from the first of it', () => {
    expect(plan([row('created', 30), row('received', 10)])).toEqual({ waitUntil: new Date(now.getTime() + 570_000) });
  });

  test('then the last one carries all before it', () => {
    const rows = [row('created', 600), row('received', 400), row('diagnosing', 300), row('covered', 200), row('awaiting_part', 1)];
    expect(plan(rows)).toEqual({ next: rows[4], carried: rows.slice(0, 4) });
  });

  test('what asks for something goes at once and takes along what was waiting, but not what came after it', () => {
    const rows = [row('created', 20), row('received', 10), row('quoted', 5, version(1)), row('promise_moved', 1, version(1))];
    expect(plan(rows)).toEqual({ next: rows[2], carried: rows.slice(0, 2) });
    expect(plan(rows.slice(3))).toMatchObject({ waitUntil: expect.any(Date) });
  });

  test('nobody is asked for an answer that was given, nor about a quote that was replaced', () => {
    const answered = [row('quoted', 20, version(1)), row('approved', 10, { ...version(1), status: 'approved' })];
    expect(plan(answered)).toEqual({ next: answered[1], carried: [answered[0]] });
    const replaced = [row('quoted', 20, version(1)), row('quote_changed', 10, version(2))];
    expect(plan(replaced)).toEqual({ next: replaced[1], carried: [replaced[0]] });
  });

  test('a hold that was closed is not asked for', () => {
    const hold = { reason: 'customer_info', resumeBy: '2026-11-24T05:00:00.000Z', customerText: null } as const;
    const rows = [row('hold_opened', 20, { hold }), row('resumed', 10, { hold: null })];
    expect(plan(rows)).toEqual({ next: rows[1], carried: [rows[0]] });
  });

  test('what was tried goes again as it was, by itself, and first', () => {
    const rows = [row('received', 700, {}, true), row('diagnosing', 650), row('quoted', 5, version(1))];
    expect(plan(rows)).toEqual({ next: rows[0], carried: [] });
  });

  test('a row that was replayed into the middle is not carried', () => {
    const rows = [row('created', 700), row('received', 690), row('diagnosing', 680, {}, true)];
    expect(plan(rows)).toEqual({ next: rows[1], carried: [rows[0]] });
  });

  test('switched off, each goes by itself, in order', () => {
    const rows = [row('created'), row('received'), row('quoted', 0, version(1))];
    expect(plan(rows, { seconds: 0 })).toEqual({ next: rows[0], carried: [] });
  });

  test('a message of another release waits for nothing', () => {
    const rows = [row('of_another_release')];
    expect(plan(rows)).toEqual({ next: rows[0], carried: [] });
  });
});

describe('quiet hours', () => {
  const quietUntil = new Date('2026-11-23T01:00:00.000Z');

  test('hold everything back', () => {
    expect(plan([row('quoted', 5, version(1))], { quietUntil })).toEqual({ waitUntil: quietUntil });
  });

  test('are broken by what cannot wait for the morning, which takes along the rest', () => {
    const rows = [row('shipped', 5), row('came_back', 1)];
    expect(plan(rows, { quietUntil })).toEqual({ next: rows[1], carried: [rows[0]] });
  });

  test('are broken by nothing else: what asks and can wait for the morning waits, and is not lost in what rings', () => {
    const [held, changed] = [row('hold_opened', 3_600), row('contact_changed', 1)];
    expect(plan([held, changed], { quietUntil })).toEqual({ next: changed, carried: [] });
    expect(plan([changed, held], { quietUntil })).toEqual({ next: changed, carried: [] });
    expect(plan([held], { quietUntil })).toEqual({ waitUntil: quietUntil });
    const loud = [held, changed, row('lookups_blocked')];
    expect(plan(loud, { quietUntil, seconds: 0 })).toEqual({ next: changed, carried: [] });
  });

  test('hold back what was tried before them, too', () => {
    const rows = [row('quoted', 3_600, version(1), true), row('link_renewed', 1, version(1))];
    expect(plan(rows, { quietUntil })).toEqual({ next: rows[1], carried: [] });
    const again = [row('link_renewed', 3_600, version(1), true), row('lookups_blocked', 1, version(1))];
    expect(plan(again, { quietUntil })).toEqual({ next: again[0], carried: [] });
  });
});
