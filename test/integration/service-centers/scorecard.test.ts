// The scorecard of a center against figures worked out by hand.
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clock } from '#clocks/clock.ts';
import { clockCtes } from '#clocks/columns.ts';
import type { Scorecard } from '#service-centers/scorecard.ts';
import type { TicketView } from '#tickets/ticket.ts';
import { advanced, aTicket } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';

const now = new Date('2026-11-20T02:00:00.000Z');
let test: TestApp;

/** A time in Shanghai, on the wall. */
const at = (wall: string): Date => new Date(`${wall.length > 10 ? wall : `${wall}T12:00`}+08:00`);
const run = (more: Partial<Clock>): Clock => ({
  name: 'promise',
  run: 1,
  policyVersion: 0,
  basis: 'calendar',
  startedAt: at('2026-09-20'),
  stoppedAt: null,
  pausedSince: null,
  pausedMs: 0,
  remainingMs: null,
  dueAt: null,
  alarmAt: null,
  breachedAt: null,
  ...more,
});

/** A ticket with these promises and these runs of its clocks. */
async function ticket(promises: string[], ...runs: Partial<Clock>[]): Promise<TicketView> {
  const opened = await aTicket(test);
  for (const [n, promised] of promises.entries()) {
    const row = {
      n: n + 1,
      promised_at: at(promised),
      reason: 'received',
      note: null,
      actor_kind: 'center',
      actor_id: 'k',
      made_at: at('2026-09-21'),
    };
    await test.owner
      .insertInto('promises')
      .values({ brand_id: test.brandId, ticket_id: opened.id, ...row })
      .execute();
  }
  await sql`with ${sql.join(clockCtes({ brandId: test.brandId }, { ticketId: opened.id, centerId: opened.center.id }, runs.map(run)))} select 1`.execute(
    test.owner,
  );
  return opened;
}

const ask = (query: string, key = test.keys.center) =>
  test.call(key, { method: 'GET', url: `/v1/service-centers/${test.centerId}/scorecard${query}` });
const scored = async (query: string): Promise<Scorecard> => (await ask(query)).json<Scorecard>();

beforeAll(async () => {
  test = await startApp({}, { clock: { now: () => now } });
  // Twelve hours before the promise.
  const early = await ticket(['2026-10-10'], { stoppedAt: at('2026-10-10T00:00') }, { name: 'redo', startedAt: at('2026-10-09') });
  // Two days after the first promise, two before the second.
  await ticket(['2026-10-10', '2026-10-14'], { stoppedAt: at('2026-10-12') }, { name: 'redo', startedAt: at('2026-10-12') });
  // Six days after the first of three, two after the last.
  const late = await ticket(
    ['2026-10-05', '2026-10-08', '2026-10-09'],
    { stoppedAt: at('2026-10-11'), breachedAt: at('2026-10-09') },
    { name: 'redo', startedAt: at('2026-07-01') },
  );
  // One moment before October, and one at its end.
  await ticket(['2026-10-01'], { stoppedAt: at('2026-09-30T23:59:59.999') });
  await ticket(['2026-10-01'], { stoppedAt: at('2026-11-01T00:00') });
  // Missed, promised anew, and not finished; its repair is late too.
  await ticket(
    ['2026-10-03', '2026-12-01'],
    { stoppedAt: at('2026-10-04'), breachedAt: at('2026-10-03') },
    { run: 2 },
    { name: 'repair', breachedAt: at('2026-10-02') },
  );
  // Missed, promised anew, and kept: a week after the first promise.
  await ticket(['2026-10-18', '2026-10-26'], { stoppedAt: at('2026-10-20'), breachedAt: at('2026-10-18') }, { run: 2, stoppedAt: at('2026-10-25') });
  // Both come back today: 42 and 142 days later.
  for (const { id, version, device } of [early, late]) {
    await advanced(test, { id, version }, { action: 'ticket.cancel', input: { requestedBy: 'customer' }, reason: 'Changed his mind' });
    const serial = String(device.identifiers.find(({ type }) => type === 'serial')?.value);
    await aTicket(test, { device: { kind: 'laptop', serial } });
  }
});
afterAll(() => test.close());

describe('the scorecard of October', () => {
  it('counts what was finished in it', async () => {
    const { promises, from, to, centerId } = await scored('?from=2026-10-01&to=2026-10-31');
    expect([centerId, from, to]).toEqual([test.centerId, '2026-10-01', '2026-10-31']);
    // Slips of -12, 48, 144 and 168 hours; 0, 1, 2 and 1 changes.
    expect(promises).toEqual({ finished: 4, keptFirst: 1, keptLast: 3, missed: 1, changesMean: 1, slipMedianHours: 96 });
  });

  it('counts the clocks that ended or were breached in it', async () => {
    expect((await scored('?from=2026-10-01&to=2026-10-31')).clocks).toEqual([
      { clock: 'promise', ended: 6, breached: 3 },
      { clock: 'repair', ended: 0, breached: 1 },
    ]);
  });

  it('counts the repairs that did not hold for ninety days', async () => {
    expect((await scored('?from=2026-10-01&to=2026-10-31')).repeats).toEqual({ repaired: 2, repeated: 1 });
    expect((await scored('?from=2026-07-01&to=2026-07-01')).repeats).toEqual({ repaired: 1, repeated: 0 });
  });

  it('ends and begins at midnight of the center', async () => {
    expect((await scored('?from=2026-09-30&to=2026-09-30')).promises.finished).toBe(1);
    expect((await scored('?from=2026-11-01&to=2026-11-01')).promises.finished).toBe(1);
  });
});

describe('a scorecard', () => {
  it('of nothing has no means', async () => {
    expect(await scored('?from=2026-01-01&to=2026-01-31')).toMatchObject({
      promises: { finished: 0, keptFirst: 0, keptLast: 0, missed: 0, changesMean: null, slipMedianHours: null },
      clocks: [],
      repeats: { repaired: 0, repeated: 0 },
    });
  });

  it('is of the last ninety days where nothing is said', async () => {
    expect(await scored('')).toMatchObject({ from: '2026-08-23', to: '2026-11-20', promises: { finished: 6 } });
  });

  it.each([
    ['?from=2026-10-02&to=2026-10-01', 400],
    ['?from=2025-10-01&to=2026-10-02', 400],
    ['?from=2025-10-02&to=2026-10-02', 200],
    ['?from=2026-02-30', 400],
    ['?from=9999-12-30&to=9999-12-31', 400],
    ['?to=0001-01-01', 400],
    ['?since=2026-10-01', 400],
  ])('for %s answers %d', async (query, status) => {
    expect((await ask(query)).statusCode).toBe(status);
  });

  it('is for the center itself and its brand', async () => {
    const other = await test.addBrand();
    const answers = await Promise.all([test.keys.brand, test.keys.courier, other.keys.center, other.keys.brand].map((key) => ask('', key)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 403, 404, 404]);
  });
});
