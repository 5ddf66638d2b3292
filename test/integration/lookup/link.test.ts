// The customer's link at the door: which secrets open which ticket, for how long, how often, and what is written about it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '#platform/log.ts';
import { createSeal } from '#platform/seal.ts';
import { startApp, type TestApp, unique } from '../../support/app.ts';
import { endedAt, newSerial, openRepair } from './asking.ts';
import { readBy, secretOf } from './by-link.ts';

const DAY_MS = 86_400_000;
const now = new Date('2026-11-22T04:00:00.000Z');
const lines: string[] = [];
let test: TestApp;

beforeAll(async () => {
  const log = createLog('test', 'trace', { write: (line) => void lines.push(line) });
  test = await startApp({ PUBLIC_URL: 'https://repairs.example.com' }, { log, clock: { now: () => now } });
});
afterAll(() => test?.close());

const opened = () => openRepair(test, { serial: newSerial() });
const codeOf = async (secret: string): Promise<unknown> => (await readBy(test, secret)).json<{ code?: string }>().code;
const renew = (ticketId: string, key = test.keys.center) => test.call(key, { method: 'POST', url: `/v1/tickets/${ticketId}/link` });

describe('a link opens', () => {
  it('its own ticket and no other, of this brand or of another', async () => {
    const other = await test.addBrand();
    const [a, b] = [await opened(), await opened()];
    const c = await openRepair(test, { serial: newSerial() }, other);
    for (const ticket of [a, b, c]) expect(await codeOf(secretOf(test, ticket.id))).toBe(ticket.code);
    const body = (await readBy(test, secretOf(test, a.id))).body;
    for (const secret of [b.code, c.code, b.id, c.id, b.device.id]) expect(body).not.toContain(secret);
  });

  it('nothing but the routes of the link', async () => {
    const ticket = await opened();
    const secret = secretOf(test, ticket.id);
    for (const url of ['/v1/tickets', `/v1/tickets/${ticket.id}`, `/v1/tickets/${ticket.id}/history`, '/v1/deliveries', '/v1/brands'])
      expect([url, (await test.call(secret, { url })).statusCode]).toEqual([url, 401]);
    const moved = await test.call(secret, {
      method: 'POST',
      url: `/v1/tickets/${ticket.id}/transitions`,
      headers: { 'if-match': '"v1"' },
      payload: { action: 'ticket.cancel', input: { requestedBy: 'customer' }, reason: 'x' },
    });
    expect(moved.statusCode).toBe(401);
  });

  it('for ninety days after the end', async () => {
    const ticket = await opened();
    const secret = secretOf(test, ticket.id);
    await endedAt(test, ticket.id, new Date(now.getTime() - 90 * DAY_MS + 1));
    expect((await readBy(test, secret)).statusCode).toBe(200);
    await endedAt(test, ticket.id, new Date(now.getTime() - 90 * DAY_MS));
    expect((await readBy(test, secret)).statusCode).toBe(401);
  });

  it('whatever brand a header names', async () => {
    const other = await test.addBrand();
    const ticket = await opened();
    const answer = await readBy(test, secretOf(test, ticket.id), '', { 'glassbench-brand': other.brandId });
    expect(answer.json()).toMatchObject({ code: ticket.code });
  });
});

