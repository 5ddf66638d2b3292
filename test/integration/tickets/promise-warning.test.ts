// A promise that will not be kept: the center is asked a day before, the customer is told before the old day passes.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ringClocks, SETTLED_MS } from '#alerts/ring-clocks.ts';
import { keepInformed } from '#tickets/keep-informed.ts';
import type { TicketView } from '#tickets/ticket.ts';
import { advanced, aTicket, bodies } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { alarms, lastFacts, movingTime, stored, told } from '../../support/moving-time.ts';

const HOUR = 1 / 24;
let app: TestApp;
const time = movingTime();

async function received(): Promise<TicketView> {
  const ticket = await aTicket(app);
  return advanced(app, ticket, bodies.receive(ticket.device.identifiers[0]?.value ?? ''));
}
const promises = (kinds: string[]): string[] => kinds.filter((kind) => kind.startsWith('promise'));

/** Lets the sweeps look every day, and every hour of the last two, until then; what each customer word was, with the hours it came before the promise passed. */
async function hourly(ticketId: string, until: Date, due: Date): Promise<[string, number][]> {
  // A sweep leaves some seconds to the steps that are under way.
  time.later(SETTLED_MS / 86_400_000);
  const words: [string, number][] = [];
  let before = (await told(app, ticketId)).length;
  while (time.now() < until) {
    time.later(due.getTime() - time.now().getTime() > 2 * 86_400_000 ? 1 : HOUR);
    await Promise.all([ringClocks(app.services), keepInformed(app.services), keepInformed(app.services)]);
    const all = await told(app, ticketId);
    for (const message of all.slice(before)) words.push([message, Math.round((due.getTime() - time.now().getTime()) / 3_600_000)]);
    before = all.length;
  }
  return words;
}

beforeAll(async () => {
  app = await startApp({}, { clock: time.clock });
});
afterAll(() => app.close());

test('the center is asked a day before, the customer is told hours before, and hears by the end of the next working day', async () => {
  const ticket = await received();
  const due = (await stored(app, ticket.id)).promised_at ?? time.now();
  const words = await hourly(ticket.id, due, due);
  const slipping = words.filter(([message]) => message === 'promise_slipping');
  expect(slipping).toHaveLength(1);
  expect(slipping[0]?.[1]).toBeGreaterThanOrEqual(3);
  expect(slipping[0]?.[1]).toBeLessThanOrEqual(8);
  expect(promises(await alarms(app, ticket.id))).toEqual(['promise_at_risk', 'promise_missed']);
  const { next_update_by: next } = await stored(app, ticket.id);
  expect(await lastFacts(app, ticket.id, 'promise_slipping')).toMatchObject({
    nextUpdateBy: next?.toISOString(),
    promise: { at: due.toISOString() },
  });
  const days = ((next?.getTime() ?? 0) - due.getTime()) / 86_400_000;
  expect([days > 0, days <= 4]).toEqual([true, true]);
});

test('with a new day in time nobody is told that the old one slips', async () => {
  const ticket = await received();
  const due = (await stored(app, ticket.id)).promised_at ?? time.now();
  await hourly(ticket.id, new Date(due.getTime() - 20 * 3_600_000), due);
  expect(promises(await alarms(app, ticket.id))).toEqual(['promise_at_risk']);
  const promisedAt = new Date(due.getTime() + 5 * 86_400_000).toISOString();
  const row = await stored(app, ticket.id);
  await advanced(app, { id: ticket.id, version: row.version }, { action: 'promise.change', input: { promisedAt, reason: 'workload' } });
  const words = await hourly(ticket.id, due, due);
  expect(words.map(([message]) => message)).not.toContain('promise_slipping');
  expect(promises(await alarms(app, ticket.id))).toEqual(['promise_at_risk']);
});

test('after an outage over the promised day the customer is told at once, and the center once', async () => {
  const ticket = await received();
  time.later(40);
  await Promise.all([keepInformed(app.services), keepInformed(app.services), ringClocks(app.services), ringClocks(app.services)]);
  await ringClocks(app.services);
  expect((await told(app, ticket.id)).slice(2)).toEqual(['promise_slipping']);
  expect(promises(await alarms(app, ticket.id))).toEqual(['promise_missed']);
});

test('what stands still for the customer does not slip', async () => {
  const ticket = await received();
  const resumeBy = new Date(time.now().getTime() + 60 * 86_400_000).toISOString();
  await advanced(app, ticket, { action: 'hold.open', input: { reason: 'device_lock', resumeBy } });
  const due = (await stored(app, ticket.id)).promised_at ?? time.now();
  const words = await hourly(ticket.id, due, due);
  expect(new Set(words.map(([message]) => message))).toEqual(new Set(['still_with_us']));
  expect(promises(await alarms(app, ticket.id))).toEqual([]);
});

test('of a promise for the same day both are asked and told halfway, not in the minute after it was given', async () => {
  const ticket = await received();
  const given = time.now().getTime();
  const promisedAt = new Date(given + 6 * 3_600_000);
  await advanced(app, ticket, { action: 'promise.change', input: { promisedAt: promisedAt.toISOString(), reason: 'customer_wish' } });
  time.later(HOUR);
  expect([await ringClocks(app.services), await keepInformed(app.services)]).toEqual([0, 0]);
  time.later(2 * HOUR + SETTLED_MS / 86_400_000);
  expect([await ringClocks(app.services), await keepInformed(app.services)]).toEqual([1, 1]);
  expect([promises(await alarms(app, ticket.id)), (await told(app, ticket.id)).at(-1)]).toEqual([['promise_at_risk'], 'promise_slipping']);
});
