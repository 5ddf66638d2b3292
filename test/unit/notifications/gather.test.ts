// What goes next on a customer's lane: five steps of a walk-in are one message, an unanswered question is asked at once and never after its answer.
import { describe, expect, test } from 'vitest';
import type { MessageName, TicketFacts } from '#notifications/event.ts';
import { outlives, type Pending, planOf } from '#notifications/gather.ts';
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

  test('what was carried by a message that ends unsent is due by itself, but for what asks for an answer that was given', () => {
    const quoted = row('quoted', 20, version(1));
    expect(outlives(quoted, row('approved', 10, { ...version(1), status: 'approved' }))).toBe(false);
    expect(outlives(quoted, row('promise_moved', 10, version(1)))).toBe(true);
    expect(outlives(row('received', 30), row('approved', 10, { ...version(1), status: 'approved' }))).toBe(true);
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

describe('a telephone', () => {
  const day = (at: string): Partial<TicketFacts> => ({ promise: { at, previous: '2026-12-01T09:00:00.000Z', reason: 'workload', note: null } });
  const [friday, monday] = [day('2026-12-04T09:00:00.000Z'), day('2026-12-07T09:00:00.000Z')];
  const phone = { ways: ['wechat', 'sms'], mailed: true } as const;
  const brief = { phone };

  test('is told the new promised day, which no mail says, before what came after it', () => {
    const rows = [row('diagnosing', 700), row('promise_moved', 650, friday), row('covered', 300, friday), row('awaiting_part', 1, friday)];
    expect(plan(rows, brief)).toEqual({ next: rows[1], carried: [rows[0]] });
    expect(plan(rows.slice(2), brief)).toMatchObject({ waitUntil: expect.any(Date) });
    // In a mail the last one says it all.
    expect(plan(rows)).toEqual({ next: rows[3], carried: rows.slice(0, 3) });
  });

  test('is asked at once, and told the new promised day afterwards', () => {
    const hold = { hold: { reason: 'customer_info', resumeBy: '2026-11-24T05:00:00.000Z', customerText: null } } as const;
    const rows = [row('diagnosing', 700), row('promise_moved', 650, friday), row('hold_opened', 1, { ...friday, ...hold })];
    expect(plan(rows, brief)).toEqual({ next: rows[2], carried: [rows[0]] });
    expect(plan(rows.slice(1, 2), brief)).toEqual({ next: rows[1], carried: [] });
    // A question that could not be asked does not wait for what gathers before it.
    const again = [row('promise_moved', 50, friday), row('hold_opened', 40, { ...friday, ...hold }, true)];
    expect(plan(again, brief)).toEqual({ next: again[1], carried: [] });
  });

  test('is told one new day and not two, and none that does not count any more', () => {
    const twice = [row('promise_moved', 700, friday), row('promise_moved', 1, monday)];
    expect(plan(twice, brief)).toEqual({ next: twice[1], carried: [twice[0]] });
    const replaced = [row('promise_moved', 700, friday), row('part_delayed', 1, monday)];
    expect(plan(replaced, brief)).toEqual({ next: replaced[1], carried: [replaced[0]] });
    const done = [row('promise_moved', 700, friday), row('ready', 1, { ...friday, status: 'ready', returnMethod: 'pick_up' })];
    expect(plan(done, brief)).toEqual({ next: done[1], carried: [done[0]] });
  });

  test('is told the waybill beside what has nothing to do with it', () => {
    const on = { status: 'outbound_transit' } as const;
    const rows = [row('shipped', 700, on), row('link_renewed', 1, on)];
    expect(plan(rows, brief)).toEqual({ next: rows[1], carried: [] });
    const arrived = [row('shipped', 700, on), row('delivered', 1, { status: 'delivered' })];
    expect(plan(arrived, brief)).toEqual({ next: arrived[1], carried: [arrived[0]] });
  });

  test('that rings at night keeps the new promised day for the morning', () => {
    const quietUntil = new Date('2026-11-23T01:00:00.000Z');
    const rows = [row('promise_moved', 700, friday), row('contact_changed', 1, friday)];
    expect(plan(rows, { ...brief, quietUntil })).toEqual({ next: rows[1], carried: [] });
    expect(plan(rows, { quietUntil })).toEqual({ next: rows[1], carried: [rows[0]] });
  });
});

describe('a telephone that some of the ways lead to', () => {
  const texts = { ways: ['sms'], mailed: false } as const;
  const notes = { ways: ['wechat', 'sms'], mailed: false } as const;

  test('without WeChat is told by its text what a note would have carried: the note goes nowhere, and takes nothing along', () => {
    const rows = [row('created', 20), row('label')];
    expect(plan(rows, { phone: texts })).toEqual({ next: rows[1], carried: [] });
    expect(plan(rows.slice(0, 1), { phone: texts })).toMatchObject({ waitUntil: expect.any(Date) });
    expect(plan(rows, { phone: notes })).toEqual({ next: rows[1], carried: [rows[0]] });
    const later = [row('received', 700), row('diagnosing', 650)];
    expect(plan(later, { phone: texts })).toEqual({ next: later[1], carried: [] });
    expect(plan(later.slice(0, 1), { phone: texts })).toEqual({ next: later[0], carried: [] });
    expect(plan(later, { phone: notes })).toEqual({ next: later[1], carried: [later[0]] });
  });

  test('of who reads no mails is told each thing that a mail would have said beside', () => {
    const rows = [row('part_delayed', 700), row('moved_center', 1)];
    expect(plan(rows, { phone: { ...notes, mailed: true } })).toEqual({ next: rows[1], carried: [rows[0]] });
    expect(plan(rows, { phone: notes })).toEqual({ next: rows[0], carried: [] });
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
