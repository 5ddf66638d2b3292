// What a lookup leaves behind: one statement, one log line without a serial, a count against the limits.
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLog } from '#platform/log.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { until } from '../../support/until.ts';
import { ask, newSerial, openRepair, prove } from './asking.ts';

const lines: string[] = [];
let now = new Date('2026-11-22T04:00:00.000Z');
let test: TestApp;

beforeAll(async () => {
  const log = createLog('test', 'debug', { write: (line) => void lines.push(line) });
  test = await startApp({}, { log, clock: { now: () => now } });
});
afterAll(() => test.close());
beforeEach(() => void (lines.length = 0));

describe('one statement', () => {
  it('answers each lookup, named, outside a transaction', async () => {
    const serial = newSerial();
    const ticket = await openRepair(test, { serial });
    await ask(test, serial);
    // That a key was used is written two seconds later, which on a busy machine is in the middle of what is counted.
    const used = () => test.owner.selectFrom('api_keys').select('id').where('last_used_at', 'is not', null).executeTakeFirst();
    await until(used, 15_000);
    const query = vi.spyOn(pg.Client.prototype, 'query');
    try {
      // The NOTIFY of an earlier commit (the ticket's own, or of what tells its owner that it is closed to guesses) comes when it likes.
      const counted = async (run: () => Promise<unknown>): Promise<unknown[]> => {
        query.mockClear();
        await run();
        return query.mock.calls.map(([statement]) => statement).filter((statement) => !JSON.stringify(statement).includes('pg_notify('));
      };
      for (const run of [() => ask(test, serial), () => ask(test, 'UNKNOWN12345'), () => prove(test, serial, { ticketCode: ticket.code })]) {
        const statements = await counted(run);
        expect(statements).toHaveLength(1);
        expect(statements[0]).toMatchObject({
          name: expect.stringMatching(/^[\w-]{22}$/) as string,
          text: expect.stringContaining('public_progress') as string,
        });
      }
      expect(await counted(() => ask(test, '490154203237518'))).toHaveLength(0);
      // A wrong proof goes the same ways for a record, an unknown one and one that is closed to guesses.
      const wrong = { phoneLast4: '0001' };
      const ways = await counted(() => prove(test, serial, wrong));
      // The lookup, and for the count a transaction: its beginning, one lock, one statement, its end.
      expect(ways).toHaveLength(5);
      expect(await counted(() => prove(test, newSerial(), wrong))).toHaveLength(ways.length);
      for (let times = 1; times < 5; times += 1) await prove(test, serial, wrong);
      expect(await counted(() => prove(test, serial, wrong))).toHaveLength(ways.length);
    } finally {
      query.mockRestore();
    }
  });
});

describe('the log', () => {
  it('knows a keyed hash, the tier, what came of it and the network; never the serial, the digits or the address', async () => {
    const serial = newSerial();
    const ticket = await openRepair(test, { serial });
    lines.length = 0;
    const from = { remoteAddress: '203.0.113.77' };
    await test.app.inject({ method: 'GET', url: `/v1/lookup/${serial}`, ...from });
    await test.app.inject({ method: 'POST', url: '/v1/lookup', payload: { identifier: serial, proof: { phoneLast4: '5432' } }, ...from });
    await test.app.inject({ method: 'GET', url: `/v1/lookup/${serial}${'X'.repeat(40)}`, ...from });
    const text = lines.join('\n');
    const looked = lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ msg, status }) => msg === 'answered' && status === 200);
    expect(looked).toMatchObject([
      { tier: 0, outcome: 'found', network: '203.0.113.0/24', subject: expect.stringMatching(/^[0-9a-f]{16}$/) as string },
      { tier: 1, outcome: 'wrong_proof', network: '203.0.113.0/24', subject: looked[0]?.['subject'] },
    ]);
    expect(text).toContain('/v1/lookup/:serial');
    for (const secret of [serial, serial.toLowerCase(), '203.0.113.77', ticket.code]) expect(text).not.toContain(secret);
    // Ids, the hash and the process may hold any four digits by chance.
    const chosen = lines.map((line) =>
      JSON.stringify({ ...(JSON.parse(line) as object), requestId: '', subject: '', time: '', pid: 0, hostname: '' }),
    );
    expect(chosen.join('\n')).not.toContain('5432');
    expect(text).not.toContain('dropped');
  });
});

describe('limits', () => {
  let limited: TestApp;
  beforeAll(async () => {
    limited = await startApp({ RATE_LIMITS: 'true' }, { clock: { now: () => now } });
  });
  afterAll(() => limited.close());

  const from = (address: string, serial: string) => limited.app.inject({ method: 'GET', url: `/v1/lookup/${serial}`, remoteAddress: address });

  it('ten a minute for an address, whether or not something is found', async () => {
    const serial = newSerial();
    await openRepair(limited, { serial });
    const statuses = [];
    for (let i = 0; i < 12; i += 1) statuses.push((await from('198.51.100.1', i % 2 === 0 ? serial : newSerial())).statusCode);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429, 429]);
    const refused = await from('198.51.100.1', serial);
    expect(refused.json()).toMatchObject({ code: 'too_many_requests' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.headers['ratelimit-policy']).toMatch(/^"lookup-address";q=10;w=60/);
    expect(refused.headers['ratelimit']).toMatch(/^"lookup-address";r=0;t=\d+/);
    expect((await from('198.51.100.2', serial)).statusCode).toBe(200);
  });

  it('sixty an hour for a serial from anywhere, known or not', async () => {
    const serial = newSerial();
    const statuses = [];
    for (let i = 0; i < 62; i += 1) statuses.push((await from(`192.0.2.${i + 1}`, serial)).statusCode);
    expect(statuses.slice(0, 60).every((status) => status === 200)).toBe(true);
    expect(statuses.slice(60)).toEqual([429, 429]);
    expect((await from('192.0.2.200', newSerial())).statusCode).toBe(200);
  });

  it('ten proofs an hour for an identifier, known or not', async () => {
    const identifier = newSerial();
    const statuses = [];
    for (let i = 0; i < 11; i += 1) {
      const payload = { identifier, proof: { phoneLast4: '0000' } };
      statuses.push((await limited.app.inject({ method: 'POST', url: '/v1/lookup', payload, remoteAddress: `192.0.2.${i + 1}` })).statusCode);
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429]);
  });
});
