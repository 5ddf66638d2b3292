// One request of the fuzz: right in everything and then not, or by chance alone. The same seed and number make the same request of the same world.
import { bodyFor } from '../contract/bodies.ts';
import { addressOf, type Operation, operations } from '../contract/contract.ts';
import { nobodys } from '../contract/nobodys.ts';
import { type Ask, type Callers, rightCall } from '../contract/right-call.ts';
import { type Random, random } from '../model/random.ts';
import { garbled, oddTexts, spoilt } from './spoil.ts';
import { fitting } from './values.ts';
import { rawShot } from './wire.ts';

/** A request as it is sent. */
export interface Shot {
  /** The operation it was made of. */
  name: string;
  method: string;
  path: string;
  headers: [string, string][];
  body: Buffer | null;
  /** Bytes for a socket, where no client would send this; `path` and `method` then say what it is about. */
  raw: Buffer | null;
}

const weights = (operation: Operation): number => (operation.name.startsWith('advanceTicket') ? 8 : operation.hasBody ? 3 : 1);
/** Streams and drawn pages cost much and have little to get wrong. */
const seldom = /^(print|streamProgress|playScenario)/;

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY', 'PROPFIND', 'LINK'];
/** Where people look who are not told the addresses, and pages that are no part of the contract. */
const otherPaths = [
  ...[
    '/',
    '/v1',
    '/v1/',
    '//v1/tickets',
    '/v1/tickets/',
    '/V1/TICKETS',
    '/v2/tickets',
    '/v1/../v1/tickets',
    '/v1/tickets/..',
    '/.env',
    '/docs',
    '/docs/json',
  ],
  ...[
    '/t/lnk_AAAAAAAAAAAAAAAAAAAAAA',
    '/t/x/quote',
    '/t/%00',
    '/u/x',
    '/assets/x',
    '/assets/brand/x',
    '/livez',
    '/readyz',
    '/metrics',
    '/favicon.ico',
    '/?a=b',
  ],
  ...[
    '/v1/lookup',
    '/v1/link',
    '/f/x',
    '/v1/tickets?limit',
    '/v1/tickets;a=b',
    '/v1/tickets#a',
    '/v1/tickets/%',
    '/v1/tickets/%zz',
    '/v1/%2e%2e/x',
    '*',
  ],
];
const types = [
  ...['application/json', 'application/json; charset=utf-16', 'application/JSON', 'application/json;', 'text/plain', 'text/json', 'application/xml'],
  ...[
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary=x',
    'application/merge-patch+json',
  ],
  ...['', ';;;', 'application/json, text/plain', 'application/octet-stream', '*/*', `application/json; x=${'y'.repeat(2_000)}`],
];
const headerLists: Record<string, readonly string[]> = {
  'content-type': types,
  'content-encoding': ['gzip', 'br', 'deflate', 'identity', 'gzip, gzip', 'x'],
  accept: [
    'application/json',
    'text/html',
    'image/png',
    '*/*;q=0',
    '',
    'text/plain',
    ';;',
    'application/pdf',
    'text/event-stream',
    `a/b,${'c/d,'.repeat(300)}`,
  ],
  'accept-language': ['en', 'zh-CN,en;q=0', 'xx', '*', '', ';q=', `${'en,'.repeat(500)}`, 'en;q=1e9'],
  'if-match': [
    '"v1"',
    '"v0"',
    'v1',
    '"v99999999999999999999"',
    '"v-1"',
    '*',
    '"v1", "v2"',
    'W/"v1"',
    '',
    '"',
    '""',
    '"v1e3"',
    '"v 1"',
    'x'.repeat(300),
  ],
  'if-none-match': ['*', '"x"', '', 'W/"v1"'],
  'idempotency-key': ['', ' ', 'x', 'x'.repeat(300), 'ä', 'a b', '\u00ff\u00fe', '../x', 'null', `${'k'.repeat(255)}`],
  authorization: [
    '',
    'Bearer',
    'Bearer ',
    'Basic Og==',
    'Bearer x',
    `Bearer ${'x'.repeat(5_000)}`,
    'bearer gb_b_000000000000_x',
    'Bearer gb_a_\u00ff',
    'Bearer a b',
    'Bearer lnk_x',
    'Digest x',
  ],
  'glassbench-brand': ['', '*', 'brd_x', 'brd_00000000000000000000000000', 'x'.repeat(500), "brd_'"],
  traceparent: ['', '00-0-0-00', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'x'.repeat(500)],
  'x-forwarded-for': ['127.0.0.1', '::1, 10.0.0.1', 'x', '', '999.1.1.1'],
  'x-http-method-override': ['DELETE', 'x'],
  'last-event-id': ['', '-1', '99999999999999999999', 'x', '\u00e4'],
  range: ['bytes=0-', 'bytes=-1', 'bytes=5-1', 'x', 'bytes=0-0,1-1'],
  'if-modified-since': ['x', 'Thu, 01 Jan 1970 00:00:00 GMT'],
  cookie: ['a=b', `a=${'b'.repeat(5_000)}`],
  origin: ['null', 'https://evil.example'],
  host: ['evil.example', 'x:99999', '[', 'a b', ''],
  expect: ['100-continue', 'x'],
  connection: ['close', 'upgrade', 'x'],
};

