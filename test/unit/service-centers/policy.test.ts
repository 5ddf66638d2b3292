// A policy is complete, whatever was stored of it, and the law takes precedence over what it asks for.
import { describe, expect, it } from 'vitest';
import { houseOf } from '#service-centers/house.ts';
import { filled, housePolicy, Policy, storageTerms } from '#service-centers/policy.ts';
import { usualHours } from '#service-centers/week-hours.ts';

describe('the house policy', () => {
  it('is a valid policy', () => {
    expect(Policy.parse(housePolicy)).toEqual(housePolicy);
  });

  it('has a mandatory test for every kind of device', () => {
    const lists = Object.values(housePolicy.checklists);
    expect(lists.map((items) => items.some((item) => item.mandatory))).toEqual([true, true, true, true, true]);
  });

  it('fills in what a stored body does not say', () => {
    const body = { repairDays: 9, checklists: { ...housePolicy.checklists, phone: [] } };
    expect(filled(body)).toEqual({ ...housePolicy, ...body });
    expect(filled(null)).toBe(housePolicy);
  });

  it.each([
    ['a ladder that goes down', { quoteReminderDays: [5, 2] }],
    ['a ladder with a day twice', { quoteReminderDays: [2, 2] }],
    ['no day at all', { repairDays: 0 }],
    ['more than a year', { repairDays: 366 }],
    ['half a day', { repairDays: 0.5 }],
    ['a negative fee', { storageDailyFee: { amount: -1, currency: 'CNY' } }],
    ['a key twice', { checklists: { ...housePolicy.checklists, other: [housePolicy.checklists.other[0], housePolicy.checklists.other[0]] } }],
    ['a word it does not know', { repairDay: 1 }],
  ])('is not valid with %s', (_, change) => {
    expect(Policy.safeParse({ ...housePolicy, ...change }).success).toBe(false);
  });
});

describe('storage', () => {
  const policy = { ...housePolicy, storageDailyFee: { amount: 500, currency: 'CNY' } };

  it.each([
    ['CN', 500],
    ['EU', 500],
    ['US-CA', 0],
    ['none', 500],
  ] as const)('under the law of %s costs %d a day', (jurisdiction, dailyFee) => {
    expect(storageTerms(policy, jurisdiction)).toEqual({ freeDays: 30, dailyFee, currency: 'CNY', keepDays: 180, noticeDays: [7, 14, 30] });
  });
});

describe('a house', () => {
  it('without a center of its own works by the house rules', () => {
    expect(houseOf(null)).toEqual({ policy: housePolicy, policyVersion: 0, calendar: { timeZone: 'UTC', hours: usualHours, holidays: [] } });
  });
});
