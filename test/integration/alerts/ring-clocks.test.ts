// Clocks that ring: what is due becomes a breach and an alert once, what stopped meanwhile does not, and nothing else is touched.
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { asSystem } from '#access/perform.ts';
import { inIndexOrderSql, ringClocksSql } from '#alerts/clock-store.ts';
import { findAlerts } from '#alerts/find-alerts.ts';
import { ringClocks, SETTLED_MS } from '#alerts/ring-clocks.ts';
import type { ClockName } from '#clocks/clock.ts';
import { newId } from '#platform/id.ts';
import { aTicket } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';

const HOUR = 3_600_000;
const start = new Date('2026-11-22T05:00:00.000Z');
let now = start;
let app: TestApp;
let ticketId: string;

const at = (hours: number): Date => new Date(start.getTime() + hours * HOUR);

/** A clock that is due so many hours from the start, and rings then; a promise a day before. */
async function aClock(name: ClockName, dueIn: number, more: { run?: number; ticket?: string } = {}): Promise<void> {
  const alarm = name === 'promise' ? at(dueIn - 24) : at(dueIn);
  await app.owner
    .insertInto('clocks')
    .values({
      brand_id: app.brandId,
      ticket_id: more.ticket ?? ticketId,
      center_id: app.centerId,
      name,
      run: more.run ?? 1,
      policy_version: 0,
      basis: 'calendar',
      started_at: at(-100),
      stopped_at: null,
      paused_since: null,
      remaining_ms: null,
      due_at: at(dueIn),
      alarm_at: alarm,
      breached_at: null,
    })
    .execute();
}
/** As a center reads them, oldest first. */
const alerts = async (ticket = ticketId): Promise<[string, unknown][]> => {
  const found = await asSystem(app.services, app.brandId, (deed) => findAlerts(deed, { ticketId: ticket, limit: 1_000 }));
  return found.data.toReversed().map(({ kind, data }) => [kind, data]);
};
const clocks = async (): Promise<unknown[]> =>
  app.owner
    .selectFrom('clocks')
    .select(['name', 'alarm_at', 'breached_at'])
    .where('ticket_id', '=', ticketId)
    .orderBy('name')
    .orderBy('run')
    .execute();

beforeAll(async () => {
  app = await startApp({}, { clock: { now: () => now } });
});
beforeEach(async () => {
  now = start;
  ticketId = (await aTicket(app)).id;
});
afterAll(() => app.close());

test('a promise warns a day before it would be missed, and is missed once', async () => {
  await aClock('promise', 30);
  expect([await ringClocks(app.services), await alerts()]).toEqual([0, []]);
  now = at(6);
  expect(await ringClocks(app.services), 'a step that began before may still be writing').toBe(0);
  now = new Date(at(6).getTime() + SETTLED_MS);
  expect([await ringClocks(app.services), await ringClocks(app.services)]).toEqual([1, 0]);
  const data = { clock: 'promise', run: 1, dueAt: at(30).toISOString() };
  expect(await alerts()).toEqual([['promise_at_risk', data]]);
  expect(await clocks()).toEqual([{ name: 'promise', alarm_at: at(30), breached_at: null }]);
  now = at(31);
  expect(await ringClocks(app.services)).toBe(1);
  expect(await alerts()).toEqual([
    ['promise_at_risk', data],
    ['promise_missed', data],
  ]);
  expect(await clocks()).toEqual([{ name: 'promise', alarm_at: null, breached_at: at(30) }]);
});

test('of a promise that passed while no worker ran, only the miss is told', async () => {
  await aClock('promise', 30);
  now = at(40 * 24);
  expect(await ringClocks(app.services)).toBe(1);
  expect((await alerts()).map(([kind]) => kind)).toEqual(['promise_missed']);
});

test('a clock of the center alarms, a legal one flags, one that waits for the customer keeps its breach to itself', async () => {
  await aClock('repair', 1);
  await aClock('cn_loaner', 1);
  await aClock('quote_answer', 1);
  await aClock('diagnosis', 99);
  now = at(2);
  expect(await ringClocks(app.services)).toBe(3);
  expect((await alerts()).map(([kind, data]) => [kind, (data as { clock: string }).clock]).toSorted()).toEqual([
    ['clock_breached', 'repair'],
    ['legal_clock', 'cn_loaner'],
  ]);
  expect(await clocks()).toEqual([
    { name: 'cn_loaner', alarm_at: null, breached_at: at(1) },
    { name: 'diagnosis', alarm_at: at(99), breached_at: null },
    { name: 'quote_answer', alarm_at: null, breached_at: at(1) },
    { name: 'repair', alarm_at: null, breached_at: at(1) },
  ]);
});

