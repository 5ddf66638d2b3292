// Holds and promises by the API: what stands still, what moves the customer's day, and what both leave in the database.
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HoldReason, holds } from '#tickets/holds.ts';
import type { TicketView } from '#tickets/ticket.ts';
import type { TransitionInput } from '#tickets/transition.ts';
import { advanced, aTicket, bodies, transition } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { movingClock } from '../../support/moving-clock.ts';
import { lastFacts } from '../../support/moving-time.ts';
import { readBy, secretOf } from '../lookup/by-link.ts';
import { open, pageOf } from '../pages/browsing.ts';

// A Monday, nine in the morning in Shanghai, where the center is open from nine to six on weekdays.
const MONDAY = '2026-11-23T01:00:00.000Z';
const clock = movingClock(MONDAY);

let test: TestApp;
beforeAll(async () => {
  test = await startApp({}, { clock });
});
afterAll(() => test?.close());

async function diagnosing(): Promise<TicketView> {
  clock.at(MONDAY);
  const ticket = await aTicket(test);
  const received = await advanced(test, ticket, bodies.receive(ticket.device.identifiers[0]?.value ?? ''));
  return advanced(test, received, bodies.diagnose);
}
const later = (hours: number): string => new Date(clock.now().getTime() + hours * 3_600_000).toISOString();
const hold = (reason: HoldReason, hours = 48): TransitionInput => ({
  action: 'hold.open',
  input: { reason, resumeBy: later(hours), customerText: 'Please call us', internalText: 'Calls after six' },
});
const change = (reason: HoldReason): TransitionInput => ({ action: 'hold.change', input: { reason, resumeBy: later(24) } });
const resume: TransitionInput = { action: 'hold.resume', input: {} };
const refusal = async (ticket: TicketView, body: TransitionInput): Promise<unknown> =>
  (await transition(test, ticket, body)).json<{ refusal?: string }>().refusal;

