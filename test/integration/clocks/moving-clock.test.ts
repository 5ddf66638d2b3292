// Tickets driven over the API while the time goes on: every clock is where arithmetic by hand puts it, to the millisecond.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TicketView } from '#tickets/ticket.ts';
import type { TransitionInput } from '#tickets/transition.ts';
import { advanced, aTicket, bodies } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
// A Monday, 10:00 in Shanghai, where the center is open from 09:00 to 18:00: 01:00 to 10:00 UTC.
const monday = '2026-11-23T02:00:00.000Z';
let now = new Date(monday);
let test: TestApp;
beforeAll(async () => {
  test = await startApp({}, { clock: { now: () => now } });
});
afterAll(() => test.close());
beforeEach(() => {
  now = new Date(monday);
});

/** A ticket that remembers its version from step to step. */
class Story {
  ticket: TicketView;
  constructor(ticket: TicketView) {
    this.ticket = ticket;
  }
  async step(at: string, body: TransitionInput): Promise<void> {
    now = new Date(at);
    this.ticket = await advanced(test, this.ticket, body);
  }
  async clock(name: string, run = 1) {
    const rows = await test.owner
      .selectFrom('clocks')
      .selectAll()
      .where('ticket_id', '=', this.ticket.id)
      .where('name', '=', name)
      .orderBy('run')
      .execute();
    const row = rows[run - 1];
    if (row === undefined) throw new Error(`${name} has run ${rows.length} times`);
    return {
      due: row.due_at?.toISOString() ?? null,
      alarm: row.alarm_at?.toISOString() ?? null,
      pausedMs: Number(row.paused_ms),
      pausedSince: row.paused_since?.toISOString() ?? null,
      remainingMs: row.remaining_ms === null ? null : Number(row.remaining_ms),
      stopped: row.stopped_at?.toISOString() ?? null,
      breached: row.breached_at?.toISOString() ?? null,
    };
  }
  async dueAt(): Promise<string | undefined> {
    const row = await test.owner.selectFrom('tickets').select('due_at').where('id', '=', this.ticket.id).executeTakeFirst();
    return row?.due_at?.toISOString();
  }
}
const serialOf = (ticket: TicketView): string => String(ticket.device.identifiers.find(({ type }) => type === 'serial')?.value);
const hold = (reason: 'device_lock' | 'maker_decision' | 'payment', resumeBy = '2026-12-24T00:00:00Z') => ({
  reason,
  resumeBy,
  customerText: 'Please see to it.',
});
const resume: TransitionInput = { action: 'hold.resume', input: {} };

async function received(): Promise<Story> {
  const story = new Story(await aTicket(test));
  await story.step(monday, bodies.receive(serialOf(story.ticket)));
  return story;
}
async function approved(): Promise<Story> {
  const story = await received();
  await story.step(monday, bodies.diagnose);
  await story.step(monday, bodies.cover);
  return story;
}
const later = (ms: number): string => new Date(Date.parse(monday) + ms).toISOString();
const runs = { alarm: expect.anything(), pausedMs: 0, pausedSince: null, remainingMs: null, stopped: null, breached: null };

describe('a hold of the customer', () => {
  it('stands the center’s clocks still and moves its promise; the law’s own go on', async () => {
    const story = await received();
    expect(await story.clock('diagnosis')).toEqual({ ...runs, due: '2026-11-26T10:00:00.000Z', alarm: '2026-11-26T10:00:00.000Z' });
    // Eight working days, and a warning a day before.
    expect(await story.clock('promise')).toEqual({ ...runs, due: '2026-12-03T10:00:00.000Z', alarm: '2026-12-02T10:00:00.000Z' });
    expect(await story.dueAt()).toBe('2026-11-26T10:00:00.000Z');

    await story.step('2026-11-23T03:00:00.000Z', { action: 'hold.open', input: hold('device_lock') });
    // Seven hours of Monday and three days of nine.
    const paused = { ...runs, due: null, alarm: null, pausedSince: '2026-11-23T03:00:00.000Z' };
    expect(await story.clock('diagnosis')).toEqual({ ...paused, remainingMs: 34 * HOUR });
    expect(await story.clock('promise')).toMatchObject({ due: null, alarm: null });
    expect(await story.clock('cn_own_fault')).toEqual({ ...paused, remainingMs: 30 * DAY - HOUR });
    expect(await story.dueAt()).toBeUndefined();

    await story.step('2026-11-25T05:00:00.007Z', resume);
    // Five hours of Wednesday, three days of nine, two hours of Tuesday.
    expect(await story.clock('diagnosis')).toMatchObject({ due: '2026-12-01T03:00:00.007Z', pausedMs: 50 * HOUR + 7, remainingMs: null });
    // Twenty hours of work later than it was.
    expect(await story.clock('promise')).toMatchObject({
      due: '2026-12-08T03:00:00.007Z',
      alarm: '2026-12-07T03:00:00.007Z',
      pausedMs: 50 * HOUR + 7,
    });
    expect(story.ticket.promisedAt).toBe('2026-12-08T03:00:00.007Z');
    expect(await story.clock('cn_own_fault')).toMatchObject({ due: later(30 * DAY + 50 * HOUR + 7), pausedMs: 50 * HOUR + 7 });
    expect(await story.clock('cn_loaner')).toEqual({ ...runs, due: later(7 * DAY) });
    expect(await story.clock('cn_parts')).toEqual({ ...runs, due: later(60 * DAY) });
    expect(await story.clock('warranty_extension')).toEqual({ ...runs, due: null, alarm: null });
    expect(await story.dueAt()).toBe('2026-12-01T03:00:00.007Z');
  });
});

