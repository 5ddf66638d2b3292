// A hold that runs out: its customer is reminded a day before; then the center is alarmed and the customer told, once for each date that was set.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expireHolds } from '#tickets/hold-expiry.ts';
import type { TicketView } from '#tickets/ticket.ts';
import { advanced, aTicket, bodies } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { alarms, lastFacts, movingTime, stored, told } from '../../support/moving-time.ts';

let app: TestApp;
const time = movingTime();
const inDays = (days: number): string => new Date(time.now().getTime() + days * 86_400_000).toISOString();
const ours = async (ticketId: string): Promise<string[]> =>
  (await told(app, ticketId)).filter((message) => message === 'hold_expired' || message === 'hold_reminder');

async function held(): Promise<TicketView> {
  const ticket = await aTicket(app);
  const received = await advanced(app, ticket, bodies.receive(ticket.device.identifiers[0]?.value ?? ''));
  return advanced(app, received, { action: 'hold.open', input: { reason: 'device_lock', resumeBy: inDays(3) } });
}

beforeAll(async () => {
  app = await startApp({}, { clock: time.clock });
});
afterAll(() => app.close());

test('a day before its customer is reminded; at the date both are told, once however many sweeps run, and the hold stays open', async () => {
  const { id, version } = await held();
  time.later(1.9);
  expect(await expireHolds(app.services)).toBe(0);
  time.later(0.1);
  expect([await expireHolds(app.services), await expireHolds(app.services)]).toEqual([1, 0]);
  expect([await alarms(app, id), await ours(id)]).toEqual([[], ['hold_reminder']]);
  time.later(0.9);
  expect(await expireHolds(app.services)).toBe(0);
  time.later(0.1);
  const counts = await Promise.all([expireHolds(app.services), expireHolds(app.services), expireHolds(app.services)]);
  expect([counts.reduce((sum, count) => sum + count, 0), await expireHolds(app.services)]).toEqual([1, 0]);
  expect([await alarms(app, id), await ours(id)]).toEqual([['hold_expired'], ['hold_reminder', 'hold_expired']]);
  expect(await lastFacts(app, id, 'hold_expired')).toMatchObject({ hold: { reason: 'device_lock', resumeBy: time.now().toISOString() } });
  const row = await stored(app, id);
  expect([row.hold_reason, row.version, (row.next_update_by ?? time.now()) > time.now()]).toEqual(['device_lock', version, true]);
});

test('a date that was moved rings on the new day only', async () => {
  const ticket = await held();
  await advanced(app, ticket, { action: 'hold.change', input: { reason: 'payment', resumeBy: inDays(10) } });
  time.later(4);
  expect(await expireHolds(app.services)).toBe(0);
  time.later(5.5);
  expect(await expireHolds(app.services)).toBe(1);
  time.later(0.5);
  expect(await expireHolds(app.services)).toBe(1);
  expect([await alarms(app, ticket.id), await ours(ticket.id)]).toEqual([['hold_expired'], ['hold_reminder', 'hold_expired']]);
});

test('a hold that was closed does not ring', async () => {
  const ticket = await held();
  await advanced(app, ticket, { action: 'hold.resume', input: {} });
  time.later(30);
  expect([await expireHolds(app.services), await alarms(app, ticket.id), await ours(ticket.id)]).toEqual([0, [], []]);
});

test('a center without a way to reach its customer is alarmed all the same', async () => {
  const ticket = await aTicket(app, { contact: { name: 'Li Na', phone: '+8613800009999' } });
  await advanced(app, ticket, { action: 'hold.open', input: { reason: 'customer_unreachable', resumeBy: inDays(1) } });
  time.later(2);
  expect([await expireHolds(app.services), await alarms(app, ticket.id), await ours(ticket.id)]).toEqual([1, ['hold_expired'], []]);
});

test('what is not in the customer’s hands, or ends soon, is not reminded of', async () => {
  const ticket = await aTicket(app);
  const received = await advanced(app, ticket, bodies.receive(ticket.device.identifiers[0]?.value ?? ''));
  const held = await advanced(app, received, { action: 'hold.open', input: { reason: 'maker_decision', resumeBy: inDays(5) } });
  time.later(4.5);
  expect(await expireHolds(app.services)).toBe(0);
  await advanced(app, held, { action: 'hold.change', input: { reason: 'payment', resumeBy: inDays(1) } });
  time.later(0.5);
  expect([await expireHolds(app.services), await ours(ticket.id)]).toEqual([0, []]);
});
