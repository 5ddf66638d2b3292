// What a customer reads of a repair with holds, a dearer quote, a late part and a moved promise: the mails made of what was really kept.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TicketFacts } from '#notifications/event.ts';
import { isMessage, type Rendered, render } from '#notifications/render.ts';
import type { Locale } from '#platform/schema.ts';
import type { TicketView } from '#tickets/ticket.ts';
import type { TransitionInput } from '#tickets/transition.ts';
import { advanced, aTicket, bodies } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';

const HOUR_MS = 3_600_000;
let now = new Date('2026-11-02T02:00:00.000Z');
let test: TestApp;
beforeAll(async () => {
  test = await startApp({}, { clock: { now: () => now } });
});
afterAll(() => test?.close());

const at = (hours: number): string => new Date(now.getTime() + hours * HOUR_MS).toISOString();
const onDay = (days: number): string => at(24 * days).slice(0, 10);

/** An hour passes before every step. */
async function go(ticket: TicketView, body: TransitionInput): Promise<TicketView> {
  now = new Date(now.getTime() + HOUR_MS);
  return advanced(test, ticket, body);
}

/** Every mail due about the ticket so far, in order. */
async function mails(ticketId: string, locale: Locale): Promise<(Rendered & { name: string })[]> {
  const { rows } = await sql<{ message: string; facts: TicketFacts }>`
    select message, facts from outbox where subject = ${ticketId} and channel = 'email' order by id`.execute(test.owner);
  const reader = {
    email: 'fang@example.com',
    locale,
    timeZone: 'Asia/Shanghai',
    brand: 'Prism',
    contactLine: '400-820-0000',
    center: 'Prism Shanghai',
  };
  return rows.map(({ message, facts }) => {
    if (!isMessage(message)) throw new Error(message);
    return { name: message, ...render(message, facts, { ...reader, lookupUrl: 'https://repair.example', link: null }) };
  });
}

it('says the new day, the new price and whose turn it is, each once', async () => {
  const opened = await aTicket(test);
  const serial = /SERIAL[\w-]*/.exec(JSON.stringify(opened))?.[0] ?? '';
  let ticket = await go(opened, bodies.receive(serial));
  ticket = await go(ticket, { action: 'hold.open', input: { reason: 'customer_info', resumeBy: at(48), customerText: 'Which password?' } });
  ticket = await go(ticket, { action: 'hold.resume', input: {} });
  ticket = await go(ticket, bodies.diagnose);
  ticket = await go(ticket, bodies.quote);
  const { offer } = bodies.quote.input;
  const dearer = { ...offer, lines: [...offer.lines, { kind: 'part' as const, text: 'Screen', quantity: 1, unitPrice: 20_000 }] };
  ticket = await go(ticket, { action: 'quote.supersede', input: { offer: dearer } });
  ticket = await go(ticket, bodies.approve(ticket.quote?.id ?? '', 69_000));
  ticket = await go(ticket, { action: 'parts.order', input: { parts: [{ partNo: 'B-1', name: 'Battery', expectedOn: onDay(10) }] } });
  ticket = await go(ticket, { action: 'parts.delay', input: { parts: [{ partId: ticket.parts[0]?.id ?? '', expectedOn: onDay(20) }] } });
  ticket = await go(ticket, { action: 'promise.change', input: { promisedAt: at(24 * 60), reason: 'workload', note: 'We are full.' } });
  ticket = await go(ticket, { action: 'hold.open', input: { reason: 'tech_support', resumeBy: at(48) } });
  ticket = await go(ticket, { action: 'hold.resume', input: {} });
  ticket = await go(ticket, { action: 'repair.abandon', input: { why: 'Water reached the board.', evidence: 'Photos', charge: 3_000 } });

  const told = await mails(ticket.id, 'en');
  expect(told.map(({ name }) => name)).toEqual([
    'created',
    'received',
    'hold_opened',
    'resumed',
    'diagnosing',
    'quoted',
    'quote_changed',
    'approved',
    'awaiting_part',
    'part_delayed',
    'promise_moved',
    'hold_opened',
    'resumed',
    'unrepairable',
  ]);
  const text = (index: number): string => told[index]?.text ?? '';
  expect(text(1)).toMatch(/We promise to have your device ready for pick-up by November \d+, 2026\./);
  expect(text(2)).toMatch(
    /on hold\.[^]*Note from Prism Shanghai: Which password\?[^]*The promised day is [^]*Next step \(you\): Please give us the missing information by/,
  );
  expect(text(6)).toMatch(/The earlier quote: CN¥490\.00\. The new quote: CN¥690\.00\. That is CN¥200\.00 more\./);
  expect(text(7)).toContain('for CN¥690.00 in total');
  expect(text(8)).toMatch(/We now promise .* by (.*) \(before: (?!\1)/);
  expect(text(9)).toMatch(/Battery, expected on November \d+, 2026 \(before: November \d+, 2026\)/);
  expect(text(10)).toMatch(
    /\(before: .*\)\. The reason: the service center has more repairs than usual\.[^]*Note from Prism Shanghai: We are full\./,
  );
  // It did not move again: the center's hold does not stop its clock.
  expect(text(12)).toMatch(/We promise to have your device ready/);
  expect(text(12)).not.toContain('before:');
  expect(text(13)).toMatch(/cannot be repaired[^]*Water reached the board\.[^]*costs CN¥30\.00[^]*Pick the device up at/);
  for (const mail of [...told, ...(await mails(ticket.id, 'zh-CN'))]) expect(mail.text).not.toMatch(/undefined|null|NaN|Invalid/);
});
