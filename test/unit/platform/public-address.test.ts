// Which addresses a customer may have us call: the spellings of "inside" are many.
import { describe, expect, test } from 'vitest';
import { checkedAddress, isPublic, RefusedAddress, refusalOf } from '#platform/public-address.ts';
import { hosts, inside } from '../../support/gates/ssrf.ts';

test.each(inside)('%s is not public', (address) => {
  expect(isPublic(address)).toBe(false);
});

test.each(['1.1.1.1', '8.8.8.8', '172.32.0.1', '223.5.5.5', '2606:4700:4700::1111', '2400:3200::1'])('%s is public', (address) => {
  expect(isPublic(address)).toBe(true);
});

describe.each(hosts)('https://%s/', (host) => {
  test('is refused as it is written, and nothing is connected to', () => {
    expect(refusalOf(`https://${host}/`, false)).toMatch(/not_public|not_a_url/);
    expect(refusalOf(`https://${host}:8443/hook?x=1`, false)).toMatch(/not_public|not_a_url/);
  });
});

test('https only, without credentials', () => {
  expect(refusalOf('http://partner.example/', false)).toBe('not_https');
  expect(refusalOf('ftp://partner.example/', true)).toBe('not_https');
  expect(refusalOf('https://a:b@partner.example/', false)).toBe('has_credentials');
  expect(refusalOf('https://a@partner.example/', true)).toBe('has_credentials');
  expect(refusalOf('nonsense', false)).toBe('not_a_url');
  expect(refusalOf('https://partner.example/', false)).toBeNull();
  expect(refusalOf('http://127.0.0.1:8080/', true)).toBeNull();
});

test('a name that resolves inside is refused where the connection is made', async () => {
  await expect(checkedAddress('localhost', false)).rejects.toThrow(RefusedAddress);
  await expect(checkedAddress('[::1]', false)).rejects.toThrow(RefusedAddress);
  await expect(checkedAddress('127.0.0.1', true)).resolves.toBe('127.0.0.1');
  await expect(checkedAddress('1.1.1.1', false)).resolves.toBe('1.1.1.1');
});
