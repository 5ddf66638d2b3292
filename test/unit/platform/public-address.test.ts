// Which addresses a customer may have us call: the spellings of "inside" are many.
import { describe, expect, test } from 'vitest';
import { checkedAddress, isPublic, RefusedAddress, refusalOf } from '#platform/public-address.ts';

const inside = [
  ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.127.255.254', '127.0.0.1', '127.1.2.3', '169.254.169.254', '172.16.0.1'],
  ...['172.31.255.255', '192.0.0.8', '192.0.2.1', '192.168.0.1', '198.18.0.1', '198.51.100.7', '203.0.113.9', '224.0.0.1', '239.255.255.255'],
  ...['240.0.0.1', '255.255.255.255'],
  ...[
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:0:10.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::a00:1',
    '64:ff9b:1::a00:1',
  ],
  ...['100::1', '2001::1', '2001:0:7f00:1::', '2001:db8::1', '2001:10::1', '2001:20::1', '2002:7f00:1::', '2002:a00:1::', '2002:c0a8:1::1'],
  ...['fc00::1', 'fd00:ec2::254', 'fe80::1', 'febf::1', 'fec0::1', 'ff02::1', 'ff0e::1', '3fff::1', '5f00::1'],
];
const hosts = [
  ...['127.0.0.1', '127.1', '127.0.1', '2130706433', '0x7f000001', '0x7f.0.0.1', '0177.0.0.1', '0x7f.1', '017700000001', '127.0.0.1.', '①②⑦.⓪.⓪.①'],
  ...[
    '0',
    '0.0.0.0',
    '10.0.0.1',
    '0xa000001',
    '012.0.0.1',
    '167772161',
    '169.254.169.254',
    '0xa9fea9fe',
    '2852039166',
    '192.168.1.1',
    '3232235777',
    '172.16.0.1',
  ],
  ...[
    'localhost',
    'LOCALHOST',
    'localhost.',
    'a.localhost',
    '%6c%6f%63%61%6c%68%6f%73%74',
    'ｌｏｃａｌｈｏｓｔ',
    '100.64.0.1',
    '198.18.0.1',
    '255.255.255.255',
  ],
  ...[
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::127.0.0.1]',
    '[2002:7f00:1::]',
    '[fe80::1]',
    '[fd00::1]',
  ],
];

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
