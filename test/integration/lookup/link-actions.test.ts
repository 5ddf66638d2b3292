// What a customer may do by link beside deciding about a quote: cancel, dispute a delivery, agree to disposal, have a repair taken up again.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LinkedTicket } from '#lookup/link-ticket.ts';
import { settleDelivered } from '#tickets/settle-delivered.ts';
import type { TicketEvent, TicketView } from '#tickets/ticket.ts';
import { aTicket, handedOver } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { open, pageOf } from '../pages/browsing.ts';
import { newSerial, openRepair, quoted } from './asking.ts';
import { postBy, readBy, secretOf } from './by-link.ts';

const DAY_MS = 86_400_000;
let now: Date;
let test: TestApp;
beforeAll(async () => {
  test = await startApp({ PUBLIC_URL: 'https://repairs.example.com' }, { clock: { now: () => now } });
});
afterAll(() => test?.close());
beforeEach(() => void (now = new Date()));

const act = (ticket: { id: string }, payload: object, query = '') => postBy(test, secretOf(test, ticket.id), `actions${query}`, payload);
const complain = (ticket: { id: string }, faultReported = 'Dark again') => postBy(test, secretOf(test, ticket.id), 're-repairs', { faultReported });
const read = async (id: string): Promise<TicketView> => (await test.call(test.keys.center, { url: `/v1/tickets/${id}` })).json<TicketView>();
const lastStep = async (id: string): Promise<TicketEvent | undefined> =>
  (await test.call(test.keys.center, { url: `/v1/tickets/${id}/history` })).json<{ data: TicketEvent[] }>().data.at(-1);
const linked = async (id: string): Promise<LinkedTicket> => (await readBy(test, secretOf(test, id))).json<LinkedTicket>();

async function closed(): Promise<TicketView> {
  const ticket = await handedOver(test);
  now = new Date(now.getTime() + 15 * DAY_MS);
  await settleDelivered(test.services);
  return read(ticket.id);
}

describe('cancelling', () => {
  it('ends what has not begun, in the customer’s words', async () => {
    const ticket = await openRepair(test, { serial: newSerial() });
    expect((await linked(ticket.id)).allowedActions).toEqual(['ticket.cancel']);
    const answer = await act(ticket, { action: 'ticket.cancel', reason: 'Bought another one' }, '?locale=en');
    expect([answer.statusCode, answer.json()]).toMatchObject([200, { status: 'cancelled', label: 'Cancelled', allowedActions: [] }]);
    expect(await lastStep(ticket.id)).toMatchObject({ action: 'ticket.cancel', actor: { kind: 'customer' }, reason: 'Bought another one' });
    const again = await act(ticket, { action: 'ticket.cancel' });
    expect([again.statusCode, again.json()]).toMatchObject([409, { code: 'transition_not_allowed', allowedActions: [] }]);
  });

  it('sends back what is with us', async () => {
    const ticket = await quoted(test, newSerial());
    expect((await act(ticket, { action: 'ticket.cancel' })).json()).toMatchObject({ status: 'ready' });
    expect(await read(ticket.id)).toMatchObject({ status: 'ready', outcome: 'returned_unrepaired' });
  });
});

describe('a delivery', () => {
  const dispute = { action: 'delivery.dispute', what: 'fault_not_fixed', details: 'Dark again' };

  it('can be disputed within the days of the policy', async () => {
    const ticket = await handedOver(test);
    now = new Date(now.getTime() + 3_600_000);
    expect((await linked(ticket.id)).allowedActions).toEqual(['delivery.dispute']);
    const answer = await act(ticket, dispute);
    expect([answer.statusCode, answer.json()]).toMatchObject([200, { status: 'ready' }]);
    expect(await lastStep(ticket.id)).toMatchObject({ actor: { kind: 'customer' }, data: { what: 'fault_not_fixed', details: 'Dark again' } });
  });

  it('and not afterwards', async () => {
    const ticket = await handedOver(test);
    now = new Date(now.getTime() + 15 * DAY_MS);
    const answer = await act(ticket, dispute);
    expect([answer.statusCode, answer.json()]).toMatchObject([409, { refusal: 'dispute_too_late' }]);
    expect(await read(ticket.id)).toMatchObject({ status: 'delivered' });
  });

  it('nor where the ticket was reopened: it is still the delivery of that day, for the warranty as well', async () => {
    const ticket = await closed();
    const { reRepairUntil } = await linked(ticket.id);
    now = new Date(now.getTime() + DAY_MS);
    const reopened = await test.call(test.adminKey, {
      method: 'POST',
      url: `/v1/tickets/${ticket.id}/transitions`,
      headers: { 'if-match': `"v${ticket.version}"`, 'glassbench-brand': test.brandId },
      payload: { action: 'admin.reopen', input: {}, reason: 'Closed too early' },
    });
    expect(reopened.json()).toMatchObject({ status: 'delivered' });
    expect(await linked(ticket.id)).toMatchObject({ status: 'delivered', allowedActions: [], disputeUntil: null });
    expect((await act(ticket, dispute)).json()).toMatchObject({ refusal: 'dispute_too_late' });
    now = new Date(now.getTime() + 15 * DAY_MS);
    await settleDelivered(test.services);
    expect(await linked(ticket.id)).toMatchObject({ status: 'closed', reRepairUntil });
  });
});

