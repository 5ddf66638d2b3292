// What falls due by itself: a delivered ticket is closed, and a customer who was promised word gets it.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { housePolicy } from '#service-centers/policy.ts';
import { keepInformed } from '#tickets/keep-informed.ts';
import { settleDelivered } from '#tickets/settle-delivered.ts';
import { advanced, aTicket, bodies } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
let now = new Date('2026-11-22T05:00:00.000Z');
const later = (days: number): void => {
  now = new Date(now.getTime() + days * 86_400_000);
};
const told = async (ticketId: string): Promise<string[]> => {
  const rows = await app.owner.selectFrom('outbox').select('message').where('subject', '=', ticketId).orderBy('id').execute();
  return rows.map(({ message }) => message);
};
const status = async (ticketId: string): Promise<string> =>
  (await app.owner.selectFrom('tickets').select('status').where('id', '=', ticketId).executeTakeFirstOrThrow()).status;

beforeAll(async () => {
  app = await startApp({}, { clock: { now: () => now } });
});
afterAll(() => app.close());

test('a ticket that was delivered two weeks ago is closed once, and the customer is told', async () => {
  const ticket = await aTicket(app);
  const received = await advanced(app, ticket, bodies.receive(ticket.device.identifiers[0]?.value ?? ''));
  const cancelled = await advanced(app, received, { action: 'ticket.cancel', input: { requestedBy: 'customer' }, reason: 'Changed their mind' });
  await advanced(app, cancelled, { action: 'device.hand_over', input: { identityCheck: 'ticket_code', handedOverBy: 'Chen' } });
  expect(await settleDelivered(app.services)).toBe(0);
  // As long as the policy of the house lets the customer dispute the delivery.
  later(housePolicy.disputeDays);
  expect(await settleDelivered(app.services)).toBe(0);
  later(1);
  const counts = await Promise.all([settleDelivered(app.services), settleDelivered(app.services)]);
  expect(counts[0] + counts[1]).toBe(1);
  expect(await status(ticket.id)).toBe('closed');
  expect((await told(ticket.id)).slice(-2)).toEqual(['delivered', 'closed']);
});

test('where the brand lets a delivery be disputed for longer, its tickets stay open for as long, and keep no other open', async () => {
  const delivered = async (): Promise<string> => {
    const ticket = await aTicket(app);
    let back = await advanced(app, ticket, bodies.receive(ticket.device.identifiers[0]?.value ?? ''));
    back = await advanced(app, back, { action: 'ticket.cancel', input: { requestedBy: 'customer' }, reason: 'Changed their mind' });
    return (await advanced(app, back, { action: 'device.hand_over', input: { identityCheck: 'ticket_code', handedOverBy: 'Chen' } })).id;
  };
  const patient = await delivered();
  const change = async (url: string, disputeDays: number): Promise<void> => {
    const answer = await app.call(app.keys.brand, { method: 'PUT', url, payload: { disputeDays } });
    expect(answer.statusCode, answer.body).toBeLessThan(300);
  };
  await change('/v1/policy', 60);
  later(59);
  expect(await settleDelivered(app.services)).toBe(0);
  // A center that has its own policy goes by that one.
  await change(`/v1/service-centers/${app.centerId}/policy`, 5);
  const hasty = await delivered();
  expect(await settleDelivered(app.services)).toBe(1);
  expect(await Promise.all([patient, hasty].map(status))).toEqual(['closed', 'delivered']);
  later(6);
  expect(await settleDelivered(app.services)).toBe(1);
  expect(await status(hasty)).toBe('closed');
});

test('a customer hears from us by the promised day, and again by the next; the ticket’s version stays', async () => {
  const ticket = await aTicket(app);
  expect(await keepInformed(app.services)).toBe(0);
  later(3);
  expect(await keepInformed(app.services)).toBe(1);
  expect(await keepInformed(app.services)).toBe(0);
  expect(await told(ticket.id)).toEqual(['created', 'still_with_us']);
  const row = await app.owner.selectFrom('tickets').select(['version', 'next_update_by']).where('id', '=', ticket.id).executeTakeFirstOrThrow();
  expect(row).toEqual({ version: 1, next_update_by: new Date(now.getTime() + 3 * 86_400_000) });
  const { rows } = await sql<{ by: string }>`
    select facts->>'nextUpdateBy' as by from outbox where subject = ${ticket.id} and message = 'still_with_us'`.execute(app.owner);
  expect(rows[0]?.by).toBe(row.next_update_by?.toISOString());
});
