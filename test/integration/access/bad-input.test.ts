// Nasty values in every place of every route: a clear refusal or an ordinary answer, never a mistake of ours.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';

interface Operation {
  operationId: string;
  parameters?: { name?: string; in?: string }[];
  requestBody?: { content: Record<string, { schema: { $ref?: string } }> };
  responses: Record<string, unknown>;
}
interface Contract {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { example?: unknown }> };
}

const ROUNDS = 25;
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_122);

const nasty: unknown[] = [
  ...['', ' ', '\0', 'a\0b', '\ud800', '￿', 'x'.repeat(200), 'x'.repeat(5_000), "'; drop table tickets; --", '../../etc/passwd', '{{7*7}}', '%00'],
  ...[
    '2026-02-30',
    '0000-00-00T00:00:00Z',
    '9999-12-31T23:59:59+14:00',
    '1e400',
    'NaN',
    '🙂'.repeat(60),
    '\u202eevil',
    'tkt_01kam3w0xf8q9r2s4t6v8w0x1y',
  ],
  ...[null, true, false, 0, -1, 1.5, 2 ** 31, 2 ** 53, Number.MAX_VALUE, [], {}, [[[[]]]], { $ref: '#' }, ['x'], [null]],
];

/** mulberry32: the same seed gives the same requests. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296;
  };
}

let t: TestApp;
let contract: Contract;
let own: Record<string, string>;
beforeAll(async () => {
  t = await startApp();
  contract = t.app.swagger() as unknown as Contract;
  const body = contract.components.schemas['TicketInput']?.example as Record<string, unknown>;
  const { centerId: _, ...payload } = { ...body, returnMethod: 'ship' } as Record<string, unknown>;
  const ticket = await t.call(t.keys.center, { method: 'POST', url: '/v1/tickets', payload });
  own = { ticketId: ticket.json().id, centerId: t.centerId, brandId: t.brandId, carrier: 'easypost', serial: 'C8QH7T2KPL0M' };
});
afterAll(() => t.close());

it('answers no 5xx and no status that the contract does not name', async () => {
  const random = randomFrom(SEED);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

  /** Copies a value with one member of it, somewhere, replaced, removed or added. */
  const spoil = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.length === 0 || random() < 0.3 ? pick(nasty) : value.map((item, i) => (i === 0 ? spoil(item) : item));
    if (typeof value !== 'object' || value === null || random() < 0.1) return pick(nasty);
    const entries = Object.entries(value);
    const [name] = pick(entries.length === 0 ? [['x', 0] as [string, unknown]] : entries);
    if (random() < 0.15) return Object.fromEntries(entries.filter(([key]) => key !== name));
    if (random() < 0.15) return { ...value, [String(pick(['extra', '__proto__x', 'constructor', '\0']))]: pick(nasty) };
    return { ...value, [name]: spoil((value as Record<string, unknown>)[name]) };
  };
  const text = (): string => {
    const value = pick(nasty);
    return encodeURIComponent((typeof value === 'string' ? value : JSON.stringify(value)).toWellFormed());
  };

  const found: string[] = [];
  const keys = [t.keys.brand, t.keys.center, t.keys.courier, t.adminKey];
  for (const [path, item] of Object.entries(contract.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const content = Object.values(operation.requestBody?.content ?? {})[0];
      const example = contract.components.schemas[content?.schema.$ref?.split('/').at(-1) ?? '']?.example;
      const queries = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query').map((parameter) => parameter.name ?? '');
      for (let round = 0; round < ROUNDS; round += 1) {
        const url = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => (random() < 0.7 && own[name]) || text() || 'x');
        const query = queries.length > 0 && random() < 0.7 ? `?${pick(queries)}=${text()}` : '';
        const key = pick(keys);
        const headers = {
          'if-match': pick(['"v1"', '*', 'W/"v1"', '""', 'x'.repeat(300)]),
          ...(key === t.adminKey ? { 'glassbench-brand': t.brandId } : {}),
        };
        const payload = content === undefined ? {} : { payload: JSON.stringify(spoil(example)) };
        const response = await t.call(key, {
          method: method.toUpperCase() as 'GET',
          url: `${url}${query}`,
          ...payload,
          headers: content === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        });
        const named = Object.hasOwn(operation.responses, String(response.statusCode)) || [404, 405, 414].includes(response.statusCode);
        if (response.statusCode >= 500 || !named) {
          found.push(`${response.statusCode} ${method} ${path} ${query} ${JSON.stringify(payload).slice(0, 400)} ${response.body.slice(0, 200)}`);
        }
      }
    }
  }
  expect(found, `seed ${SEED}`).toEqual([]);
}, 60_000);
