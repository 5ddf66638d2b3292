// What a customer or a center hears beside the steps themselves: each when its facts are there, once, and to nobody else.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asSystem } from '#access/perform.ts';
import { raiseStuck } from '#alerts/raise-stuck.ts';
import { ringClocks } from '#alerts/ring-clocks.ts';
import { tellEntitlements } from '#alerts/tell-entitlements.ts';
import { advanceTicket } from '#tickets/advance-ticket.ts';
import { keepInformed } from '#tickets/keep-informed.ts';
import type { TicketView } from '#tickets/ticket.ts';
import { advanced, aTicket, bodies, ticketInput } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { checks } from '../../support/checks.ts';
import { alarms, lastFacts, movingTime, stored, told } from '../../support/moving-time.ts';

let app: TestApp;
const time = movingTime();
const serialOf = (ticket: TicketView): string => ticket.device.identifiers[0]?.value ?? '';

async function received(more: Parameters<typeof aTicket>[1] = {}): Promise<TicketView> {
  const ticket = await aTicket(app, more);
  return advanced(app, ticket, bodies.receive(serialOf(ticket)));
}
async function go(ticket: TicketView, ...steps: Parameters<typeof advanced>[2][]): Promise<TicketView> {
  let at = ticket;
  for (const step of steps) at = await advanced(app, at, step);
  return at;
}
const count = async (ticketId: string, message: string): Promise<number> => (await told(app, ticketId)).filter((one) => one === message).length;

beforeAll(async () => {
  app = await startApp({}, { clock: time.clock });
});
afterAll(() => app?.close());

it('a device that differs from what was announced is told as such, with what differs', async () => {
  const ticket = await aTicket(app);
  const input = { ...bodies.receive('').input, serialScanned: 'ANOTHER-1', acceptMismatch: true, discrepancies: ['missing_item'] };
  await advanced(app, ticket, { action: 'device.receive', input } as never);
  expect(await told(app, ticket.id)).toEqual(['created', 'received_differently']);
  expect(await lastFacts(app, ticket.id, 'received_differently')).toMatchObject({
    discrepancies: ['serial', 'missing_item'],
    diagnosisBy: expect.any(String),
  });
});

it('a repair that starts is told, but not to whoever has just agreed to it', async () => {
  const quick = await go(await received(), bodies.diagnose, bodies.cover, bodies.startRepair);
  expect(await told(app, quick.id)).not.toContain('repair_started');
  const slow = await go(await received(), bodies.diagnose, bodies.cover);
  time.later(0.1);
  await go(slow, bodies.startRepair);
  expect(await told(app, slow.id)).toContain('repair_started');
});

it('another unit, and a repair that is over, are told with what there is to know', async () => {
  const swap = { serial: `NEW-${Date.now()}`, kind: 'refurbished', warranty: 'restart', why: 'Board' } as const;
  const pass = { action: 'qc.pass', input: { checks: checks.laptop, inspector: 'Sun', outcome: 'replaced', swap } } as const;
  const ticket = await go(await received(), bodies.diagnose, bodies.cover, bodies.startRepair, bodies.finishRepair, pass, bodies.handOver);
  expect(await told(app, ticket.id)).toEqual(['created', 'received', 'diagnosing', 'covered', 'replaced', 'delivered']);
  expect(await lastFacts(app, ticket.id, 'replaced')).toMatchObject({ swap: { kind: 'refurbished', warranty: 'restart' } });
  expect(await lastFacts(app, ticket.id, 'delivered')).toMatchObject({
    repair: { work: ['Battery replaced'], fitted: [], warrantyUntil: new Date(time.now().getTime() + 90 * 86_400_000).toISOString() },
  });
});

it('a late diagnosis is told before its day passes, with another day, at most once a day', async () => {
  const ticket = await received();
  const due = new Date(String((await lastFacts(app, ticket.id, 'received'))?.['diagnosisBy']));
  let first: Date | undefined;
  const late: Date[] = [];
  for (let hours = 0; hours < 24 * 9; hours += 1) {
    time.later(1 / 24);
    const before = await count(ticket.id, 'diagnosis_late');
    await keepInformed(app.services);
    if ((await count(ticket.id, 'diagnosis_late')) > before) late.push(time.now());
    first ??= late[0];
  }
  expect(late.length).toBeGreaterThanOrEqual(1);
  expect((first ?? time.now()) <= due).toBe(true);
  for (let n = 1; n < late.length; n += 1) expect((late[n]?.getTime() ?? 0) - (late[n - 1]?.getTime() ?? 0)).toBeGreaterThanOrEqual(86_400_000);
  const facts = await lastFacts(app, ticket.id, 'diagnosis_late');
  expect(new Date(String(facts?.['nextUpdateBy'])) > new Date(String(facts?.['occurredAt']))).toBe(true);
});

