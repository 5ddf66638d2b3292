// A device that nobody picks up: notices that are kept, then the center is asked; nothing is disposed of by itself.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TicketClocks } from '#clocks/clock-view.ts';
import type { TicketFacts } from '#notifications/event.ts';
import { climbStorage } from '#tickets/storage-ladder.ts';
import type { TicketView } from '#tickets/ticket.ts';
import { advanced, aTicket, bodies, consent } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { alarms, lastFacts, movingTime, stored, told } from '../../support/moving-time.ts';
import { said } from '../../support/told.ts';

let app: TestApp;
const time = movingTime();

async function waiting(): Promise<TicketView> {
  const ticket = await aTicket(app);
  const received = await advanced(app, ticket, bodies.receive(ticket.device.identifiers[0]?.value ?? ''));
  return advanced(app, received, { action: 'ticket.cancel', input: { requestedBy: 'center' }, reason: 'Not worth it' });
}
const notices = async (ticketId: string): Promise<{ at: string; kind: string }[]> => {
  const row = await app.owner.selectFrom('storage_ledgers').select('notices').where('ticket_id', '=', ticketId).executeTakeFirstOrThrow();
  return row.notices as { at: string; kind: string }[];
};

beforeAll(async () => {
  app = await startApp({}, { clock: time.clock });
});
afterAll(() => app.close());

test('told on days 7, 14 and 30 with the terms, and the center is asked on day 180', async () => {
  const { id } = await waiting();
  const since = time.now();
  const days: number[] = [];
  for (let day = 1; day <= 182; day += 1) {
    time.later(1);
    if ((await climbStorage(app.services)) > 0) days.push(day);
  }
  expect(days).toEqual([7, 14, 30, 180]);
  expect((await told(app, id)).filter((message) => message === 'storage_notice')).toHaveLength(3);
  const at = (day: number): string => new Date(since.getTime() + day * 86_400_000).toISOString();
  expect(await notices(id)).toEqual([
    { at: at(7), kind: 'free' },
    { at: at(14), kind: 'free' },
    { at: at(30), kind: 'final_notice' },
  ]);
  expect(await lastFacts(app, id, 'storage_notice')).toMatchObject({ storage: { freeUntil: at(30), keepUntil: at(180) } });
  expect(await alarms(app, id)).toEqual(['disposal_due']);
  expect(await stored(app, id)).toMatchObject({ status: 'ready', alarm_at: null });
});

test('after a year without a worker: three notices on three days, and only then the alert, each once', async () => {
  const { id } = await waiting();
  const days: number[] = [];
  time.later(365);
  for (let day = 0; day <= 6; day += 1) {
    const counts = await Promise.all([climbStorage(app.services), climbStorage(app.services)]);
    if (counts[0] + counts[1] > 0) days.push(day);
    time.later(1);
  }
  expect([days, (await notices(id)).length, await alarms(app, id)]).toEqual([[0, 1, 2, 4], 3, ['disposal_due']]);
});

test('who has picked it up hears no more', async () => {
  const ticket = await waiting();
  await advanced(app, ticket, bodies.handOver);
  time.later(365);
  expect([await climbStorage(app.services), await alarms(app, ticket.id)]).toEqual([0, []]);
});

test('what the law stops is stopped', async () => {
  const ticket = await waiting();
  const resumeBy = new Date(time.now().getTime() + 400 * 86_400_000).toISOString();
  await advanced(app, ticket, { action: 'hold.open', input: { reason: 'legal_block', resumeBy } });
  time.later(365);
  expect([await climbStorage(app.services), await notices(ticket.id), await alarms(app, ticket.id)]).toEqual([0, [], []]);
});

test('what the law has stopped is kept so much longer, and no day of it costs', async () => {
  const ticket = await waiting();
  const { storage } = ticket;
  const inDays = (days: number): string => new Date(time.now().getTime() + days * 86_400_000).toISOString();
  const free = { since: time.now().getTime(), until: inDays(30), kept: inDays(180) };
  expect(storage).toMatchObject({ freeUntil: free.until, keepUntil: free.kept });
  time.later(10);
  const blocked = await advanced(app, ticket, { action: 'hold.open', input: { reason: 'legal_block', resumeBy: inDays(100) } });
  time.later(20);
  const prolonged = await advanced(app, blocked, { action: 'hold.change', input: { reason: 'legal_block', resumeBy: inDays(100) } });
  expect(prolonged.storage).toMatchObject({ freeUntil: inDays(20), keepUntil: inDays(170) });
  time.later(25);
  const changed = await advanced(app, prolonged, { action: 'hold.change', input: { reason: 'tech_support', resumeBy: inDays(100) } });
  time.later(5);
  const resumed = await advanced(app, changed, { action: 'hold.resume', input: {} });
  const later = (day: number): string => new Date(free.since + (day + 45) * 86_400_000).toISOString();
  expect(resumed.storage).toMatchObject({ freeUntil: later(30), keepUntil: later(180) });
  const read = await app.call(app.keys.center, { method: 'GET', url: `/v1/tickets/${ticket.id}` });
  expect(read.json<TicketView>().storage).toEqual(resumed.storage);
  const clocks = await app.call(app.keys.center, { method: 'GET', url: `/v1/tickets/${ticket.id}/clocks` });
  expect(clocks.json<TicketClocks>().clocks.find(({ name }) => name === 'storage')).toMatchObject({ dueAt: later(30) });
});

test('whoever declined and wants the device disposed of is asked to confirm that, and not to come for it', async () => {
  const ticket = await aTicket(app);
  let declined = await advanced(app, ticket, bodies.receive(ticket.device.identifiers[0]?.value ?? ''));
  for (const body of [bodies.diagnose, bodies.quote]) declined = await advanced(app, declined, body);
  declined = await advanced(app, declined, { action: 'quote.decline', input: { quoteId: declined.quote?.id ?? '', wish: 'disposal', consent } });
  time.later(7);
  await climbStorage(app.services);
  const facts = await lastFacts(app, ticket.id, 'storage_notice');
  expect(facts).toMatchObject({ wish: 'disposal' });
  const text = said.en('storage_notice', facts as unknown as TicketFacts);
  expect(text).toMatch(
    /dispose of it\. As of[^]*confirmation is still to come[^]*If we have not heard from you by[^]*disposed of[^]*\(you\): Please confirm it/,
  );
  expect(text).not.toMatch(/pick (the|your) device|waiting for you|picked up/);
  // It still counts: the center is asked at the end as for every other.
  expect(await notices(ticket.id)).toHaveLength(1);
});