test('two sweeps at once ring each clock once, over several batches', async () => {
  const others = await Promise.all(Array.from({ length: 3 }, () => aTicket(app)));
  for (const { id } of others) {
    await sql`
      insert into clocks (brand_id, ticket_id, center_id, name, run, policy_version, basis, started_at, due_at, alarm_at)
      select ${app.brandId}, ${id}, ${app.centerId}, 'repair', n, 0, 'working', ${start}, ${start}, ${start} from generate_series(1, 700) n`.execute(
      app.owner,
    );
  }
  now = at(1);
  const counts = await Promise.all([ringClocks(app.services), ringClocks(app.services), ringClocks(app.services)]);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2_100);
  for (const { id } of others) expect((await alerts(id)).length).toBe(700);
});

test('a clock that a step is writing is left to the step, and stays stopped', async () => {
  await aClock('repair', 1);
  now = at(2);
  await app.owner.transaction().execute(async (step) => {
    await sql`update clocks set stopped_at = ${now}, alarm_at = null where ticket_id = ${ticketId}`.execute(step);
    expect(await ringClocks(app.services)).toBe(0);
  });
  expect([await ringClocks(app.services), await alerts()]).toEqual([0, []]);
  expect(await clocks()).toEqual([{ name: 'repair', alarm_at: null, breached_at: null }]);
});

test('steps and sweeps at the same time: a clock rings or is stopped, and a stopped one stays so', async () => {
  const tickets = await Promise.all(Array.from({ length: 60 }, async () => (await aTicket(app)).id));
  for (const ticket of tickets) await aClock('repair', 1, { ticket });
  now = at(2);
  const stop = (ticket: string): Promise<void> =>
    app.owner.transaction().execute(async (step) => {
      await sql`select from tickets where id = ${ticket} for update`.execute(step);
      await sql`update clocks set stopped_at = ${now}, alarm_at = null where ticket_id = ${ticket}`.execute(step);
    });
  await Promise.all([...tickets.map(stop), ...Array.from({ length: 4 }, () => ringClocks(app.services))]);
  await ringClocks(app.services);
  const { rows } = await sql<{ state: string; alerts: number }>`
    select distinct case when c.breached_at is null then 'stopped' else 'rung' end as state,
           (select count(*)::integer from alerts a where a.ticket_id = c.ticket_id) as alerts
      from clocks c where c.ticket_id = any(${tickets}) and c.stopped_at is not null and c.alarm_at is null`.execute(app.owner);
  expect(rows.filter(({ state, alerts: raised }) => raised !== (state === 'rung' ? 1 : 0))).toEqual([]);
  expect(rows.length).toBeGreaterThan(0);
});

test('the plan reads the alarms that are due and no other clock', async () => {
  await sql`
    insert into clocks (brand_id, ticket_id, center_id, name, run, policy_version, basis, started_at, due_at, alarm_at)
    select ${app.brandId}, ${ticketId}, ${app.centerId}, 'repair', n, 0, 'working', ${start}, ${at(1_000)}, ${at(1_000)} from generate_series(1, 20000) n`.execute(
    app.owner,
  );
  await aClock('diagnosis', 1);
  await sql`analyze clocks`.execute(app.owner);
  now = at(2);
  const compiled = ringClocksSql(now, now, [newId('alert'), newId('alert')]).compile(app.owner);
  const { rows } = await app.services.db
    .of('*')
    .transaction()
    .execute(async (trx) => {
      await inIndexOrderSql.execute(trx);
      return trx.executeQuery<{ 'QUERY PLAN': string }>({ ...compiled, sql: `explain (analyze, costs off, timing off) ${compiled.sql}` });
    });
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toMatch(/Index Scan using clocks_alarm_idx on clocks \(actual rows=1\.00/);
  expect(plan).not.toMatch(/Seq Scan on clocks|Sort/);
});