const oddSegment = (chance: Random): string => {
  const text = chance.pick(oddTexts);
  return chance.chance(0.8) ? encodeURIComponent(text.toWellFormed()) : text.replaceAll(/[^\x21-\x7e]/g, '%');
};

/** Ids that are somebody's, and ids of the wrong kind. */
function oddParameter(name: string, { world }: Callers, chance: Random): string {
  if (chance.chance(0.3)) return encodeURIComponent(chance.pick(Object.values(world.parameters)));
  if (chance.chance(0.2)) return encodeURIComponent(nobodys()[name] ?? 'x');
  if (chance.chance(0.1)) return (world.parameters[name] ?? '').toUpperCase();
  return oddSegment(chance);
}

function withOddPath(operation: Operation, url: string, callers: Callers, chance: Random): string {
  const query = url.includes('?') ? url.slice(url.indexOf('?')) : '';
  if (operation.pathParameters.length === 0) return `${url.split('?')[0]}${chance.pick(['/', '//', '/x', '%00', '.json', '%'])}${query}`;
  const odd = chance.pick(operation.pathParameters);
  const marks = Object.fromEntries(
    operation.pathParameters.map((name) => [name, name === odd ? 'ODDPARAMETER' : (callers.world.parameters[name] ?? 'x')]),
  );
  return addressOf(operation, marks).replace('ODDPARAMETER', () => oddParameter(odd, callers, chance)) + query;
}

function withQuery(operation: Operation, url: string, callers: Callers, chance: Random): string {
  const known = operation.parameters.filter((one) => one.in === 'query');
  const pairs = Array.from({ length: chance.int(1, 3) }, () => {
    const one =
      known.length > 0 && chance.chance(0.8)
        ? chance.pick(known)
        : { name: chance.pick(['x', '__proto__', 'limit', 'a[]', 'a[b]', '%00', '', 'constructor']), schema: {} };
    const value = fitting(one.schema, chance, callers.world);
    const right = typeof value === 'string' ? value : JSON.stringify(value);
    return `${one.name}${chance.chance(0.05) ? '' : '='}${chance.chance(0.5) ? encodeURIComponent(right.toWellFormed()) : oddSegment(chance)}`;
  });
  return `${url}${url.includes('?') ? '&' : '?'}${pairs.join(chance.chance(0.95) ? '&' : ';')}`;
}

/** Another caller, or one that is none. */
function anotherKey({ world, adminKey, pass }: Callers, chance: Random): string | null {
  return chance.pick([world.keys.brand, world.keys.center, world.keys.courier, adminKey, world.link, pass, null]);
}

function bodyOf(operation: Operation, ask: Ask, callers: Callers, chance: Random): Buffer | null {
  if (!operation.hasBody) return chance.chance(0.3) ? garbled('{"a":1}', chance) : null;
  if (operation.takesForm) {
    const form = Buffer.from(ask.payload ?? '');
    return chance.chance(0.5) ? spoiltForm(form, chance) : form;
  }
  if (operation.bodySchema === undefined) return garbled(String(ask.payload ?? '{}'), chance);
  let value = chance.chance(0.45) ? fitting(operation.bodySchema, chance, callers.world) : bodyFor(operation, callers.world);
  for (let times = chance.int(0, 2); times > 0; times -= 1) value = spoilt(value, chance);
  const text = JSON.stringify(value) ?? 'null';
  return chance.chance(0.25) ? garbled(text, chance) : Buffer.from(text);
}

