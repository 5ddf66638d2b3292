// Opening hours of a center over the API: kept as they were given, and refused where nothing could be promised by them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usualHours } from '#service-centers/week-hours.ts';
import { startApp, type TestApp, unique } from '../../support/app.ts';

let test: TestApp;
beforeAll(async () => {
  test = await startApp();
});
afterAll(() => test.close());

const input = (more: object = {}): object => ({
  code: unique('C').toUpperCase(),
  name: 'Prism Berlin',
  kind: 'own',
  phone: '030-600000',
  address: 'Torstraße 1, Berlin',
  locale: 'en',
  timeZone: 'Europe/Berlin',
  ...more,
});
const open = (more: object) => test.call(test.keys.brand, { method: 'POST', url: '/v1/service-centers', payload: input(more) });
const change = (payload: object, key = test.keys.brand) => test.call(key, { method: 'PATCH', url: `/v1/service-centers/${test.centerId}`, payload });

describe('the hours of a center', () => {
  it('are Monday to Friday, 9 to 6, until it says otherwise', async () => {
    const answer = await open({});
    expect([answer.statusCode, answer.json()]).toEqual([201, expect.objectContaining({ hours: usualHours, holidays: [] })]);
  });

  it('come back as they were given, and change alone', async () => {
    const hours = {
      mon: [
        ['08:00', '12:00'],
        ['13:00', '24:00'],
      ],
      sun: [],
    };
    const holidays = [
      { day: '2026-12-25', name: 'Christmas', hours: [] },
      { day: '2026-12-24', name: 'Christmas Eve', hours: [['08:00', '12:00']] },
    ];
    const opened = await open({ hours, holidays });
    const { id } = opened.json<{ id: string }>();
    expect(opened.json()).toMatchObject({ hours, holidays });
    const moved = await test.call(test.keys.brand, { method: 'PATCH', url: `/v1/service-centers/${id}`, payload: { phone: '030-1' } });
    expect(moved.json()).toMatchObject({ phone: '030-1', hours, holidays });
    const fewer = await test.call(test.keys.brand, { method: 'PATCH', url: `/v1/service-centers/${id}`, payload: { holidays: [] } });
    expect(fewer.json()).toMatchObject({ hours, holidays: [] });
    const read = await test.call(test.keys.brand, { method: 'GET', url: `/v1/service-centers/${id}` });
    expect(read.json()).toEqual(fewer.json());
  });

  const closed = { mon: [], tue: [] };
  it.each([
    ['no hours at all', { hours: {} }, '/hours'],
    ['no open day', { hours: closed }, '/hours'],
    ['an end before the beginning', { hours: { mon: [['18:00', '09:00']] } }, '/hours/mon'],
    ['an interval of nothing', { hours: { mon: [['09:00', '09:00']] } }, '/hours/mon'],
    [
      'intervals that overlap',
      {
        hours: {
          mon: [
            ['09:00', '12:00'],
            ['11:59', '18:00'],
          ],
        },
      },
      '/hours/mon',
    ],
    ['a time that is none', { hours: { mon: [['09:00', '25:00']] } }, '/hours/mon/0/1'],
    ['one time alone', { hours: { mon: [['09:00']] } }, '/hours/mon/0'],
    ['a day that is none', { hours: { monday: [['09:00', '18:00']] } }, '/hours'],
    ['a holiday twice', { holidays: [1, 2].map(() => ({ day: '2026-12-25', name: 'Christmas', hours: [] })) }, '/holidays'],
    ['a holiday on no day', { holidays: [{ day: '2026-02-30', name: 'Never', hours: [] }] }, '/holidays/0/day'],
    [
      'too many holidays',
      { holidays: Array.from({ length: 201 }, (_, n) => ({ day: `2${String(n).padStart(3, '0')}-01-01`, name: 'New Year', hours: [] })) },
      '/holidays',
    ],
  ])('with %s are refused, and nothing changes', async (_, payload, pointer) => {
    const before = await test.call(test.keys.brand, { method: 'GET', url: `/v1/service-centers/${test.centerId}` });
    for (const answer of [await change(payload), await open(payload)]) {
      const problem = answer.json<{ code: string; errors: { pointer: string }[] }>();
      expect([answer.statusCode, problem.code, problem.errors.map((error) => error.pointer)]).toEqual([
        400,
        'validation_failed',
        expect.arrayContaining([pointer]),
      ]);
    }
    const after = await test.call(test.keys.brand, { method: 'GET', url: `/v1/service-centers/${test.centerId}` });
    expect(after.json()).toEqual(before.json());
  });
});