it('agreeing to disposal is kept as a consent by link', async () => {
  const ticket = await quoted(test, newSerial());
  const answer = await act(ticket, { action: 'disposal.consent', textVersion: 'disposal-1', locale: 'en' });
  expect([answer.statusCode, answer.json()]).toMatchObject([200, { status: 'disposed' }]);
  const consent = { method: 'link', textVersion: 'disposal-1', locale: 'en', givenAt: now.toISOString() };
  expect(await lastStep(ticket.id)).toMatchObject({ actor: { kind: 'customer' }, data: { consent } });
});

describe('the rest of the lifecycle', () => {
  it('is not the customer’s', async () => {
    const ticket = await quoted(test, newSerial());
    const others = ['quote.approve', 'diagnosis.start', 'admin.correct', 'hold.open', 'storage.dispose', 'ticket.settle', ''];
    for (const action of others) expect([action, (await act(ticket, { action, input: {} })).statusCode]).toEqual([action, 400]);
    expect((await act(ticket, { action: 'ticket.cancel', ticketId: ticket.id })).statusCode).toBe(400);
    expect(await read(ticket.id)).toMatchObject({ status: 'quoted', version: ticket.version });
  });
});

describe('a repair that did not hold', () => {
  it('is taken up again in a ticket with a link of its own, once', async () => {
    const ticket = await closed();
    expect((await linked(ticket.id)).reRepairUntil).toEqual(expect.any(String));
    const answer = await complain(ticket);
    const made = answer.json<{ code: string; link: string }>();
    expect([answer.statusCode, answer.json()]).toMatchObject([201, { alreadyOpened: false }]);
    const secret = made.link.replace('https://repairs.example.com/t/', '');
    expect((await readBy(test, secret)).json()).toMatchObject({ code: made.code, status: 'created', faultReported: 'Dark again' });
    const again = await complain(ticket);
    expect([again.statusCode, again.json()]).toEqual([200, { ...made, alreadyOpened: true }]);
    const found = await test.call(test.keys.center, { url: `/v1/tickets?code=${made.code}` });
    const [next] = found.json<{ data: TicketView[] }>().data;
    expect(next).toMatchObject({ device: { id: ticket.device.id }, contact: { name: ticket.contact.name, email: ticket.contact.email } });
    const row = await test.owner
      .selectFrom('tickets')
      .select('parent_ticket_id')
      .where('id', '=', next?.id ?? '')
      .executeTakeFirstOrThrow();
    expect(row.parent_ticket_id).toBe(ticket.id);
  });

  it.each([
    ['renewed', (id: string) => test.call(test.keys.center, { method: 'POST', url: `/v1/tickets/${id}/link`, payload: {} })],
    [
      'ended with the address that it was sent to',
      (id: string) => test.call(test.keys.center, { method: 'PATCH', url: `/v1/tickets/${id}/contact`, payload: { email: 'right@example.com' } }),
    ],
  ])('hands out no link that was %s: whoever has the first repair may be somebody else', async (_, end) => {
    const ticket = await closed();
    const made = (await complain(ticket)).json<{ code: string; link: string }>();
    const found = await test.call(test.keys.center, { url: `/v1/tickets?code=${made.code}` });
    const next = found.json<{ data: TicketView[] }>().data[0]?.id ?? '';
    expect((await linked(ticket.id)).reRepair).toMatchObject({ code: made.code });
    expect((await end(next)).statusCode).toBeLessThan(300);
    expect((await readBy(test, secretOf(test, next, 2))).statusCode).toBe(200);
    // Nor is another one offered, which could only be refused.
    expect(await linked(ticket.id)).toMatchObject({ reRepair: null, reRepairUntil: null });
    const page = await open(test, pageOf(test, ticket.id));
    expect([page.statusCode, page.body.includes(made.code), page.body.includes(secretOf(test, next, 2))]).toEqual([200, false, false]);
    const again = await complain(ticket);
    expect([again.statusCode, again.json<{ code: string }>().code]).toEqual([409, 'open_ticket_exists']);
    expect(again.body).not.toMatch(/lnk_/);
    expect(again.body).not.toContain(made.code);
  });

  it('opens one ticket however often it is asked at once', async () => {
    const ticket = await closed();
    const answers = await Promise.all(Array.from({ length: 4 }, () => complain(ticket)));
    expect(answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 201]);
    expect(new Set(answers.map((answer) => answer.json<{ code: string }>().code)).size).toBe(1);
  });

  it('is not before it is completed, nor after its warranty', async () => {
    const early = await handedOver(test);
    expect([(await linked(early.id)).reRepairUntil, (await complain(early)).statusCode]).toEqual([null, 409]);
    const late = await closed();
    now = new Date(now.getTime() + 83 * DAY_MS);
    expect((await linked(late.id)).reRepairUntil).toBeNull();
    const answer = await complain(late);
    expect([answer.statusCode, answer.json()]).toMatchObject([409, { code: 'transition_not_allowed' }]);
  });

  it('does not tell of the repair of whoever has the device now', async () => {
    const ticket = await closed();
    const serial = ticket.device.identifiers[0]?.value ?? '';
    const theirs = await aTicket(test, { device: { kind: 'laptop', serial }, contact: { name: 'Li Na', locale: 'en' } });
    const answer = await complain(ticket);
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([409, 'open_ticket_exists']);
    expect(answer.body).not.toContain(theirs.code);
  });
});
