// Clocks and the house of a ticket come back from the database as they went in.
import { type RawBuilder, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clock } from '#clocks/clock.ts';
import { clockCtes, clocksOf, clocksSql } from '#clocks/columns.ts';
import { houseOf, houseSql } from '#service-centers/house.ts';
import { housePolicy } from '#service-centers/policy.ts';
import { usualHours } from '#service-centers/week-hours.ts';
import { aTicket } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';

let test: TestApp;
let ticketId: string;
beforeAll(async () => {
  test = await startApp();
  ticketId = (await aTicket(test)).id;
});
afterAll(() => test.close());

const column = async (expression: RawBuilder<unknown>): Promise<unknown> => {
  const { rows } = await sql<{ value: unknown }>`select ${expression} as value from tickets t where t.id = ${ticketId}`.execute(test.owner);
  return rows[0]?.value;
};
const write = async (...clocks: Clock[]): Promise<void> => {
  await sql`with ${sql.join(clockCtes({ brandId: test.brandId }, { ticketId, centerId: test.centerId }, clocks))} select 1`.execute(test.owner);
};
const addPolicy = (centerId: string, version: number, body: object) =>
  test.owner
    .insertInto('policies')
    .values({ brand_id: test.brandId, center_id: centerId, version, body: JSON.stringify(body), made_by: 'test', effective_at: new Date() })
    .execute();

const running: Clock = {
  name: 'diagnosis',
  run: 1,
  policyVersion: 3,
  basis: 'working',
  startedAt: new Date('2026-11-23T02:00:00.123Z'),
  stoppedAt: null,
  pausedSince: null,
  pausedMs: 0,
  remainingMs: null,
  dueAt: new Date('2026-11-26T10:00:00.000Z'),
  alarmAt: new Date('2026-11-26T10:00:00.000Z'),
  breachedAt: null,
};
const paused: Clock = {
  ...running,
  name: 'cn_own_fault',
  basis: 'calendar',
  pausedSince: new Date('2026-11-23T04:00:00.007Z'),
  pausedMs: 9_007_199_254_740,
  remainingMs: 5_000_000_000,
  dueAt: null,
  alarmAt: null,
};

describe('clocks', () => {
  it('are written, changed and read back to the millisecond', async () => {
    expect(clocksOf(await column(clocksSql))).toEqual([]);
    await write(running, paused);
    expect(clocksOf(await column(clocksSql))).toEqual([paused, running]);
    const stopped = { ...running, stoppedAt: new Date('2026-11-24T02:00:00.001Z'), alarmAt: null, breachedAt: running.dueAt };
    const again = { ...running, run: 2 };
    await write(stopped, again);
    expect(clocksOf(await column(clocksSql))).toEqual([paused, stopped, again]);
  });

  it('of nothing changed write nothing', () => {
    expect(clockCtes({ brandId: test.brandId }, { ticketId, centerId: test.centerId }, [])).toEqual([]);
  });
});

describe('the house of a ticket', () => {
  it('is the house policy, the latest of the brand, or the latest of its center', async () => {
    const calendar = { timeZone: 'Asia/Shanghai', hours: usualHours, holidays: [] };
    expect(houseOf(await column(houseSql))).toEqual({ policy: housePolicy, policyVersion: 0, calendar });
    await addPolicy('*', 1, { repairDays: 6 });
    await addPolicy('*', 2, { repairDays: 7 });
    expect(houseOf(await column(houseSql))).toEqual({ policy: { ...housePolicy, repairDays: 7 }, policyVersion: 2, calendar });
    await addPolicy(test.centerId, 1, { diagnosisDays: 8 });
    expect(houseOf(await column(houseSql))).toEqual({ policy: { ...housePolicy, diagnosisDays: 8 }, policyVersion: 1, calendar });
  });
});
