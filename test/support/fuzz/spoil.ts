// What can be wrong with JSON: odd values in its places, and text that is none.
import type { Random } from '../model/random.ts';

const nested = (depth: number): unknown => Array.from({ length: depth }).reduce<unknown>((inner) => [inner], 1);
const withProto = JSON.parse('{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}},"toString":1}') as object;

/** Strings that have broken something somewhere. */
export const oddTexts: readonly string[] = [
  ...[
    '',
    ' ',
    '\0',
    'a\0b',
    '\ud800',
    'x\udc00',
    '\ufeff',
    '\u202etxt',
    '\u200b',
    'ﬁ',
    'İ',
    'ß',
    '٣',
    '１２３',
    '😀'.repeat(40),
    'e\u0301'.repeat(30),
  ],
  ...["'; drop table tickets; --", '" or ""="', '$1', '%', '%s%n%x', '\\', '{{7*7}}', '${7*7}', '<script>alert(1)</script>', '../../../etc/passwd'],
  ...[
    '__proto__',
    'constructor',
    'null',
    'undefined',
    'NaN',
    'true',
    '-1',
    '1e400',
    '\r\nx-injected: 1',
    '.input {$x :number}',
    '{$x',
    '*',
    '~1',
    '/',
  ],
  ...[
    '2026-02-30',
    '2026-02-30T25:61:61Z',
    '9999-12-31T23:59:59.999999999+14:00',
    '-000001-01-01T00:00:00Z',
    '+275760-09-13T00:00:00.001Z',
    '0000-01-01',
  ],
  ...[
    '0001-01-01T00:00:00Z',
    '275760-09-13T00:00:00Z',
    '2026-11-20T10:00:00+99:99',
    'tkt_00000000000000000000000000',
    'TKT_00000000000000000000000000',
  ],
  ...['brd_zzzzzzzzzzzzzzzzzzzzzzzzzz', '*', 'http://[::1', 'https://user:pass@example.com:99999/', 'file:///etc/passwd', 'a@b', '"x y"@example.com'],
  ...['\uffff', '%00', '0000-00-00T00:00:00Z', '9999-12-31T23:59:59+14:00', 'tkt_01kam3w0xf8q9r2s4t6v8w0x1y'],
  ...['x'.repeat(200), 'x'.repeat(256), 'x'.repeat(4_097), 'x'.repeat(5_000), '漢'.repeat(3_000), '🙂'.repeat(60)],
];

/** The same for what is no string. */
export const oddValues: readonly unknown[] = [
  ...[null, true, false, 0, -0, -1, 1.5, 1e-320, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 2 ** 63, 1.797e308, [], {}, [[]], [null], ['x'], [{}], withProto],
  ...[{ $ref: '#' }, Number.MAX_VALUE],
  ...[
    nested(4),
    nested(40),
    nested(400),
    Array.from({ length: 500 }, (_, n) => n),
    Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`k${n}`, n])),
  ],
];

type Place = { holder: Record<PropertyKey, unknown>; key: string };

function placesIn(value: unknown, found: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null) return found;
  const holder = value as Record<PropertyKey, unknown>;
  for (const key of Object.keys(holder)) {
    found.push({ holder, key });
    placesIn(holder[key], found);
  }
  return found;
}

/** The value with one thing in it that is odd. */
export function spoilt(value: unknown, random: Random): unknown {
  const copy = structuredClone(value);
  const places = placesIn(copy);
  const odd = random.chance(0.6) ? random.pick(oddTexts) : random.pick(oddValues);
  if (places.length === 0 || random.chance(0.03)) return odd;
  const { holder, key } = random.pick(places);
  switch (random.int(0, 7)) {
    case 0:
      delete holder[key];
      break;
    case 1:
      Object.defineProperty(holder, random.pick(oddTexts), { value: odd, enumerable: true, configurable: true, writable: true });
      break;
    case 2:
      holder[key] = [holder[key], holder[key]];
      break;
    case 3:
      holder[key] = typeof holder[key] === 'string' ? `${holder[key]}${random.pick(oddTexts)}` : (JSON.stringify(holder[key]) ?? '');
      break;
    case 4:
      holder[key] = structuredClone(random.pick(places).holder);
      break;
    default:
      holder[key] = odd;
  }
  return copy;
}

const numbers = ['1e400', '-0', '01', '0x10', 'NaN', '+1', '.5', '1.', '99999999999999999999999', '1e-400', 'Infinity'];

/** The text of a body as bytes, with something in it that is no JSON, or is JSON that nobody writes. */
export function garbled(text: string, random: Random): Buffer {
  const at = random.int(0, text.length);
  const inserted = (more: string): Buffer => Buffer.from(text.slice(0, at) + more + text.slice(at));
  switch (random.int(0, 15)) {
    case 0:
      return Buffer.from(text.slice(0, at));
    case 1:
      return inserted(random.pick(['\0', ',', '}', ']', '"', '\\', '\n', '//', '/**/', '\u2028', 'undefined', ':']));
    case 2:
      return Buffer.concat([Buffer.from(text.slice(0, at)), Buffer.from([random.int(128, 255)]), Buffer.from(text.slice(at))]);
    case 3:
      return Buffer.from(text.replace(/-?\d+(\.\d+)?/, random.pick(numbers)));
    case 4:
      return Buffer.from(
        text.replace(
          /^\{/,
          `{${
            text
              .slice(1)
              .split(',')[0]
              ?.replace(/[{}[\]]/g, '') ?? ''
          },`,
        ),
      );
    case 5:
      return Buffer.from(`\ufeff${text}`);
    case 6:
      return Buffer.from(text, 'utf16le');
    case 7:
      return Buffer.from(text.replace(/\}$/, ',}'));
    case 8:
      return Buffer.from(text + text);
    case 9:
      return Buffer.from(random.pick(['[', '{"a":']).repeat(random.int(1, 10_000)));
    case 10:
      return Buffer.from(
        random.pick(['', ' ', '\0', 'null', '[]', '""', '0', 'true', '{}', '{"__proto__":null}', '[[[[[]]]]]', '"\\ud800"', '"\\u0000"']),
      );
    case 11:
      return Buffer.from(text.replace(/"([^"]*)"/, String.raw`"\u0000$1\ud83d"`));
    case 12:
      return Buffer.from(`${' '.repeat(random.int(1, 70_000))}${text}`);
    case 13:
      return Buffer.from(text.replace(/\{/, `{"filler":"${'x'.repeat(random.pick([1_000, 65_536, 300_000]))}",`));
    case 14:
      return Buffer.from(text.replace(/^\{/, '{"__proto__":{"a":1},"constructor":{"prototype":1},'));
    default:
      return Buffer.from(Array.from({ length: random.int(1, 400) }, () => random.int(0, 255)));
  }
}
