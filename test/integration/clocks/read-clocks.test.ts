// The clocks of a ticket over the API, with the target of the policy they were started under and the flags of the law.
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clock } from '#clocks/clock.ts';
import type { TicketClocks } from '#clocks/clock-view.ts';
import { clockCtes } from '#clocks/columns.ts';
import { advanced, aTicket, handedOver } from '../../support/a-ticket.ts';
import { startApp, type TestApp, unique } from '../../support/app.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
let now = new Date('2026-11-23T02:00:00.000Z');
let test: TestApp;
beforeAll(async () => {
  test = await startApp({}, { clock: { now: () => now } });
});
afterAll(() => test.close());

const write = async (ticketId: string, ...clocks: Clock[]): Promise<void> => {
  await sql`with gone as (delete from clocks where ticket_id = ${ticketId}) select 1`.execute(test.owner);
  await sql`with ${sql.join(clockCtes({ brandId: test.brandId }, { ticketId, centerId: test.centerId }, clocks))} select 1`.execute(test.owner);
};
const read = async (ticketId: string, key = test.keys.center): Promise<TicketClocks> =>
  (await test.call(key, { method: 'GET', url: `/v1/tickets/${ticketId}/clocks` })).json<TicketClocks>();
const clock = (more: Partial<Clock>): Clock => ({
  name: 'repair',
  run: 1,
  policyVersion: 0,
  basis: 'working',
  startedAt: now,
  stoppedAt: null,
  pausedSince: null,
  pausedMs: 0,
  remainingMs: null,
  dueAt: new Date(now.getTime() + 7 * DAY),
  alarmAt: null,
  breachedAt: null,
  ...more,
});
const addPolicy = (centerId: string, version: number, repairDays: number, effectiveAt: Date) =>
  test.owner
    .insertInto('policies')
    .values({
      brand_id: test.brandId,
      center_id: centerId,
      version,
      body: JSON.stringify({ repairDays }),
      made_by: 'test',
      effective_at: effectiveAt,
    })
    .execute();

describe('the clocks of a ticket', () => {
  it('are shown in the order of their starts, each with the target it was started under', async () => {
    const { id } = await aTicket(test);
    await addPolicy('*', 1, 6, new Date(now.getTime() - 3 * DAY));
    await addPolicy(test.centerId, 1, 9, new Date(now.getTime() - DAY));
    const before = new Date(now.getTime() - 2 * DAY);
    const paused = { pausedSince: new Date(now.getTime() - HOUR), pausedMs: HOUR, remainingMs: 5 * HOUR, dueAt: null };
    await write(
      id,
      clock({ policyVersion: 0, startedAt: new Date(now.getTime() - 4 * DAY), stoppedAt: before, breachedAt: before }),
      clock({ run: 2, policyVersion: 1, startedAt: before, ...paused }),
      clock({ name: 'cn_loaner', basis: 'calendar', policyVersion: 1, startedAt: before }),
      clock({ run: 3, policyVersion: 1 }),
      clock({ name: 'promise', basis: 'calendar', policyVersion: 1, startedAt: now, dueAt: new Date(now.getTime() - 1) }),
    );
    const { ticketId, asOf, clocks } = await read(id);
    expect([ticketId, asOf]).toEqual([id, now.toISOString()]);
    expect(clocks.map(({ name, run, state, targetDays, policyVersion }) => [name, run, state, targetDays, policyVersion])).toEqual([
      ['repair', 1, 'stopped', 5, 0],
      ['cn_loaner', 1, 'running', 7, 1],
      ['repair', 2, 'paused', 6, 1],
      ['promise', 1, 'breached', null, 1],
      ['repair', 3, 'running', 9, 1],
    ]);
    expect(clocks[2]).toMatchObject({ elapsedMs: 2 * DAY - 2 * HOUR, pausedMs: 2 * HOUR, remainingMs: 5 * HOUR, dueAt: null });
  });

  it('are those of a ticket one may see', async () => {
    const { id } = await aTicket(test);
    const other = await test.addBrand();
    const courier = await test.addKey({ kind: 'courier', brandId: test.brandId, scopes: ['tickets:read'] });
    const answers = await Promise.all(
      [other.keys.center, other.keys.brand, courier.text].map((key) => test.call(key, { method: 'GET', url: `/v1/tickets/${id}/clocks` })),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404]);
    expect((await read(id, test.keys.brand)).ticketId).toBe(id);
  });
});

describe('the flags of the law', () => {
  /** Repaired under warranty, handed over and closed. */
  async function repaired(serial: string): Promise<void> {
    const ticket = await handedOver(test, { device: { kind: 'laptop', serial } });
    const headers = { 'if-match': `"v${ticket.version}"`, 'glassbench-brand': test.brandId };
    const settled = {
      method: 'POST',
      url: `/v1/tickets/${ticket.id}/transitions`,
      headers,
      payload: { action: 'ticket.settle', input: {} },
    } as const;
    expect((await test.call(test.adminKey, settled)).statusCode).toBe(200);
  }

  it('count the repairs of the device within its validity that did not hold', async () => {
    const serial = unique('AGAIN').toUpperCase();
    now = new Date('2025-10-01T02:00:00.000Z');
    await repaired(serial);
    now = new Date('2026-03-01T02:00:00.000Z');
    await repaired(serial);
    now = new Date('2026-09-01T02:00:00.000Z');
    const third = await aTicket(test, { device: { kind: 'laptop', serial } });
    const flag = (await read(third.id)).legal.find(({ code }) => code === 'cn_repeat_repair');
    expect(flag).toMatchObject({ raised: true, raisedAt: '2026-03-01T02:00:00.000Z' });
    expect(flag?.evidence).toEqual([
      { fact: 'repairsBefore', value: '2' },
      { fact: 'repairedUnderWarranty', value: '2025-10-01T02:00:00.000Z' },
      { fact: 'repairedUnderWarranty', value: '2026-03-01T02:00:00.000Z' },
    ]);
    await advanced(test, third, { action: 'ticket.cancel', input: { requestedBy: 'customer' }, reason: 'Sold' });
    // The first of them is too long ago now.
    now = new Date('2026-11-01T02:00:00.000Z');
    const fourth = await aTicket(test, { device: { kind: 'laptop', serial } });
    expect((await read(fourth.id)).legal.find(({ code }) => code === 'cn_repeat_repair')).toMatchObject({ raised: false, raisedAt: null });
  });

  it('are those of the jurisdiction of the ticket', async () => {
    const codes = async (jurisdiction: 'CN' | 'EU' | 'US-CA' | 'none') =>
      (await read((await aTicket(test, { jurisdiction })).id)).legal.map(({ code, raised }) => [code, raised]);
    expect(await codes('CN')).toEqual([
      ['cn_loaner', false],
      ['cn_parts', false],
      ['cn_own_fault', false],
      ['cn_repeat_repair', false],
    ]);
    expect(await codes('EU')).toEqual([
      ['eu_liability_extension', false],
      ['eu_quote_terms', false],
    ]);
    expect(await codes('US-CA')).toEqual([
      ['us_ca_written_estimate', false],
      ['us_ca_consent', false],
    ]);
    expect(await codes('none')).toEqual([]);
  });
});
