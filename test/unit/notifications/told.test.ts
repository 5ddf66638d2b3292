// A ticket that comes back to where it was tells nothing twice, unless there is something new to say or the first word was taken back.
import { describe, expect, test } from 'vitest';
import type { MessageName, TicketFacts } from '#notifications/event.ts';
import { shorts, withoutText } from '#notifications/messages/short.ts';
import { routeOf, routes } from '#notifications/routing.ts';
import { isNews, type Told, toldWith, without } from '#notifications/told.ts';
import { facts } from '../../support/told.ts';

const after = (...told: [MessageName, Partial<TicketFacts>?][]): Told =>
  told.reduce<Told>((sum, [name, more]) => toldWith(sum, name, { ...facts, ...more }), {});
const news = (told: Told, name: MessageName, more: Partial<TicketFacts> = {}): boolean => isNews(told, name, { ...facts, ...more });
const version = (n: number): Partial<TicketFacts> => ({ quote: facts.quote && { ...facts.quote, version: n } });
const hold = { reason: 'customer_info', resumeBy: '2026-11-24T05:00:00.000Z', customerText: null } as const;

describe('told once', () => {
  test.each(['received', 'diagnosing', 'repair_started', 'closed'] as const)('%s', (name) => {
    expect(news({}, name)).toBe(true);
    expect(news(after([name]), name)).toBe(false);
  });
  test('a quote, a yes to it: once per version', () => {
    expect(news(after(['quoted', version(1)]), 'quoted', version(1))).toBe(false);
    expect(news(after(['quoted', version(1)]), 'quoted', version(2))).toBe(true);
    expect(news(after(['approved', version(1)]), 'approved', version(2))).toBe(true);
  });
  test('parts: again only for another day', () => {
    const other = { parts: [{ name: 'Battery', expectedOn: '2026-12-05' }] };
    expect(news(after(['part_delayed']), 'part_delayed')).toBe(false);
    expect(news(after(['part_delayed']), 'part_delayed', other)).toBe(true);
  });
  test('a hold: again for another reason or day, and after the one before was closed', () => {
    expect(news(after(['hold_opened', { hold }]), 'hold_opened', { hold })).toBe(false);
    expect(news(after(['hold_opened', { hold }]), 'hold_opened', { hold: { ...hold, resumeBy: '2026-11-25T05:00:00.000Z' } })).toBe(true);
    expect(news(after(['hold_opened', { hold }], ['resumed']), 'hold_opened', { hold })).toBe(true);
  });
});

test('reminders are news by themselves', () => {
  for (const name of ['quote_reminder', 'still_with_us', 'storage_notice'] as const) expect(news(after([name]), name)).toBe(true);
});

test('a parcel that came back makes ready, shipped and delivered news again', () => {
  const told = after(['ready'], ['shipped'], ['came_back']);
  expect(news(told, 'ready')).toBe(true);
  expect(news(told, 'shipped')).toBe(true);
});

test('what was taken back counts as not told', () => {
  expect(news(without(after(['received'], ['diagnosing']), ['received']), 'received')).toBe(true);
  expect(news(without(after(['received'], ['diagnosing']), ['received']), 'diagnosing')).toBe(false);
});

describe('the table', () => {
  test.each(Object.keys(routes) as MessageName[])('%s goes by some way, and by mail where nothing rings', (name) => {
    const { instant, mail } = routeOf(name);
    expect(instant.length > 0 || mail === 'always').toBe(true);
    expect(new Set(instant).size).toBe(instant.length);
  });
  test('only trouble with a parcel and words on security ring in the night', () => {
    const loud = (Object.keys(routes) as MessageName[]).filter((name) => routeOf(name).night === true);
    const trouble = [
      'at_pickup_point',
      'came_back',
      'delivery_failed',
      'parcel_damaged',
      'parcel_held_up',
      'parcel_lost',
      'parcel_refused',
      'parcel_returning',
    ];
    expect(loud.toSorted()).toEqual([...trouble, 'contact_changed', 'link_renewed', 'lookups_blocked'].toSorted());
  });
  test('the question afterwards is mailed and nothing else', () => {
    expect(routeOf('survey')).toMatchObject({ instant: [], mail: 'always' });
  });
  test.each(Object.keys(routes) as MessageName[])('%s goes by no way for which it is not written', (name) => {
    const written: readonly string[] = shorts[name] === null ? [] : withoutText.has(name) ? ['wechat'] : ['wechat', 'sms'];
    expect(routeOf(name).instant.filter((way) => !written.includes(way))).toEqual([]);
  });
});
