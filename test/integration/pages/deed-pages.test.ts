// What a customer asks for on the page beside deciding about a quote: offered where it is possible, asked once more, done by the form alone, said back.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { linkToken } from '#lookup/link.ts';
import type { OpenProgress, OwnerProgress } from '#lookup/progress.ts';
import { settleDelivered } from '#tickets/settle-delivered.ts';
import type { TicketEvent, TicketView } from '#tickets/ticket.ts';
import { aTicket, handedOver } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { lastFacts } from '../../support/moving-time.ts';
import { ask, move, newSerial, openRepair, prove, quoted } from '../lookup/asking.ts';
import { headingOf, hiddenOf, open, pageOf, submit } from './browsing.ts';

const DAY_MS = 86_400_000;
const deeds = ['cancel', 'dispute', 'disposal', 're-repair'];
let now: Date;
let test: TestApp;
beforeAll(async () => {
  test = await startApp({ PUBLIC_URL: 'https://repairs.example.com' }, { clock: { now: () => now } });
});
afterAll(() => test?.close());
beforeEach(() => void (now = new Date()));

const read = async ({ id }: { id: string }): Promise<TicketView> =>
  (await test.call(test.keys.center, { url: `/v1/tickets/${id}` })).json<TicketView>();
const lastStep = async ({ id }: { id: string }): Promise<TicketEvent | undefined> =>
  (await test.call(test.keys.center, { url: `/v1/tickets/${id}/history` })).json<{ data: TicketEvent[] }>().data.at(-1);
const offered = async (ticket: { id: string }): Promise<string[]> => {
  const { body } = await open(test, pageOf(test, ticket.id));
  return deeds.filter((deed) => body.includes(`href="${pageOf(test, ticket.id)}/${deed}"`));
};
const show = (ticket: { id: string }, deed: string, headers: Record<string, string> = {}) =>
  open(test, `${pageOf(test, ticket.id)}/${deed}`, headers);