describe('a hold of the maker, and parts', () => {
  it('each stand the repair still, and its pauses add up', async () => {
    const story = await approved();
    expect(await story.clock('diagnosis')).toMatchObject({ stopped: monday, alarm: null, breached: null });
    expect(await story.clock('repair')).toEqual({ ...runs, due: '2026-11-30T10:00:00.000Z' });
    await story.step('2026-11-24T02:00:00.000Z', { action: 'hold.open', input: hold('maker_decision') });
    expect(await story.clock('repair')).toMatchObject({ due: null, remainingMs: 44 * HOUR });
    expect(await story.clock('promise')).toEqual({ ...runs, due: '2026-12-03T10:00:00.000Z' });
    await story.step('2026-11-26T02:00:00.000Z', resume);
    expect(await story.clock('repair')).toMatchObject({ due: '2026-12-02T10:00:00.000Z', pausedMs: 48 * HOUR });

    const parts = [{ partNo: 'BAT-14', name: 'Battery', expectedOn: '2026-12-01' }];
    await story.step('2026-11-26T03:00:00.000Z', { action: 'parts.order', input: { parts } });
    // The day ends at midnight in Shanghai.
    expect(await story.clock('parts')).toEqual({ ...runs, due: '2026-12-01T16:00:00.000Z' });
    expect(await story.clock('repair')).toMatchObject({ pausedSince: '2026-11-26T03:00:00.000Z', remainingMs: 43 * HOUR, pausedMs: 48 * HOUR });
    expect(await story.clock('promise')).toEqual({ ...runs, due: '2026-12-08T10:00:00.000Z' });

    const [part] = story.ticket.parts;
    const partId = String(part?.id);
    await story.step('2026-11-27T03:00:00.000Z', { action: 'parts.delay', input: { parts: [{ partId, expectedOn: '2026-12-03' }] } });
    expect(await story.clock('parts')).toEqual({ ...runs, due: '2026-12-03T16:00:00.000Z' });
    await story.step('2026-11-30T06:00:00.123Z', { action: 'parts.receive', input: { partIds: [partId] } });
    expect(await story.clock('parts')).toMatchObject({ stopped: '2026-11-30T06:00:00.123Z', alarm: null, breached: null });
    expect(await story.clock('repair')).toMatchObject({ due: null });

    await story.step('2026-11-30T07:00:00.000Z', bodies.startRepair);
    // Three hours of Monday, four days of nine, four hours of the next Monday.
    expect(await story.clock('repair')).toEqual({ ...runs, due: '2026-12-07T05:00:00.000Z', pausedMs: 148 * HOUR });
    expect(await story.clock('cn_own_fault')).toMatchObject({ pausedMs: 100 * HOUR, due: later(30 * DAY + 100 * HOUR) });
  });
});

describe('two holds in a row', () => {
  it('keep what stood still through every change', async () => {
    const story = await approved();
    await story.step('2026-11-23T03:00:00.000Z', { action: 'hold.open', input: hold('device_lock') });
    await story.step('2026-11-24T03:00:00.000Z', { action: 'hold.change', input: hold('maker_decision') });
    // The repair goes on standing still; the promise, which the maker does not stop, is nine hours of work later.
    expect(await story.clock('repair')).toMatchObject({ pausedSince: '2026-11-23T03:00:00.000Z', pausedMs: 0 });
    expect(await story.clock('promise')).toMatchObject({ pausedMs: DAY, due: '2026-12-04T10:00:00.000Z' });
    await story.step('2026-11-25T03:00:00.000Z', resume);
    expect(await story.clock('repair')).toMatchObject({ pausedSince: null, pausedMs: 2 * DAY });
    await story.step('2026-11-26T03:00:00.000Z', { action: 'hold.open', input: hold('payment') });
    await story.step('2026-11-27T03:00:00.000Z', resume);
    // 52 hours were left at the first; nine of them passed between the two.
    expect(await story.clock('repair')).toMatchObject({ pausedMs: 3 * DAY, due: '2026-12-03T10:00:00.000Z' });
    expect(await story.clock('promise')).toMatchObject({ pausedMs: 2 * DAY, due: '2026-12-07T10:00:00.000Z' });
    expect(await story.clock('cn_own_fault')).toMatchObject({ pausedMs: 2 * DAY, due: later(32 * DAY) });
  });
});