it('a link that is made anew is told to the customer', async () => {
  const ticket = await aTicket(app);
  const renewed = await app.call(app.keys.center, { method: 'POST', url: `/v1/tickets/${ticket.id}/link` });
  expect([renewed.statusCode, await told(app, ticket.id)]).toEqual([201, ['created', 'link_renewed']]);
});

it('the fifth wrong proof within a day is told, the others are not', async () => {
  const ticket = await aTicket(app);
  const guess = () => app.app.inject({ method: 'POST', url: '/v1/lookup', payload: { identifier: serialOf(ticket), proof: { phoneLast4: '0000' } } });
  for (let n = 1; n <= 4; n += 1) await guess();
  expect(await count(ticket.id, 'lookups_blocked')).toBe(0);
  for (let n = 5; n <= 8; n += 1) expect((await guess()).statusCode).toBe(200);
  expect(await count(ticket.id, 'lookups_blocked')).toBe(1);
});

it('a ticket on which nothing happens alarms its center once a day', async () => {
  const ticket = await received();
  const { stuck_at: stuckAt } = await stored(app, ticket.id);
  time.later(((stuckAt?.getTime() ?? 0) - time.now().getTime()) / 86_400_000 - 0.01);
  await raiseStuck(app.services);
  const stuck = async (): Promise<number> => (await alarms(app, ticket.id)).filter((kind) => kind === 'stuck').length;
  expect(await stuck()).toBe(0);
  time.later(0.02);
  await Promise.all([raiseStuck(app.services), raiseStuck(app.services)]);
  expect(await stuck()).toBe(1);
  time.later(0.9);
  await raiseStuck(app.services);
  expect(await stuck()).toBe(1);
  time.later(0.2);
  await raiseStuck(app.services);
  expect(await stuck()).toBe(2);
  await go(ticket, bodies.diagnose);
  time.later(1.1);
  await raiseStuck(app.services);
  expect(await stuck()).toBe(2);
});

it('a device that comes back within 90 days alarms, with the repair that did not hold', async () => {
  const first = await go(await received(), bodies.diagnose, bodies.cover, bodies.startRepair, bodies.finishRepair, bodies.pass, bodies.handOver);
  const settle = { ticketId: first.id, expectedVersion: null, command: { action: 'ticket.settle', input: {} } } as const;
  await asSystem(app.services, app.brandId, (deed) => advanceTicket(deed, settle));
  const again = { device: { ...ticketInput().device, serial: serialOf(first) } };
  time.later(80);
  const second = await aTicket(app, again);
  expect(await alarms(app, second.id)).toEqual(['repeat_repair']);
  const list = await app.call(app.keys.center, { method: 'GET', url: `/v1/alerts?ticketId=${second.id}` });
  expect(list.json<{ data: { data: object }[] }>().data[0]?.data).toEqual({ earlierTicketId: first.id, deliveredAt: expect.any(String) });
  await advanced(app, second, { action: 'ticket.cancel', input: { requestedBy: 'customer' }, reason: 'Found another way' });
  time.later(11);
  expect(await alarms(app, (await aTicket(app, again)).id)).toEqual([]);
});

it('the option of a time of the law is told in words that the brand has approved, and in no others', async () => {
  const url = '/v1/texts/entitlement.cn_loaner/en';
  const early = await go(await received(), bodies.diagnose);
  time.later(8);
  await ringClocks(app.services);
  expect(await alarms(app, early.id)).toContain('legal_clock');
  expect([await tellEntitlements(app.services), await count(early.id, 'entitlement')]).toEqual([0, 0]);
  const text = 'You can have a device on loan, free of charge, until yours is back.';
  expect((await app.call(app.keys.brand, { method: 'PUT', url, payload: { text } })).statusCode).toBe(200);
  const counts = await Promise.all([tellEntitlements(app.services), tellEntitlements(app.services)]);
  expect([counts[0] + counts[1] > 0, await count(early.id, 'entitlement'), await tellEntitlements(app.services)]).toEqual([true, 1, 0]);
  expect(await lastFacts(app, early.id, 'entitlement')).toMatchObject({ entitlement: { text, since: expect.stringMatching(/Z$/) } });
});

it('an option of a day long gone is not told when that of another day is', async () => {
  const ticket = await go(await received(), bodies.diagnose);
  time.later(8);
  await ringClocks(app.services);
  time.later(23);
  await ringClocks(app.services);
  const put = (clock: string, text: string) =>
    app.call(app.keys.brand, { method: 'PUT', url: `/v1/texts/entitlement.${clock}/en`, payload: { text } });
  await put('cn_loaner', 'You can have a device on loan.');
  await put('cn_own_fault', 'You can have it exchanged.');
  await tellEntitlements(app.services);
  expect(await count(ticket.id, 'entitlement')).toBe(1);
  expect(await lastFacts(app, ticket.id, 'entitlement')).toMatchObject({ entitlement: { text: 'You can have it exchanged.' } });
  expect([await tellEntitlements(app.services), await count(ticket.id, 'entitlement')]).toEqual([0, 1]);
});