/** A form whose parts, names, boundaries or bytes are not as they should be. */
function spoiltForm(form: Buffer, chance: Random): Buffer {
  const text = form.toString('latin1');
  const changed = [
    () => text.slice(0, chance.int(0, text.length)),
    () => text.replaceAll('\r\n', '\n'),
    () => text.replace(/name="[^"]*"/, `name="${chance.pick(['', '__proto__', 'file', 'kind', 'x'.repeat(200), 'a\0b', 'constructor'])}"`),
    () => text.replace(/filename="[^"]*"/, `filename="${chance.pick(['', '../../x', 'x'.repeat(5_000), 'a\0.jpg', '"', '%00'])}"`),
    () =>
      text.replace(
        /content-type: [^\r]*/i,
        `Content-Type: ${chance.pick(['', 'x', 'image/jpeg', 'image/svg+xml', 'text/html', 'multipart/mixed; boundary=y'])}`,
      ),
    () => text.replace(/content-disposition/i, chance.pick(['X-Nothing', 'Content-Disposition: form-data\r\nContent-Disposition'])),
    () => text + text,
    () => `--x\r\n${'a'.repeat(5_000)}`,
    () => text.replace(/--\r\n?$/, ''),
    () => text.replace('\r\n\r\n', `\r\n${'x-h: y\r\n'.repeat(chance.int(1, 60))}\r\n`),
  ];
  return Buffer.from(chance.pick(changed)(), 'latin1');
}

function withOddHeaders(headers: [string, string][], chance: Random): [string, string][] {
  const name = chance.pick(Object.keys(headerLists));
  const value = chance.pick(headerLists[name] ?? ['']);
  const others = headers.filter(([one]) => one !== name);
  if (chance.chance(0.15)) return [...headers, [name, value]];
  return chance.chance(0.2) ? others : [...others, [name, value]];
}

/** Every second request goes from one operation to the next, so that a short run leaves none out. */
function operationOf(nth: number, chance: Random): Operation {
  const next = operations[(nth / 2) % operations.length];
  return next ?? chance.weighed(operations, (one) => (seldom.test(one.name) ? 0.1 : weights(one)));
}

/** The request of this number. */
export function shotOf(seed: number, nth: number, callers: Callers): Shot {
  const chance = random(seed, nth);
  if (chance.chance(0.02)) return rawShot(callers, chance);
  const operation = operationOf(nth, chance);
  const ask = rightCall(operation, callers);
  let path = ask.url;
  let method: string = operation.method;
  const key = ask.key !== null && chance.chance(0.15) ? anotherKey(callers, chance) : ask.key;
  let headers: [string, string][] = [
    ...(key === null ? [] : [['authorization', `Bearer ${key}`] as [string, string]]),
    ...Object.entries(ask.headers),
  ];
  if (key === callers.adminKey && chance.chance(0.7)) headers.push(['glassbench-brand', callers.world.brandId]);
  let body: Buffer | null = ask.payload === undefined ? null : Buffer.from(ask.payload);
  for (let times = chance.weighed([0, 1, 2, 3], (n) => [1, 6, 3, 1][n] ?? 0); times > 0; times -= 1) {
    const way = chance.next();
    if (way < 0.4 && (operation.hasBody || way < 0.03)) body = bodyOf(operation, ask, callers, chance);
    else if (way < 0.6) path = withOddPath(operation, path, callers, chance);
    else if (way < 0.75) path = withQuery(operation, path, callers, chance);
    else if (way < 0.93) headers = withOddHeaders(headers, chance);
    else if (way < 0.97) method = chance.pick(methods);
    else path = chance.pick(otherPaths);
  }
  return { name: operation.name, method, path, headers, body, raw: null };
}

/** For whoever repeats it by hand: every byte that was sent. */
export function printed({ name, method, path, headers, body, raw }: Shot): string {
  if (raw !== null) return `${name}, as bytes: ${JSON.stringify(raw.toString('latin1').slice(0, 3_000))}`;
  const lines = headers.map(([one, value]) => `  ${one}: ${JSON.stringify(value.slice(0, 300))}`);
  const sent = body === null ? '' : `\n  ${body.length} bytes: ${JSON.stringify(body.toString('latin1').slice(0, 3_000))}`;
  return `${name}: ${method} ${JSON.stringify(path.slice(0, 2_000))}\n${lines.join('\n')}${sent}`;
}