describe('what the house changes meanwhile', () => {
  it('a policy holds for the clocks that start under it', async () => {
    const story = await received();
    now = new Date(later(HOUR));
    const changed = await test.call(test.keys.brand, { method: 'PUT', url: '/v1/policy', payload: { diagnosisDays: 1, repairDays: 1 } });
    expect(changed.statusCode).toBe(200);
    await story.step(later(2 * HOUR), bodies.diagnose);
    expect(await story.clock('diagnosis')).toEqual({ ...runs, due: '2026-11-26T10:00:00.000Z' });
    await story.step(later(3 * HOUR), bodies.cover);
    expect(await story.clock('repair')).toEqual({ ...runs, due: '2026-11-24T10:00:00.000Z' });
    const rows = await test.owner
      .selectFrom('clocks')
      .select(['name', 'policy_version'])
      .where('ticket_id', '=', story.ticket.id)
      .orderBy('name')
      .execute();
    expect(rows.filter(({ policy_version: version }) => version === 1)).toEqual([{ name: 'repair', policy_version: 1 }]);
    await test.call(test.keys.brand, { method: 'PUT', url: '/v1/policy', payload: { diagnosisDays: 3, repairDays: 5 } });
  });

  it('a holiday is no working day, for what starts and for what goes on', async () => {
    const closed = { holidays: [{ day: '2026-11-24', name: 'Stocktaking', hours: [] }] };
    const center = (payload: object) => test.call(test.keys.brand, { method: 'PATCH', url: `/v1/service-centers/${test.centerId}`, payload });
    const before = await received();
    await before.step('2026-11-23T03:00:00.000Z', { action: 'hold.open', input: hold('device_lock') });
    expect((await center(closed)).statusCode).toBe(200);
    const story = await received();
    expect(await story.clock('diagnosis')).toEqual({ ...runs, due: '2026-11-27T10:00:00.000Z' });
    // 34 hours were left: a millisecond less than that of Monday, three days of nine, and the millisecond of the Monday after.
    await before.step('2026-11-23T03:00:00.001Z', resume);
    expect(await before.clock('diagnosis')).toMatchObject({ due: '2026-11-30T01:00:00.001Z', pausedMs: 1 });
    await center({ holidays: [] });
  });
});

describe('a step after the due', () => {
  it('keeps the breach that no sweep has seen', async () => {
    const story = await received();
    await story.step('2026-11-27T02:00:00.000Z', bodies.diagnose);
    await story.step('2026-11-27T03:00:00.000Z', bodies.quote);
    expect(await story.clock('diagnosis')).toMatchObject({ stopped: '2026-11-27T03:00:00.000Z', breached: '2026-11-26T10:00:00.000Z', alarm: null });
    expect(await story.clock('quote_answer')).toEqual({ ...runs, due: '2026-12-27T03:00:00.000Z' });
    expect(await story.clock('promise')).toMatchObject({ pausedSince: '2026-11-27T03:00:00.000Z' });
    await story.step('2026-12-21T03:00:00.000Z', bodies.approve(String(story.ticket.quote?.id), 49_000));
    // Three working days from the yes.
    expect(await story.clock('promise')).toMatchObject({ pausedMs: 24 * DAY, due: '2026-12-24T10:00:00.000Z' });
    expect(await story.clock('quote_answer')).toMatchObject({ stopped: '2026-12-21T03:00:00.000Z', breached: null });
    expect(await story.clock('repair')).toEqual({ ...runs, due: '2026-12-28T10:00:00.000Z' });
    expect(await story.clock('cn_own_fault')).toMatchObject({ pausedMs: 24 * DAY });
  });
});

describe('a device booked by a courier', () => {
  it('waits for the first act of the center, not for the courier’s own', async () => {
    const job = await test.call(test.keys.courier, {
      method: 'POST',
      url: '/v1/mail-in-jobs',
      payload: {
        centerId: test.centerId,
        device: { kind: 'laptop', serial: `COURIER${Date.now()}` },
        contact: { name: 'Wang Fang', locale: 'en' },
        faultReported: 'Dark screen',
        returnMethod: 'ship',
        jurisdiction: 'none',
        label: { carrier: 'easypost', waybill: `EZ${Date.now()}`, payer: 'brand' },
        intake: {
          contactVerified: true,
          backupConsent: { method: 'signature', takenBy: 'Lin', givenAt: '2026-11-22T04:00:00Z', textVersion: 'backup-1', locale: 'en' },
        },
      },
    });
    const { ticketId } = job.json<{ ticketId: string }>();
    const read = () => test.call(test.keys.center, { method: 'GET', url: `/v1/tickets/${ticketId}` });
    const story = new Story((await read()).json<TicketView>());
    expect(await story.clock('acknowledge')).toEqual({ ...runs, due: '2026-11-25T10:00:00.000Z' });
    await story.step('2026-11-24T02:00:00.000Z', bodies.receive(serialOf(story.ticket)));
    expect(await story.clock('acknowledge')).toMatchObject({ stopped: '2026-11-24T02:00:00.000Z', breached: null });
    await expect(story.clock('cn_loaner')).rejects.toThrow('has run 0 times');
  });
});
