// How long a carrier without news is left alone.
import { expect, it } from 'vitest';
import { ConfigError, readConfig } from '#config.ts';
import { pauseAfter } from '#mail-in/ask-carriers.ts';

const HOUR = 3_600_000;

it('doubles from the first pause to a week', () => {
  expect([1, 2, 3, 4, 5, 6, 12].map((inVain) => pauseAfter(inVain, 12 * HOUR) / HOUR)).toEqual([12, 24, 48, 96, 168, 168, 168]);
  expect(pauseAfter(0, HOUR)).toBe(HOUR);
});

it('takes other addresses of carriers from the settings', () => {
  expect(readConfig({}).CARRIER_URLS).toEqual({});
  expect(readConfig({ CARRIER_URLS: 'easypost=http://127.0.0.1:9,x-y=https://e.example/a' }).CARRIER_URLS).toEqual({
    easypost: 'http://127.0.0.1:9',
    'x-y': 'https://e.example/a',
  });
  for (const wrong of ['easypost', 'easypost=ftp://e.example', 'EasyPost=https://e.example', 'easypost=https://e.example,']) {
    expect(() => readConfig({ CARRIER_URLS: wrong })).toThrow(ConfigError);
  }
});
