// A telephone is reached by one way: WeChat where it is open, a text where that has failed or not answered in time, and never for more than was agreed.
import { describe, expect, test } from 'vitest';
import { chooseWay, instantVerdict, nearsBudget, noWay, type Setting } from '#notifications/instant.ts';

const setting = (more: Partial<Setting> = {}): Setting => ({
  route: { instant: ['wechat', 'sms'] },
  ways: { wechat: 'oX1abcdef', sms: '+8613800001234' },
  provided: ['wechat', 'sms'],
  givenUp: [],
  parts: 1,
  sms: { budget: 12, spent: 0 },
  ...more,
});
const manner = { strict: false, random: 0.5 };

describe('the way', () => {
  test('is WeChat where it is open, with a text behind it', () => {
    expect(chooseWay(setting())).toEqual({ way: 'wechat', to: 'oX1abcdef', others: true });
  });
  test('is a text where there is no WeChat, no account that sends, or it has failed', () => {
    const text = { way: 'sms', to: '+8613800001234', others: false };
    expect(chooseWay(setting({ ways: { sms: '+8613800001234' } }))).toEqual(text);
    expect(chooseWay(setting({ provided: ['sms'] }))).toEqual(text);
    expect(chooseWay(setting({ givenUp: ['wechat'] }))).toEqual(text);
  });
  test('is none for a message of low value whose one way has failed: never both', () => {
    expect(chooseWay(setting({ route: { instant: ['wechat'] }, givenUp: ['wechat'] }))).toEqual({ none: 'every_way_failed' });
    expect(chooseWay(setting({ route: { instant: ['wechat'] }, ways: { sms: '+8613800001234' } }))).toEqual({ none: 'no_way' });
  });
  test('is no text to a fixed line, nor beyond the budget, but for what cannot wait', () => {
    expect(chooseWay(setting({ ways: { sms: '+862160000000' } }))).toEqual({ none: 'fixed_line' });
    const spent = { ways: { sms: '+8613800001234' }, sms: { budget: 12, spent: 11 }, parts: 2 };
    expect(chooseWay(setting(spent))).toEqual({ none: 'sms_budget_spent' });
    expect(chooseWay(setting({ ...spent, parts: 1 }))).toMatchObject({ way: 'sms' });
    expect(chooseWay(setting({ ...spent, route: { instant: ['sms'], night: true } }))).toMatchObject({ way: 'sms' });
    expect(chooseWay(setting({ sms: { budget: 0, spent: 0 }, ways: { sms: '+8613800001234' } }))).toEqual({ none: 'sms_budget_spent' });
  });
  test('a text that may not go is none behind WeChat either', () => {
    expect(chooseWay(setting({ sms: { budget: 1, spent: 1 } }))).toMatchObject({ way: 'wechat', others: false });
  });
});

describe('after a try by WeChat with a text behind it', () => {
  const choice = { way: 'wechat', others: true } as const;
  test('taken is taken', () => {
    expect(instantVerdict({ outcome: 'sent' }, 1, 0, choice, manner)).toEqual({ row: 'sent', lane: 'on' });
  });
  test('refused for good, the text goes at once in the same row', () => {
    expect(instantVerdict({ outcome: 'dead', reason: 'errcode_43004' }, 1, 0, choice, manner)).toEqual({
      ...{ row: 'pending', reason: 'errcode_43004', lane: 'waiting', seconds: 0, giveUp: 'wechat' },
    });
  });
  test('it is tried again for five minutes, then the text goes', () => {
    const retry = { outcome: 'retry', reason: 'timeout' } as const;
    expect(instantVerdict(retry, 1, 0, choice, manner)).toEqual({ row: 'pending', reason: 'timeout', lane: 'waiting', seconds: 5 });
    expect(instantVerdict(retry, 3, 40, choice, manner)).toMatchObject({ seconds: 120 });
    expect(instantVerdict(retry, 4, 170, choice, manner)).toMatchObject({ seconds: 130, giveUp: 'wechat' });
    expect(instantVerdict(retry, 4, 400, choice, manner)).toMatchObject({ seconds: 0, giveUp: 'wechat' });
  });
});

test('with nothing behind it a way is tried like any other receiver', () => {
  const choice = { way: 'sms', others: false } as const;
  expect(instantVerdict({ outcome: 'dead', reason: 'status_400' }, 1, 0, choice, manner)).toMatchObject({ row: 'dead', lane: 'on' });
  expect(instantVerdict({ outcome: 'retry', reason: 'timeout' }, 5, 2_000, choice, manner)).toMatchObject({ row: 'pending', seconds: 1_800 });
});

test('who has not asked for one in WeChat gets a text, or nothing that somebody would have to look at', () => {
  const unasked = { outcome: 'dead', reason: 'wechat_43101', unasked: true } as const;
  expect(instantVerdict(unasked, 1, 0, { way: 'wechat', others: true }, manner)).toMatchObject({ row: 'pending', giveUp: 'wechat' });
  expect(instantVerdict(unasked, 1, 0, { way: 'wechat', others: false }, manner)).toEqual({ row: 'skipped', reason: 'wechat_43101', lane: 'on' });
});

test('what could not go says why: skipped where nobody was to be reached that way, dead where all was tried', () => {
  expect(noWay('fixed_line')).toEqual({ row: 'skipped', reason: 'fixed_line', lane: 'on' });
  expect(noWay('every_way_failed')).toMatchObject({ row: 'dead', reason: 'every_way_failed' });
});

test('the center is alarmed once, by the text that brings the ticket to four fifths of its budget', () => {
  const parts = Array.from({ length: 12 }, (_, spent) => nearsBudget({ budget: 12, spent }, 1));
  expect(parts.indexOf(true)).toBe(9);
  expect(parts.filter(Boolean)).toHaveLength(1);
});
