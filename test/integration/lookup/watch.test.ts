// Somebody who walks through serial numbers is told of, once an hour, and by no address.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLog } from '#platform/log.ts';
import { metrics } from '#platform/metrics.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { movingTime } from '../../support/moving-time.ts';
import { newSerial, openRepair } from './asking.ts';

const time = movingTime();
const lines: string[] = [];
let test: TestApp;
beforeAll(async () => {
  const log = createLog('test', 'warn', { write: (line) => void lines.push(line) });
  test = await startApp({ TRUST_PROXY: '1' }, { clock: time.clock, log });
});
afterAll(() => test?.close());

const ask = (serial: string, address: string) => test.app.inject({ url: `/v1/lookup/${serial}`, headers: { 'x-forwarded-for': address } });
const told = (): { count: number }[] =>
  lines.map((line) => JSON.parse(line) as { msg: string; count: number }).filter(({ msg }) => msg === 'one address asks for many serial numbers');
const minute = 1 / 1440;
let numbers = 0;
/** No two of these are spellings of one number, which counts once: letters that look like digits would be. */
const another = (): string => `WATCHED${process.pid}0${(numbers += 1)}`;

it('twenty different numbers in an hour are nobody’s business, however often; one more is told of once', async () => {
  const address = '198.51.100.77';
  const serials = Array.from({ length: 21 }, another);
  for (const serial of [...serials.slice(0, 20), ...serials.slice(0, 20)]) await ask(serial, address);
  expect(told()).toEqual([]);
  // What was asked for more than an hour ago does not count any more.
  time.later(61 * minute);
  for (const serial of serials.slice(19)) await ask(serial, address);
  expect(told()).toEqual([]);
  for (const serial of serials) await ask(serial, address);
  await ask(another(), '198.51.100.78');
  expect(told()).toEqual([expect.objectContaining({ count: 21 })]);
  for (let n = 0; n < 5; n += 1) await ask(another(), address);
  expect(told()).toHaveLength(1);
  for (const serial of Array.from({ length: 21 }, another))
    await test.app.inject({
      method: 'POST',
      url: '/v1/lookup',
      headers: { 'x-forwarded-for': '198.51.100.79' },
      payload: { identifier: serial, proof: { phoneLast4: '0000' } },
    });
  expect(told()).toHaveLength(2);
  expect(lines.join('')).not.toContain('198.51.100');
});

it('lookups are counted by what they found', async () => {
  const before = await metrics.getMetricsAsJSON();
  const serial = newSerial();
  await openRepair(test, { serial });
  await ask(serial, '198.51.100.80');
  await ask(newSerial(), '198.51.100.80');
  const text = await metrics.metrics();
  expect(before.some(({ name }) => name === 'glassbench_lookups_total')).toBe(true);
  expect(text).toMatch(/glassbench_lookups_total\{[^}]*outcome="found"[^}]*\} [1-9]/);
  expect(text).toMatch(/glassbench_lookups_total\{[^}]*outcome="not_found"[^}]*\} [1-9]/);
  expect(text).toMatch(/glassbench_lookup_walkers_total 2/);
});
