// Where a customer is reached: numbers that can be numbers, addresses that are compared and not kept, ways that are closed and why.
import { describe, expect, test } from 'vitest';
import { addressHash, maskedAddress } from '#contacts/address.ts';
import { ContactChange, ContactInput, type ContactRow, contactForCourier, contactView, openWays } from '#contacts/contact.ts';
import { takesTexts } from '#contacts/phone.ts';
import { createSeal } from '#platform/seal.ts';

const messages = (input: object): string[] => ContactInput.safeParse(input).error?.issues.map(({ message }) => message) ?? [];

describe('a telephone number', () => {
  test.each(['+8613800001234', '+862160000000', '+14085550123', '+4915112345678'])('%s is taken', (phone) => {
    expect(messages({ phone })).toEqual([]);
  });
  test('is refused with what is wrong', () => {
    expect(messages({ phone: '13800001234' })[0]).toMatch(/E\.164/);
    expect(messages({ phone: '+86 1380000123' })[0]).toMatch(/E\.164/);
    expect(messages({ phone: '+8613800' })[0]).toMatch(/count its digits/);
    expect(messages({ phone: '+99912345678' })[0]).toMatch(/count its digits/);
  });
  test('of a fixed line takes no texts', () => {
    expect(takesTexts('+862160000000')).toBe(false);
    expect(takesTexts('+8613800001234')).toBe(true);
    expect(takesTexts('+12025550123')).toBe(true);
  });
});

test('quiet hours are two times of the day; an openid is one', () => {
  expect(messages({ quietHours: { from: '22:00', to: '07:30' }, wechatOpenid: 'oX1_abc-DEF' })).toEqual([]);
  expect(messages({ quietHours: { from: '24:00', to: '07:30' } })).toHaveLength(1);
  expect(messages({ wechatOpenid: 'not an openid' })).toHaveLength(1);
  expect(ContactChange.safeParse({}).success).toBe(false);
  expect(ContactChange.safeParse({ phone: null }).success).toBe(true);
});

describe('an address', () => {
  const seal = createSeal(['for tests only and long enough for the check']);
  test('is the same however it is spelled, and another by another way', () => {
    expect(addressHash(seal, 'email', ' Fang@Example.com ')).toEqual(addressHash(seal, 'email', 'fang@example.com'));
    expect(addressHash(seal, 'sms', '+8613800001234')).not.toEqual(addressHash(seal, 'wechat', '+8613800001234'));
  });
  test('shows enough to notice a wrong one', () => {
    expect(maskedAddress('email', 'fang@example.com')).toBe('f***@example.com');
    expect(maskedAddress('sms', '+8613800001234')).toBe('+86138****1234');
    expect(maskedAddress('sms', '+3281234567')).not.toContain('8123');
    expect(maskedAddress('wechat', 'oX1_abc-DEF')).toBe('oX1_***');
  });
});

const row: ContactRow = {
  name: 'Wang Fang',
  phone: '+8613800001234',
  email: 'fang@example.com',
  address: '1 Lake Road',
  locale: 'en',
  timeZone: 'Asia/Shanghai',
  wechatOpenid: null,
  optedOut: ['sms'],
  quietHours: null,
  stops: { email: 'unsubscribed' },
};

test('a center sees by which ways a customer can be told, and why not', () => {
  expect(contactView(row).ways).toEqual({ email: 'unsubscribed', sms: 'opted_out', wechat: 'none' });
  expect(openWays(row)).toEqual({ email: false, sms: false });
  expect(openWays({ ...row, stops: {}, optedOut: [] })).toEqual({ email: true, sms: true });
});

test('a courier sees where to deliver, and nothing else', () => {
  expect(contactForCourier(row)).toMatchObject({ name: 'Wang Fang', address: '1 Lake Road', phone: null, email: null, optedOut: [], ways: null });
});