describe('what is no link', () => {
  it('is told so in one and the same answer: unknown, altered, of another installation, ended, made anew', async () => {
    const [ended, renewed, whole] = [await opened(), await opened(), secretOf(test, (await opened()).id)];
    await endedAt(test, ended.id, new Date(now.getTime() - 91 * DAY_MS));
    expect((await renew(renewed.id)).statusCode).toBe(201);
    const flipped = whole.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'));
    const elsewhere = secretOf({ services: { seal: createSeal(['a secret of quite another installation']) } } as TestApp, renewed.id);
    const wrong = [flipped, `${whole}x`, 'lnk_', 'lnk_AAAAAAAAAAAAAAAAAAAAAA', elsewhere, secretOf(test, ended.id), secretOf(test, renewed.id)];
    wrong.push(secretOf(test, ended.id, 2), test.keys.center, test.keys.brand, test.adminKey);
    const answers = await Promise.all(wrong.map((secret) => readBy(test, secret)));
    const told = answers.map(({ statusCode, headers, body }) => ({
      statusCode,
      challenge: headers['www-authenticate'],
      body: body.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '(request id)'),
    }));
    expect(new Set(told.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(told[0]).toMatchObject({ statusCode: 401, challenge: 'Bearer' });
    expect((await readBy(test, null)).statusCode).toBe(401);
  });

  it('counts against the address, and right ones from there are served all the same', async () => {
    const limited = await startApp({ RATE_LIMITS: 'true' });
    try {
      const ticket = await openRepair(limited, { serial: newSerial() });
      const statuses = [];
      for (let i = 0; i < 62; i += 1) statuses.push((await readBy(limited, 'lnk_AAAAAAAAAAAAAAAAAAAAAA')).statusCode);
      expect(statuses).toEqual([...Array.from({ length: 60 }, () => 401), 429, 429]);
      expect((await readBy(limited, secretOf(limited, ticket.id))).statusCode).toBe(200);
    } finally {
      await limited.close();
    }
  });
});

describe('a link made anew', () => {
  it('ends the old one at once and is shown once', async () => {
    const ticket = await opened();
    const headers = { 'idempotency-key': unique('renew') };
    const call = () => test.call(test.keys.center, { method: 'POST', url: `/v1/tickets/${ticket.id}/link`, headers });
    const answer = await call();
    const secret = secretOf(test, ticket.id, 2);
    expect([answer.statusCode, answer.json()]).toEqual([201, { link: `https://repairs.example.com/t/${secret}` }]);
    expect((await readBy(test, secretOf(test, ticket.id))).statusCode).toBe(401);
    expect(await codeOf(secret)).toBe(ticket.code);
    // A repeat of the call is the same call; what is kept of it does not hold the secret in clear.
    expect((await call()).body).toBe(answer.body);
    expect(await codeOf(secret)).toBe(ticket.code);
    const kept = await test.owner
      .selectFrom('idempotency_keys')
      .select('body')
      .where('key', '=', headers['idempotency-key'])
      .executeTakeFirstOrThrow();
    expect(kept.body).not.toContain(secret);
  });

  it('is for the ticket’s center and brand', async () => {
    const other = await test.addBrand();
    const ticket = await opened();
    for (const key of Object.values(other.keys).slice(0, 2)) expect((await renew(ticket.id, key)).statusCode).toBe(404);
    expect((await renew(ticket.id, test.keys.courier)).statusCode).toBe(403);
    expect(await codeOf(secretOf(test, ticket.id))).toBe(ticket.code);
    expect((await renew(ticket.id, test.keys.brand)).statusCode).toBe(201);
  });

  it('moves neither the version nor the history', async () => {
    const ticket = await opened();
    await renew(ticket.id);
    expect((await test.call(test.keys.center, { url: `/v1/tickets/${ticket.id}` })).json()).toMatchObject({ version: ticket.version });
  });
});

it('survives a secret that is added to the installation', async () => {
  const ticket = await opened();
  const { seal } = test.services;
  const later = createSeal(['for tests only and long enough for the check', 'the second secret of this installation']);
  expect(secretOf({ services: { seal: later } } as TestApp, ticket.id)).toBe(secretOf({ services: { seal } } as TestApp, ticket.id));
});

it('leaves no secret in the log, in a referrer or in a cache', async () => {
  lines.length = 0;
  const ticket = await opened();
  const secret = secretOf(test, ticket.id);
  const answers = [
    await readBy(test, secret),
    await readBy(test, secret, `?locale=${secret}`),
    await readBy(test, `${secret}x`),
    await test.app.inject({ method: 'GET', url: `/t/${secret}` }),
    await test.app.inject({ method: 'GET', url: `/t/${secret}/%zz` }),
    await renew(ticket.id),
  ];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 400, 401, 200, 400, 201]);
  for (const { headers, statusCode } of answers.filter(({ statusCode: status }) => status !== 201)) {
    expect([statusCode, headers['referrer-policy'], headers['cache-control']]).toEqual([
      statusCode,
      'no-referrer',
      expect.stringContaining('no-store') as string,
    ]);
  }
  expect(lines.length).toBeGreaterThanOrEqual(answers.length);
  const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(logged.find(({ route, status }) => route === '/v1/link/ticket' && status === 200)).toMatchObject({
    tier: 2,
    ticketId: ticket.id,
    network: '127.0.0.0/24',
  });
  for (const generation of [1, 2]) expect(lines.join('\n')).not.toContain(secretOf(test, ticket.id, generation).slice(4));
  // The page itself leads to its own parts.
  for (const { body } of answers.filter(({ statusCode }) => statusCode >= 400)) expect(body).not.toContain(secret.slice(4));
});

it('limits each link by itself', async () => {
  const limited = await startApp({ RATE_LIMITS: 'true' });
  try {
    const [a, b] = [await openRepair(limited, { serial: newSerial() }), await openRepair(limited, { serial: newSerial() })];
    const statuses = [];
    for (let i = 0; i < 62; i += 1) statuses.push((await readBy(limited, secretOf(limited, a.id))).statusCode);
    expect(statuses).toEqual([...Array.from({ length: 60 }, () => 200), 429, 429]);
    const refused = await readBy(limited, secretOf(limited, a.id));
    expect(refused.headers['ratelimit-policy']).toBe('"link";q=60;w=60');
    expect((await readBy(limited, secretOf(limited, b.id))).statusCode).toBe(200);
  } finally {
    await limited.close();
  }
});
