// Deciding about a quote on its page: shown as stored, asked once more, decided by the form alone, and said afterwards.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TicketView } from '#tickets/ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { move, newSerial, quoted } from '../lookup/asking.ts';
import { headingOf, hiddenOf, open, pageOf, submit } from './browsing.ts';

const DAY_MS = 86_400_000;
let now: Date;
let test: TestApp;
beforeAll(async () => {
  test = await startApp({ PUBLIC_URL: 'https://repairs.example.com' }, { clock: { now: () => now } });
});
afterAll(() => test?.close());
beforeEach(() => void (now = new Date()));

const read = async ({ id }: TicketView): Promise<TicketView> => (await test.call(test.keys.center, { url: `/v1/tickets/${id}` })).json<TicketView>();
const confirming = async (ticket: TicketView, decision: string): Promise<Record<string, string>> =>
  hiddenOf((await open(test, `${pageOf(test, ticket.id)}/quote?decision=${decision}`)).body);
const post = (ticket: TicketView, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  submit(test, `${pageOf(test, ticket.id)}/quote`, fields, headers);

describe('a quote', () => {
  it('is approved by the form of the page that shows it, and the page says so afterwards', async () => {
    const ticket = await quoted(test, newSerial());
    const page = await open(test, pageOf(test, ticket.id));
    expect(page.body).toContain(`href="${pageOf(test, ticket.id)}/quote?decision=approve"`);
    const confirm = await open(test, `${pageOf(test, ticket.id)}/quote?decision=approve`);
    expect([confirm.statusCode, headingOf(confirm.body)]).toEqual([200, 'Approve the repair?']);
    expect(confirm.body).toContain('CN¥481.00');
    const answer = await post(ticket, hiddenOf(confirm.body), { origin: 'null', 'sec-fetch-site': 'same-origin' });
    expect([answer.statusCode, answer.headers.location]).toEqual([303, `${pageOf(test, ticket.id)}#quote`]);
    expect(await read(ticket)).toMatchObject({ status: 'approved', version: ticket.version + 1 });
    const after = await open(test, pageOf(test, ticket.id));
    expect(after.body).toContain('You approved this quote');
    expect(after.body).not.toContain('decision=approve');
    expect(after.body).toContain('Total you pay');
  });

  it('is declined with a wish for the device', async () => {
    const ticket = await quoted(test, newSerial());
    const answer = await post(ticket, { ...(await confirming(ticket, 'decline')), wish: 'disposal' });
    expect(answer.statusCode).toBe(303);
    expect(await read(ticket)).toMatchObject({ status: 'ready', quote: { status: 'declined', wish: 'disposal' } });
    const { body } = await open(test, pageOf(test, ticket.id));
    expect(body).toContain('The device is to be disposed of.');
    // What it would have cost is no bill; what a no costs is said.
    expect(body).not.toContain('Total you pay');
    expect(body).toContain('Total of this quote');
    expect(body).toContain('The diagnosis fee of CN¥50.00 is due.');
  });

  it('whose repair was given up says what is charged instead', async () => {
    const ticket = await quoted(test, newSerial());
    await post(ticket, await confirming(ticket, 'approve'));
    const abandon = { why: 'Water reached the board.', evidence: 'Photos', charge: 3_000 };
    await move(test, { ...ticket, version: ticket.version + 1 }, 'repair.abandon', abandon);
    const { body } = await open(test, pageOf(test, ticket.id));
    expect(body).not.toContain('Total you pay');
    expect(body).toContain('Your device could not be repaired. CN¥30.00 is due for the work until then.');
  });

  it('sent twice is decided once', async () => {
    const ticket = await quoted(test, newSerial());
    const fields = await confirming(ticket, 'approve');
    const both = await Promise.all([post(ticket, fields), post(ticket, fields)]);
    expect(both.map(({ statusCode }) => statusCode)).toEqual([303, 303]);
    expect(await read(ticket)).toMatchObject({ status: 'approved', version: ticket.version + 1 });
  });

  it('is not decided by whatever follows links', async () => {
    const ticket = await quoted(test, newSerial());
    const link = pageOf(test, ticket.id);
    const addresses = [
      link,
      `${link}/quote`,
      `${link}/quote?decision=approve`,
      `${link}/quote?decision=decline`,
      `${link}/quote?decision=x&amount=1`,
    ];
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT'] as const)
      for (const url of addresses) await test.app.inject({ method, url, headers: { 'user-agent': 'MailScanner/1.0' } });
    expect(await read(ticket)).toMatchObject({ status: 'quoted', version: ticket.version });
  });
});

describe('what cannot be decided has a page of its own', () => {
  it.each([
    ['en', 'This quote was decided already', 'Declined on'],
    ['zh-CN', '此报价已有决定', '拒绝时间'],
  ])('the other decision before this one, in %s', async (language, heading, words) => {
    const ticket = await quoted(test, newSerial());
    const fields = await confirming(ticket, 'approve');
    await post(ticket, await confirming(ticket, 'decline'));
    const answer = await post(ticket, fields, { 'accept-language': language });
    expect([answer.statusCode, headingOf(answer.body)]).toEqual([409, heading]);
    expect(answer.body).toContain(words);
    const asked = await open(test, `${pageOf(test, ticket.id)}/quote?decision=approve`);
    expect([asked.statusCode, headingOf(asked.body)]).toEqual([409, 'This quote was decided already']);
  });

  it('at the hour of the service center, as on the page of the repair, where the brand is elsewhere', async () => {
    const ticket = await quoted(test, newSerial());
    const fields = await confirming(ticket, 'approve');
    now = new Date('2026-11-22T05:00:00.000Z');
    await test.owner.updateTable('brands').set({ time_zone: 'America/Los_Angeles' }).where('brand_id', '=', test.brandId).execute();
    await post(ticket, await confirming(ticket, 'decline'));
    const pages = [
      await post(ticket, fields),
      await open(test, `${pageOf(test, ticket.id)}/quote?decision=approve`),
      await open(test, pageOf(test, ticket.id)),
    ];
    await test.owner.updateTable('brands').set({ time_zone: 'Asia/Shanghai' }).where('brand_id', '=', test.brandId).execute();
    for (const { body } of pages) expect(body).toContain('November 22, 2026 at 1:00');
  });

  it('a quote that has run out', async () => {
    const ticket = await quoted(test, newSerial());
    const fields = await confirming(ticket, 'approve');
    now = new Date(now.getTime() + 31 * DAY_MS);
    const answer = await post(ticket, fields);
    expect([answer.statusCode, headingOf(answer.body)]).toEqual([409, 'This quote is no longer valid']);
    expect(headingOf((await open(test, `${pageOf(test, ticket.id)}/quote?decision=approve`)).body)).toBe('This quote is no longer valid');
  });

  it.each([
    ['en', 'cannot be approved any more', 'Total you pay', 'Prism'],
    ['zh-CN', '不能再按此报价维修', '您应付合计', 'Prism'],
  ])('a quote that has run out is declined all the same, and asks for nothing, in %s', async (locale, words, total, center) => {
    const ticket = await quoted(test, newSerial());
    now = new Date(now.getTime() + 31 * DAY_MS);
    const page = await open(test, `${pageOf(test, ticket.id)}?lang=${locale}`);
    expect(page.body).toContain(words);
    expect(page.body).toContain('decision=decline');
    expect(page.body.slice(0, page.body.indexOf('class="columns"'))).toContain(center);
    const confirm = await open(test, `${pageOf(test, ticket.id)}/quote?decision=decline&lang=${locale}`);
    for (const { body } of [page, confirm]) {
      expect(body).not.toContain('decision=approve');
      expect(body).not.toContain(total);
    }
    expect((await post(ticket, hiddenOf(confirm.body))).statusCode).toBe(303);
    expect(await read(ticket)).toMatchObject({ status: 'ready', quote: { status: 'declined' } });
  });

  it('a quote that was replaced', async () => {
    const ticket = await quoted(test, newSerial());
    const fields = await confirming(ticket, 'approve');
    const offer = {
      currency: 'CNY',
      lines: [{ kind: 'part', text: 'More', quantity: 1, unitPrice: 60_000 }],
      diagnosisFee: 5_000,
      validDays: 30,
      promisedDays: 3,
    };
    await move(test, ticket, 'quote.supersede', { offer });
    const answer = await post(ticket, fields);
    expect([answer.statusCode, headingOf(answer.body)]).toEqual([409, 'There is a newer quote']);
    expect((await confirming(ticket, 'approve'))['amount']).toBe('60000');
  });

  it('another amount, another quote, a form that is none, a form from elsewhere', async () => {
    const ticket = await quoted(test, newSerial());
    const other = await quoted(test, newSerial());
    const fields = await confirming(ticket, 'approve');
    const heading = async (more: Record<string, string>, headers: Record<string, string> = {}): Promise<unknown> => {
      const answer = await post(ticket, { ...fields, ...more }, headers);
      return [answer.statusCode, headingOf(answer.body)];
    };
    expect(await heading({ amount: '48101' })).toEqual([409, 'The amount is not the one of the quote']);
    expect(await heading({ quoteId: other.quote?.id ?? '' })).toEqual([409, 'This quote does not belong to your repair']);
    expect(await heading({ decision: 'maybe' })).toEqual([400, 'That could not be read']);
    expect(await heading({ amount: '' })).toEqual([400, 'That could not be read']);
    expect(await heading({}, { 'sec-fetch-site': 'cross-site' })).toEqual([403, 'Please decide on our own page']);
    expect(await heading({}, { origin: 'https://evil.example' })).toEqual([403, 'Please decide on our own page']);
    expect(await read(ticket)).toMatchObject({ status: 'quoted', version: ticket.version });
  });
});