describe('a hold', () => {
  it.each(Object.keys(holds) as HoldReason[])('for %s has whose turn it is, and ends', async (reason) => {
    let ticket = await advanced(test, await diagnosing(), hold(reason));
    expect(ticket.hold).toMatchObject({ reason, blame: holds[reason].blame, pausesClock: holds[reason].pauses, customerText: 'Please call us' });
    expect(ticket.stuckAt === null).toBe(holds[reason].pauses);
    expect(ticket.status).toBe('diagnosing');
    ticket = await advanced(test, ticket, resume);
    expect(ticket.hold).toBeNull();
  });

  it('is one at most, and says what to do instead', async () => {
    const ticket = await advanced(test, await diagnosing(), hold('device_lock'));
    expect(await refusal(ticket, hold('payment'))).toBe('on_hold');
    expect(ticket.allowedActions).toEqual(expect.arrayContaining(['hold.change', 'hold.resume', 'promise.change', 'ticket.cancel']));
    expect(ticket.allowedActions).not.toContain('quote.send');
    expect(await refusal(ticket, bodies.quote)).toBe('on_hold');
    const changed = await advanced(test, ticket, change('payment'));
    expect(changed.hold).toMatchObject({ reason: 'payment', customerText: null });
    const rows = await test.owner
      .selectFrom('holds')
      .select(['reason', 'closed_at'])
      .where('ticket_id', '=', ticket.id)
      .orderBy('closed_at')
      .execute();
    expect(rows).toEqual([
      { reason: 'device_lock', closed_at: clock.now() },
      { reason: 'payment', closed_at: null },
    ]);
  });

  it('does not end in the past', async () => {
    const ticket = await diagnosing();
    expect(await refusal(ticket, hold('payment', 0))).toBe('resume_in_past');
    expect(await refusal(ticket, hold('payment', -1))).toBe('resume_in_past');
    expect(await refusal(ticket, resume)).toBe('not_held');
  });

  it('of the customer moves the promise by the open hours it lasted, and the pause adds up over a change of reason', async () => {
    let ticket = await diagnosing();
    // Received on Monday: three days of diagnosis and five of repair, close of business of the eighth working day after.
    expect(ticket.promisedAt).toBe('2026-12-03T10:00:00.000Z');
    clock.pass(2);
    ticket = await advanced(test, ticket, hold('customer_info'));
    clock.pass(4);
    ticket = await advanced(test, ticket, change('device_lock'));
    expect(ticket.promisedAt).toBe('2026-12-04T05:00:00.000Z');
    clock.pass(2);
    ticket = await advanced(test, ticket, resume);
    expect(ticket.promisedAt).toBe('2026-12-04T07:00:00.000Z');
    expect(ticket.promises.map(({ reason }) => reason)).toEqual(['received', 'hold', 'hold']);
    const { rows } = await sql<{ paused_ms: number }>`
      select paused_ms from clocks where ticket_id = ${ticket.id} and name = 'diagnosis'`.execute(test.owner);
    expect(Number(rows[0]?.paused_ms)).toBe(6 * 3_600_000);
  });

  it('of ours moves nothing', async () => {
    let ticket = await diagnosing();
    const { promisedAt } = ticket;
    ticket = await advanced(test, ticket, hold('tech_support'));
    clock.pass(30);
    ticket = await advanced(test, ticket, resume);
    expect(ticket.promisedAt).toBe(promisedAt);
    expect(ticket.promises).toHaveLength(1);
  });

  it('that begins after the promised day moves nothing: no day that has passed is promised', async () => {
    let ticket = await diagnosing();
    const { promisedAt } = ticket;
    clock.at('2026-12-21T01:00:00.000Z');
    ticket = await advanced(test, ticket, hold('customer_info'));
    clock.pass(24);
    ticket = await advanced(test, ticket, change('device_lock'));
    clock.pass(24);
    ticket = await advanced(test, ticket, resume);
    expect([ticket.promisedAt, ticket.promises.length]).toEqual([promisedAt, 1]);
    expect(await lastFacts(test, ticket.id, 'resumed')).toMatchObject({ promise: { at: promisedAt, previous: null } });
  });

  it('ends with the ticket', async () => {
    const ticket = await advanced(test, await aTicket(test), hold('payment'));
    const cancelled = await advanced(test, ticket, { action: 'ticket.cancel', input: { requestedBy: 'customer' }, reason: 'No money' });
    expect(cancelled).toMatchObject({ status: 'cancelled', hold: null });
    const row = await test.owner.selectFrom('tickets').select(['hold_reason', 'due_at', 'stuck_at']).where('id', '=', ticket.id).executeTakeFirst();
    expect(row).toEqual({ hold_reason: null, due_at: null, stuck_at: null });
  });
});

