// A device that was announced and does not come: two reminders, then the request ends.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { climbIntakes } from '#tickets/intake-ladder.ts';
import type { TicketView } from '#tickets/ticket.ts';
import { advanced, aTicket, bodies, consent } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { lastFacts, movingTime, stored, told } from '../../support/moving-time.ts';

let app: TestApp;
const time = movingTime();

async function awaited(): Promise<TicketView> {
  const ticket = await aTicket(app);
  return advanced(app, ticket, { action: 'intake.open', input: { contactVerified: true, backupConsent: { ...consent, textVersion: 'backup-1' } } });
}
const ours = async (ticketId: string): Promise<string[]> =>
  (await told(app, ticketId)).filter((message) => message === 'send_reminder' || message === 'request_expired');

beforeAll(async () => {
  app = await startApp({}, { clock: time.clock });
});
afterAll(() => app.close());

test('reminded on days 3 and 7 with the day it ends, and ended on day 30', async () => {
  const { id } = await awaited();
  const opened = time.now();
  const days: number[] = [];
  for (let day = 1; day <= 30; day += 1) {
    time.later(1);
    if ((await climbIntakes(app.services)) > 0) days.push(day);
  }
  expect(days).toEqual([3, 7, 30]);
  expect(await ours(id)).toEqual(['send_reminder', 'send_reminder', 'request_expired']);
  expect(await lastFacts(app, id, 'send_reminder')).toMatchObject({ closesAt: new Date(opened.getTime() + 30 * 86_400_000).toISOString() });
  expect(await stored(app, id)).toMatchObject({ status: 'cancelled', outcome: 'cancelled', alarm_at: null });
});

test('after forty days without a worker: two reminders on two days that name no end, then the end', async () => {
  const { id } = await awaited();
  time.later(40);
  const counts = await Promise.all([climbIntakes(app.services), climbIntakes(app.services)]);
  expect([counts[0] + counts[1], await ours(id)]).toEqual([1, ['send_reminder']]);
  expect(await lastFacts(app, id, 'send_reminder')).toMatchObject({ closesAt: null });
  const days: number[] = [];
  for (let day = 1; day <= 5; day += 1) {
    time.later(1);
    if ((await climbIntakes(app.services)) > 0) days.push(day);
  }
  expect([days, await ours(id)]).toEqual([
    [1, 3],
    ['send_reminder', 'send_reminder', 'request_expired'],
  ]);
});

test('a device that has come is not asked for', async () => {
  const ticket = await awaited();
  await advanced(app, ticket, bodies.receive(ticket.device.identifiers[0]?.value ?? ''));
  time.later(40);
  expect([await climbIntakes(app.services), await ours(ticket.id)]).toEqual([0, []]);
  expect((await stored(app, ticket.id)).alarm_at).toBeNull();
});
