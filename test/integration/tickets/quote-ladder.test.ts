// A quote that is not answered: reminders by the policy, an end after two of them, and neither twice, whatever the workers do.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { climbQuotes } from '#tickets/quote-ladder.ts';
import type { TicketView } from '#tickets/ticket.ts';
import { advanced, aTicket, bodies } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { lastFacts, movingTime, stored, told } from '../../support/moving-time.ts';

let app: TestApp;
const time = movingTime();

/** Quoted now, valid for thirty days: reminders on days 6, 15 and 27. */
async function quoted(more: Parameters<typeof aTicket>[1] = {}): Promise<TicketView> {
  const ticket = await aTicket(app, more);
  const received = await advanced(app, ticket, bodies.receive(ticket.device.identifiers[0]?.value ?? ''));
  return advanced(app, await advanced(app, received, bodies.diagnose), bodies.quote);
}
const quoteOf = async (ticketId: string) =>
  app.owner
    .selectFrom('quotes')
    .select(['status', 'reminders', 'alarm_at', 'decided_by'])
    .where('ticket_id', '=', ticketId)
    .executeTakeFirstOrThrow();
const ours = async (ticketId: string): Promise<string[]> => (await told(app, ticketId)).filter((message) => message.startsWith('quote_'));
const after = (days: number): void => void time.later(days);

beforeAll(async () => {
  app = await startApp({}, { clock: time.clock });
});
afterAll(() => app.close());

test('the customer is reminded three times, and the device goes back unrepaired after the grace', async () => {
  const { id } = await quoted();
  const sent = time.now();
  const days: number[] = [];
  for (let day = 1; day <= 32; day += 1) {
    after(1);
    if ((await climbQuotes(app.services)) > 0) days.push(day);
  }
  expect(days).toEqual([6, 15, 27, 32]);
  expect(await ours(id)).toEqual(['quote_reminder', 'quote_reminder', 'quote_reminder', 'quote_expired']);
  expect(await stored(app, id)).toMatchObject({ status: 'ready', outcome: 'returned_unrepaired' });
  expect(await quoteOf(id)).toMatchObject({ status: 'expired', reminders: 3, alarm_at: null, decided_by: 'system' });
  const facts = (await lastFacts(app, id, 'quote_reminder')) as { occurredAt: string; nextUpdateBy: string; quote: { validUntil: string } };
  expect(facts.occurredAt).toBe(new Date(sent.getTime() + 27 * 86_400_000).toISOString());
  expect(facts.nextUpdateBy > facts.occurredAt).toBe(true);
});

test('after forty days without a worker: a reminder, another a day later, an end two days after that, each once', async () => {
  const { id } = await quoted();
  const run = async (): Promise<number> => {
    const counts = await Promise.all([climbQuotes(app.services), climbQuotes(app.services), climbQuotes(app.services)]);
    return counts.reduce((sum, count) => sum + count, 0);
  };
  after(40);
  expect([await run(), await run(), await ours(id)]).toEqual([1, 0, ['quote_reminder']]);
  after(0.9);
  expect(await run()).toBe(0);
  after(0.1);
  expect([await run(), await ours(id)]).toEqual([1, ['quote_reminder', 'quote_reminder']]);
  after(1);
  expect(await run()).toBe(0);
  after(1);
  expect([await run(), await run(), await ours(id)]).toEqual([1, 0, ['quote_reminder', 'quote_reminder', 'quote_expired']]);
});

test('who has decided is left in peace', async () => {
  const ticket = await quoted();
  await advanced(app, ticket, bodies.approve(ticket.quote?.id ?? '', 49_000));
  after(40);
  expect([await climbQuotes(app.services), await ours(ticket.id)]).toEqual([0, []]);
  expect(await quoteOf(ticket.id)).toMatchObject({ status: 'approved', alarm_at: null });
});

test('while it is on hold nothing is counted and nothing ends', async () => {
  const ticket = await quoted();
  const resumeBy = new Date(time.now().getTime() + 60 * 86_400_000).toISOString();
  const held = await advanced(app, ticket, { action: 'hold.open', input: { reason: 'customer_unreachable', resumeBy } });
  after(40);
  expect([await climbQuotes(app.services), await climbQuotes(app.services), await ours(ticket.id)]).toEqual([0, 0, []]);
  await advanced(app, held, { action: 'hold.resume', input: {} });
  after(1);
  expect([await climbQuotes(app.services), await ours(ticket.id)]).toEqual([1, ['quote_reminder']]);
});

test('a customer without an address is not cut off by reminders that reach nobody', async () => {
  const { id } = await quoted({ contact: { name: 'Li Na', phone: '+8613800009999', locale: 'zh-CN' } });
  for (let day = 1; day <= 50; day += 1) {
    after(1);
    await climbQuotes(app.services);
  }
  expect(await stored(app, id)).toMatchObject({ status: 'quoted' });
  expect(await quoteOf(id)).toMatchObject({ status: 'sent', reminders: 0 });
});

test('one that cannot be dealt with does not keep the others, and is tried again in an hour', async () => {
  const broken = await quoted();
  const whole = await quoted();
  await sql`update quotes set reminders = 32767 where ticket_id = ${broken.id}`.execute(app.owner);
  after(6);
  expect(await climbQuotes(app.services)).toBe(1);
  expect([await ours(broken.id), await ours(whole.id)]).toEqual([[], ['quote_reminder']]);
  expect((await quoteOf(broken.id)).alarm_at).toEqual(new Date(time.now().getTime() + 3_600_000));
});