describe('a promise', () => {
  it('is made on receipt, by the hours of the center or as the counter says', async () => {
    clock.at('2026-11-27T09:30:00.000Z');
    const ticket = await aTicket(test);
    const body = bodies.receive(ticket.device.identifiers[0]?.value ?? '');
    if (body.action !== 'device.receive') throw new Error('not a receipt');
    const received = await advanced(test, ticket, { ...body, input: { ...body.input, promisedAt: '2026-12-01T18:00:00+08:00' } });
    expect(received).toMatchObject({ promisedAt: '2026-12-01T10:00:00.000Z', promises: [{ reason: 'received', note: null }] });
  });

  it('is moved with a reason that stays, and is refused in the past or where it stands', async () => {
    let ticket = await diagnosing();
    const move = (promisedAt: string): TransitionInput => ({
      action: 'promise.change',
      input: { promisedAt, reason: 'workload', note: 'Two are ill' },
    });
    expect(await refusal(ticket, move(later(0)))).toBe('promise_in_past');
    expect(await refusal(ticket, move(ticket.promisedAt ?? ''))).toBe('promise_unchanged');
    ticket = await advanced(test, ticket, move('2026-12-08T18:00:00+08:00'));
    expect(ticket.promises).toMatchObject([
      { reason: 'received' },
      { reason: 'workload', note: 'Two are ill', promisedAt: '2026-12-08T10:00:00.000Z' },
    ]);
    await expect(sql`update promises set note = 'x' where ticket_id = ${ticket.id}`.execute(test.owner)).rejects.toThrow('append-only');
  });

  it('is of a time that can be kept: the last days of the calendar are none', async () => {
    const ticket = await diagnosing();
    const far = '9999-12-31T23:59:59-10:00';
    const moved = await transition(test, ticket, { action: 'promise.change', input: { promisedAt: far, reason: 'workload' } });
    expect([moved.statusCode, moved.json()]).toMatchObject([400, { code: 'validation_failed', errors: [{ pointer: '/input/promisedAt' }] }]);
    const held = await transition(test, ticket, { action: 'hold.open', input: { reason: 'payment', resumeBy: far } });
    expect([held.statusCode, held.json()]).toMatchObject([400, { code: 'validation_failed', errors: [{ pointer: '/input/resumeBy' }] }]);
    const agreed = await advanced(test, ticket, bodies.cover);
    const parts = [{ partNo: 'B-1', name: 'Battery', expectedOn: '9999-12-31' }];
    const ordered = await transition(test, agreed, { action: 'parts.order', input: { parts } });
    expect([ordered.statusCode, ordered.json()]).toMatchObject([
      400,
      { code: 'validation_failed', errors: [{ pointer: '/input/parts/0/expectedOn' }] },
    ]);
  });

  it('is of no later day than ten years ahead: whoever mistypes the year reads the clocks all the same', async () => {
    const ticket = await diagnosing();
    expect(await refusal(ticket, { action: 'promise.change', input: { promisedAt: '2206-12-08T18:00:00+08:00', reason: 'workload' } })).toBe(
      'too_far_ahead',
    );
    const agreed = await advanced(test, ticket, bodies.cover);
    const parts = [{ partNo: 'B-1', name: 'Battery', expectedOn: '2206-12-08' }];
    expect(await refusal(agreed, { action: 'parts.order', input: { parts } })).toBe('too_far_ahead');
    const moved = await advanced(test, agreed, { action: 'promise.change', input: { promisedAt: '2036-11-20T10:00:00Z', reason: 'customer_wish' } });
    const held = await advanced(test, moved, hold('payment'));
    for (const url of [`/v1/tickets/${held.id}/clocks`, `/v1/service-centers/${test.centerId}/scorecard`]) {
      const answer = await test.call(test.keys.center, { url });
      expect([answer.statusCode, answer.body]).toEqual([200, expect.any(String)]);
    }
  });

  it('follows the yes to a quote, and a part that comes later', async () => {
    let ticket = await advanced(test, await diagnosing(), bodies.quote);
    clock.pass(24);
    ticket = await advanced(test, ticket, bodies.approve(ticket.quote?.id ?? '', 49_000));
    // Three working days from Tuesday.
    expect(ticket.promisedAt).toBe('2026-11-27T10:00:00.000Z');
    ticket = await advanced(test, ticket, {
      action: 'parts.order',
      input: { parts: [{ partNo: 'B-1', name: 'Battery', expectedOn: '2026-12-01' }] },
    });
    expect(ticket.promisedAt).toBe('2026-12-08T10:00:00.000Z');
    const partId = ticket.parts[0]?.id ?? '';
    ticket = await advanced(test, ticket, { action: 'parts.delay', input: { parts: [{ partId, expectedOn: '2026-12-02' }] } });
    expect(ticket).toMatchObject({ promisedAt: '2026-12-09T10:00:00.000Z', parts: [{ state: 'backordered', expectedOn: '2026-12-02' }] });
    expect(ticket.promises.map(({ reason }) => reason)).toEqual(['received', 'quote_approved', 'part_delayed', 'part_delayed']);
  });

  it('is there for every device that is with us: the database itself refuses one without', async () => {
    const ticket = await diagnosing();
    await expect(sql`update tickets set promised_at = null where id = ${ticket.id}`.execute(test.owner)).rejects.toThrow('tickets_promised_check');
  });
});