const post = (ticket: { id: string }, deed: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  submit(test, `${pageOf(test, ticket.id)}/${deed}`, fields, headers);

async function closed(): Promise<TicketView> {
  const ticket = await handedOver(test);
  now = new Date(now.getTime() + 15 * DAY_MS);
  await settleDelivered(test.services);
  return read(ticket);
}

/** Declined with the wish that the device does not come back. */
async function declined(): Promise<TicketView> {
  const ticket = await quoted(test, newSerial());
  const fields = hiddenOf((await show(ticket, 'quote?decision=decline')).body);
  await post(ticket, 'quote', { ...fields, wish: 'disposal' });
  return read(ticket);
}

describe('cancelling', () => {
  it('is asked once more, done by the form, and said back with the reason', async () => {
    const ticket = await openRepair(test, { serial: newSerial() });
    expect(await offered(ticket)).toEqual(['cancel']);
    const page = await show(ticket, 'cancel');
    expect([page.statusCode, headingOf(page.body)]).toEqual([200, 'Cancel the repair?']);
    expect(page.body).toContain('please do not send it');
    const answer = await post(ticket, 'cancel', { text: 'Bought another one\r\nyesterday' }, { origin: 'null', 'sec-fetch-site': 'same-origin' });
    expect([answer.statusCode, answer.headers.location]).toEqual([303, `${pageOf(test, ticket.id)}#asked`]);
    expect(await lastStep(ticket)).toMatchObject({
      action: 'ticket.cancel',
      to: 'cancelled',
      actor: { kind: 'customer' },
      reason: 'Bought another one\nyesterday',
    });
    const after = await open(test, pageOf(test, ticket.id));
    expect(after.body).toContain('You cancelled the repair');
    expect(after.body).toContain('Bought another one\nyesterday');
    expect(await offered(ticket)).toEqual([]);
  });

  it('sent twice is done once, and needs no reason', async () => {
    const ticket = await quoted(test, newSerial());
    expect((await show(ticket, 'cancel')).body).toContain('give the device back to you unrepaired');
    const both = await Promise.all([post(ticket, 'cancel', { text: '' }), post(ticket, 'cancel', { text: '' })]);
    expect(both.map(({ statusCode }) => statusCode)).toEqual([303, 303]);
    expect(await read(ticket)).toMatchObject({ status: 'ready', outcome: 'returned_unrepaired', version: ticket.version + 1 });
    expect((await open(test, pageOf(test, ticket.id))).body).not.toContain('Asked for by the customer.');
  });
});

describe('a delivery', () => {
  it('is disputed in the customer’s words, within the days of the policy', async () => {
    const ticket = await handedOver(test);
    expect(await offered(ticket)).toEqual(['dispute']);
    const until = new Date(now.getTime() + 14 * DAY_MS).toISOString();
    const link = linkToken(test.services.seal, { ticketId: ticket.id, generation: 1 });
    expect((await test.call(link, { url: '/v1/link/ticket' })).json()).toMatchObject({ disputeUntil: until });
    expect(await lastFacts(test, ticket.id, 'delivered')).toMatchObject({ disputeUntil: until });
    const page = await show(ticket, 'dispute', { 'accept-language': 'zh' });
    expect(headingOf(page.body)).toBe('收到的设备有什么问题？');
    const empty = await post(ticket, 'dispute', { what: 'damaged', text: ' \r\n ' });
    expect([empty.statusCode, headingOf(empty.body)]).toEqual([400, 'What is wrong with the delivery?']);
    expect(empty.body).toContain('value="damaged" required checked');
    expect(empty.body).toContain('Please write a word or two');
    expect((await post(ticket, 'dispute', { what: 'stolen', text: 'x' })).statusCode).toBe(400);
    const words = '盖子上有划痕'.repeat(160);
    expect((await post(ticket, 'dispute', { what: 'damaged', text: words })).statusCode).toBe(303);
    expect(await lastStep(ticket)).toMatchObject({ action: 'delivery.dispute', to: 'ready', data: { what: 'damaged', details: words } });
    const after = (await open(test, pageOf(test, ticket.id))).body;
    expect(after).toContain('You reported that something is wrong with the delivery');
    expect(after).toContain('<p>It is damaged</p>');
  });

  it('and not afterwards', async () => {
    const ticket = await handedOver(test);
    now = new Date(now.getTime() + 15 * DAY_MS);
    expect(await offered(ticket)).toEqual([]);
    for (const answer of [await show(ticket, 'dispute'), await post(ticket, 'dispute', { what: 'damaged', text: 'Dented' })])
      expect([answer.statusCode, headingOf(answer.body)]).toEqual([409, 'The days for this are over']);
    expect(await read(ticket)).toMatchObject({ status: 'delivered', version: ticket.version });
  });
});

describe('disposal', () => {
  it('is offered for a device that goes back unrepaired, and kept as a consent by link to the text that was shown', async () => {
    const ticket = await declined();
    expect(await offered(ticket)).toEqual(['disposal']);
    expect((await open(test, pageOf(test, ticket.id))).body).toContain('nothing is disposed of before you do');
    const page = await show(ticket, 'disposal');
    expect(page.body).toContain('This cannot be undone.');
    expect((await post(ticket, 'disposal', hiddenOf(page.body))).statusCode).toBe(303);
    const consent = { method: 'link', textVersion: 'disposal-page-1', locale: 'en', givenAt: now.toISOString() };
    expect(await lastStep(ticket)).toMatchObject({ action: 'disposal.consent', to: 'disposed', data: { consent } });
    expect((await open(test, pageOf(test, ticket.id))).body).toContain('You agreed that the device is disposed of');
  });

  it('wished is what the lookup, the page and the messages speak of, and not that the device can be fetched or is sent', async () => {
    const ticket = await declined();
    const serial = ticket.device.identifiers[0]?.value ?? '';
    const goes = /pick|come to the service center|sent back|send you the waybill|取机|来取|寄回/;
    for (const method of ['ship', 'pick_up'] as const) {
      await test.owner.updateTable('tickets').set({ return_method: method }).where('id', '=', ticket.id).execute();
      for (const locale of ['en', 'zh-CN']) {
        const label = locale === 'en' ? 'Disposal to confirm' : '待确认处置';
        const alone = (await ask(test, serial, `?locale=${locale}`)).json<OpenProgress>();
        expect(alone).toMatchObject({ found: true, mustAct: true, promisedOn: null });
        const proven = (await prove(test, serial, { ticketCode: ticket.code }, { locale })).json<OwnerProgress>();
        expect(proven).toMatchObject({ label, mustAct: true, promisedOn: null });
        expect(proven.timeline.at(-1)).toMatchObject({ status: 'ready', label });
        expect(`${proven.whatThisMeans} ${proven.nextStep.text}`).not.toMatch(goes);
        const { body } = await open(test, `${pageOf(test, ticket.id)}?lang=${locale}`);
        expect(headingOf(body)).toBe(label);
        expect(body.slice(0, body.indexOf('class="columns"'))).not.toMatch(goes);
      }
    }
    const renewed = await test.call(test.keys.center, { method: 'POST', url: `/v1/tickets/${ticket.id}/link`, payload: {} });
    expect(renewed.statusCode, renewed.body).toBe(201);
    expect(await lastFacts(test, ticket.id, 'link_renewed')).toMatchObject({ wish: 'disposal' });
  });

  it('is wished no more once the device has left: then it is what its label says again', async () => {
    const ticket = await declined();
    await test.owner.updateTable('tickets').set({ return_method: 'pick_up' }).where('id', '=', ticket.id).execute();
    const given = await move(test, ticket, 'device.hand_over', { identityCheck: 'ticket_code', handedOverBy: 'Chen' });
    await move(test, given, 'delivery.dispute', { what: 'wrong_device', details: 'Not mine' });
    const proven = await prove(test, ticket.device.identifiers[0]?.value ?? '', { ticketCode: ticket.code }, { locale: 'en' });
    expect(proven.json<OwnerProgress>()).toMatchObject({ status: 'ready', label: 'Ready for pick-up' });
  });

  it('is not offered for one that was repaired, nor while the quote is open', async () => {
    const ticket = await quoted(test, newSerial());
    expect(await offered(ticket)).toEqual(['cancel']);
    const answer = await show(ticket, 'disposal');
    expect([answer.statusCode, headingOf(answer.body)]).toEqual([409, 'There is nothing to decide just now']);
  });
});

describe('a repair that did not hold', () => {
  it('is taken up again once, and the page leads to the new one', async () => {
    const ticket = await closed();
    expect(await offered(ticket)).toEqual(['re-repair']);
    const both = await Promise.all([post(ticket, 're-repair', { text: 'Dark again' }), post(ticket, 're-repair', { text: 'Dark again' })]);
    expect(both.map(({ statusCode, headers }) => [statusCode, headers.location])).toEqual(
      [1, 2].map(() => [303, `${pageOf(test, ticket.id)}#asked`]),
    );
    const after = (await open(test, pageOf(test, ticket.id))).body;
    expect(after).toContain('You asked for the device to be repaired again');
    const link = /href="(\/t\/lnk_[^"]+)">To the new repair</.exec(after)?.[1] ?? '';
    const next = await open(test, link);
    expect([next.statusCode, headingOf(next.body)]).toEqual([200, 'Registered']);
    expect(next.body).toContain('Dark again');
    expect(await offered(ticket)).toEqual([]);
  });

  it('shows nobody a ticket that the center opened for somebody else', async () => {
    const ticket = await closed();
    const serial = ticket.device.identifiers[0]?.value ?? '';
    const theirs = await aTicket(test, { device: { kind: 'laptop', serial }, contact: { name: 'Li Na', locale: 'en' }, reRepairOf: ticket.id });
    expect((await open(test, pageOf(test, ticket.id))).body).not.toContain(theirs.code);
    const answer = await post(ticket, 're-repair', { text: 'Dark again' });
    expect([answer.statusCode, headingOf(answer.body)]).toEqual([409, 'The device is in a repair already']);
    expect(answer.body).not.toContain(theirs.code);
  });
});

it('nothing is asked for by whatever follows links, nor by a form from elsewhere', async () => {
  const tickets = [await openRepair(test, { serial: newSerial() }), await declined(), await handedOver(test)];
  for (const ticket of tickets) {
    for (const deed of deeds) {
      const url = `${pageOf(test, ticket.id)}/${deed}`;
      for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT'] as const) await test.app.inject({ method, url: `${url}?text=x&what=damaged` });
      const fields = { text: 'x', what: 'damaged', textVersion: 'disposal-page-1', locale: 'en' };
      const answer = await post(ticket, deed, fields, { origin: 'https://evil.example' });
      expect([answer.statusCode, headingOf(answer.body)]).toEqual([403, 'Please decide on our own page']);
    }
    expect(await read(ticket)).toMatchObject({ status: ticket.status, version: ticket.version });
  }
});

it('what was written stays text', async () => {
  const ticket = await openRepair(test, { serial: newSerial() });
  await post(ticket, 'cancel', { text: '"><img src=x onerror=alert(1)>' });
  const { body } = await open(test, pageOf(test, ticket.id));
  expect(body).toContain('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;');
  expect(body).not.toContain('<img src=x');
});
