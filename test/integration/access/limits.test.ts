// Limits of rate and load: what is over them gets a clear answer with a time to wait, and health is never refused.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeKey } from '#access/api-key.ts';
import { linkToken } from '#lookup/link.ts';
import { addressKey, createLimiter } from '#platform/http/limiter.ts';
import { createServices } from '#services.ts';
import { aTicket } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { recordStatements } from '../../support/statements.ts';
import { until } from '../../support/until.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startApp({ RATE_LIMITS: 'true', TRUST_PROXY: '1' });
});
afterAll(() => t.close());

describe('rates', () => {
  it('tells what is left in the fields of the draft', async () => {
    const response = await t.call(t.keys.brand, { url: '/v1/service-centers' });
    expect(response.headers['ratelimit-policy']).toBe('"default";q=6000;w=60');
    expect(response.headers.ratelimit).toMatch(/^"default";r=59\d\d;t=\d+$/);
  });

  it('answers 429 with Retry-After to wrong keys, by the address that the proxy saw', async () => {
    const guess = (address: string) =>
      t.app.inject({ url: '/v1/service-centers', headers: { authorization: 'Bearer guess', 'x-forwarded-for': `10.0.0.9, ${address}` } });
    const answers = await Promise.all(Array.from({ length: 61 }, () => guess('203.0.113.7')));
    const refused = answers.find((answer) => answer.statusCode === 429);
    expect(answers.filter((answer) => answer.statusCode === 401)).toHaveLength(60);
    expect(refused?.json().code).toBe('too_many_requests');
    expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused?.headers.ratelimit).toMatch(/^"unknown-keys";r=0;t=\d+$/);
    expect((await guess('203.0.113.8')).statusCode).toBe(401);
    const right = await t.call(t.keys.brand, { url: '/v1/service-centers', headers: { 'x-forwarded-for': '203.0.113.7' } });
    expect(right.statusCode).toBe(200);
  });

  it('asks the database nothing of unknown keys from there, and serves links all the same', async () => {
    const from = { 'x-forwarded-for': '203.0.113.77' };
    const { text } = makeKey(t.services.seal, 'brand');
    await t.call(t.keys.brand, { url: '/v1/service-centers' });
    const link = linkToken(t.services.seal, { ticketId: (await aTicket(t)).id, generation: 1 });
    const ask = (headers: Record<string, string>, url = '/v1/link/ticket') => t.app.inject({ url, headers: { ...from, ...headers } });
    for (let n = 0; n < 61; n += 1) await ask({ authorization: 'Bearer guess' });
    // That these keys were used is written two seconds later, which may be in the middle of what is recorded.
    const used = () =>
      t.owner.selectFrom('api_keys').select('id').where('name', 'in', ['brand key', 'center key']).where('last_used_at', 'is not', null).execute();
    await until(async () => (await used()).length === 2, 15_000);
    const statements = await recordStatements(t.services, async () => {
      const wrong = await ask({ authorization: `Bearer ${text}` }, '/v1/service-centers');
      expect(wrong.statusCode).toBe(429);
      expect(Number(wrong.headers['retry-after'])).toBeGreaterThan(0);
    });
    expect(statements).toEqual([]);
    expect((await ask({ authorization: `Bearer ${link}` })).statusCode).toBe(200);
  });

  it('counts an IPv6 customer by the /64, and IPv4 in IPv6 as IPv4', () => {
    expect(addressKey('2001:db8:1:2:3:4:5:6')).toBe(addressKey('2001:db8:1:2:ffff::1'));
    expect(addressKey('2001:db8:1:2::1')).not.toBe(addressKey('2001:db8:1:3::1'));
    expect(addressKey('::ffff:192.0.2.1')).toBe('192.0.2.1');
    expect(addressKey('nonsense')).toBe('unknown');
  });

  it('keeps nobody from the hint about a mistyped IMEI, however many others have mistyped theirs', async () => {
    const ask = (n: number) =>
      t.app.inject({
        method: 'POST',
        url: '/v1/lookup',
        headers: { 'x-forwarded-for': `198.51.100.${n}` },
        payload: { identifier: '490154203237519', proof: { phoneLast4: '0000' } },
      });
    for (let n = 1; n <= 12; n += 1) {
      const answer = await ask(n);
      expect([answer.statusCode, answer.json().verifyHint?.code]).toEqual([200, 'imei_check_digit']);
    }
  });

  it('counts by itself while Redis is away, and readiness says degraded', async () => {
    const services = createServices({ ...t.services.config, REDIS_URL: 'redis://127.0.0.1:1' });
    try {
      const limiter = createLimiter(services, { name: 'test', points: 2, seconds: 60 });
      await limiter.consume('a');
      await limiter.consume('a');
      await expect(limiter.consume('a')).rejects.toMatchObject({ code: 'too_many_requests' });
      expect(await services.health.ready()).toBe('degraded');
    } finally {
      await services.close();
    }
  });
});

describe('load', () => {
  it('refuses what is too much at once, serves the rest, and recovers', async () => {
    const answers = await Promise.all(Array.from({ length: 400 }, () => t.call(t.keys.brand, { url: '/v1/service-centers' })));
    const statuses = new Set(answers.map((answer) => answer.statusCode));
    expect(statuses).toEqual(new Set([200, 503]));
    const refused = answers.find((answer) => answer.statusCode === 503);
    expect(refused?.json().code).toBe('overloaded');
    expect(refused?.headers['retry-after']).toBe('1');
    await sleep(20);
    expect((await t.call(t.keys.brand, { url: '/v1/service-centers' })).statusCode).toBe(200);
    expect((await t.app.inject('/livez')).statusCode).toBe(200);
  });

  it('answers 503 while draining', async () => {
    t.services.health.drain();
    const response = await t.app.inject('/readyz');
    expect(response.statusCode).toBe(503);
    expect(response.json().code).toBe('unavailable');
  });
});