it('a ticket of a thousand versions, runs and tests is read, with the newest of each', async () => {
  const ticket = await diagnosing();
  const { id } = ticket;
  await sql`
    insert into quotes (brand_id, id, ticket_id, version, status, form, currency, lines, total, diagnosis_fee, valid_days, promised_days, valid_until, sent_at, decided_at)
    select ${test.brandId}, 'quo_' || lpad(n::text, 26, '0'), ${id}, n, 'superseded', 'standard', 'CNY',
           '[{"kind":"part","text":"Battery","quantity":1,"unitPrice":100}]', 100, 0, 30, 3, now(), now(), now() from generate_series(1, 1005) n`.execute(
    test.owner,
  );
  await sql`
    insert into clocks (brand_id, ticket_id, center_id, name, run, policy_version, basis, started_at, stopped_at)
    select ${test.brandId}, ${id}, ${test.centerId}, 'parts', n, 0, 'calendar', now() + n * interval '1 second', now() + n * interval '2 seconds'
      from generate_series(1, 1005) n`.execute(test.owner);
  await sql`
    insert into ticket_events (brand_id, ticket_id, seq, action, from_status, to_status, actor_kind, actor_id, data, request_id, occurred_at)
    select ${test.brandId}, ${id}, ${ticket.version} + n, 'diagnosis.record', 'diagnosing', 'diagnosing', 'center', 'x',
           '{"technician":"Zhao","findings":"Battery worn","faults":[{"symptom":"NO_CHARGE"}],"reproducible":"always"}', 'r', now()
      from generate_series(1, 205) n`.execute(test.owner);
  const read = async <T>(path: string): Promise<T> => {
    const answer = await test.call(test.keys.center, { url: `/v1/tickets/${id}/${path}` });
    expect(answer.statusCode, answer.body.slice(0, 300)).toBe(200);
    return answer.json<T>();
  };
  const { data } = await read<{ data: { version: number }[] }>('quotes');
  expect([data.length, data.at(0)?.version, data.at(-1)?.version]).toEqual([1_000, 6, 1_005]);
  const { clocks } = await read<{ clocks: { name: string; state: string }[] }>('clocks');
  expect(clocks).toHaveLength(1_000);
  expect(clocks.filter(({ state }) => state !== 'stopped').map(({ name }) => name)).toContain('promise');
  const record = await read<{ intake: object | null; diagnoses: { seq: number }[] }>('record');
  expect([record.diagnoses.length, record.diagnoses.at(-1)?.seq]).toEqual([200, ticket.version + 205]);
  expect(record.intake).not.toBeNull();
  expect((await open(test, pageOf(test, id))).statusCode).toBe(200);
  const linked = await readBy(test, secretOf(test, id));
  expect([linked.statusCode, linked.json<{ documents: object[] }>().documents.length]).toEqual([200, 401]);
});

it('a day that was promised a thousand times can be promised again: the answer shows the newest', async () => {
  const ticket = await diagnosing();
  await sql`
    insert into promises (brand_id, ticket_id, n, promised_at, reason, actor_kind, actor_id, made_at)
    select ${test.brandId}, ${ticket.id}, n, now() + n * interval '1 day', 'workload', 'center', 'x', now() from generate_series(2, 1000) n`.execute(
    test.owner,
  );
  const promisedAt = later(300);
  const { promises } = await advanced(test, ticket, { action: 'promise.change', input: { promisedAt, reason: 'workload' } });
  expect([promises.length, promises.at(-1)?.promisedAt]).toEqual([1_000, promisedAt]);
});
