// Receipts and quotes over HTTP: by key and by link, as HTML and PDF, in two languages, and what is refused.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkToken } from '#lookup/link.ts';
import type { TicketView } from '#tickets/ticket.ts';
import { advanced, aTicket, bodies } from '../../support/a-ticket.ts';
import { startApp, type TestApp, unique } from '../../support/app.ts';
import { checks } from '../../support/checks.ts';
import { pagesOf } from '../../support/document-pages.ts';
import { textOfHtml } from '../../support/document-texts.ts';

let test: TestApp;
let serial: string;
let ticket: TicketView;

const receipt = (id: string = ticket.id): string => `/v1/tickets/${id}/documents/intake-receipt`;
const quoteUrl = (): string => `/v1/tickets/${ticket.id}/documents/quotes/${ticket.quote?.id ?? ''}`;
const get = (url: string, headers: Record<string, string> = {}, key: string = test.keys.center) => test.call(key, { url, headers });

beforeAll(async () => {
  test = await startApp({ PUBLIC_URL: 'https://repair.example' });
  const opened = await aTicket(test, { faultReported: 'Does not charge <b>at all</b>' });
  serial = opened.device.identifiers[0]?.value ?? '';
  const received = await advanced(test, opened, bodies.receive(serial));
  ticket = await advanced(test, await advanced(test, received, bodies.diagnose), bodies.quote);
});
afterAll(() => test?.close());

describe('the receipt', () => {
  it('is HTML in the customer’s language, closed to scripts, frames and robots', async () => {
    const answer = await get(receipt());
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-language': 'en',
      'content-disposition': `inline; filename="receipt-${ticket.code}.html"`,
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'; style-src 'sha256-"),
    });
    const text = textOfHtml(answer.body);
    for (const said of [ticket.code, serial, 'Prism Shanghai', '+864000000000', 'Does not charge <b>at all</b>', 'charger', 'Chen', 'Wang Fang']) {
      expect(text).toContain(said);
    }
    expect(text).toContain('https://repair.example');
    expect(answer.body).not.toContain('<b>at all');
  });

  it('is PDF where Accept or the parameter says so, with the same words', async () => {
    const byHeader = await get(receipt(), { accept: 'application/pdf' });
    const byParameter = await get(`${receipt()}?format=pdf`, { accept: 'text/html' });
    for (const answer of [byHeader, byParameter]) {
      expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/pdf']);
      expect(Number(answer.headers['content-length'])).toBe(answer.rawPayload.length);
      expect((await pagesOf(answer.rawPayload)).join('')).toContain(serial);
    }
  });

  it('speaks the language that is asked for', async () => {
    const answer = await get(`${receipt()}?locale=zh-CN`);
    expect(answer.headers['content-language']).toBe('zh-CN');
    expect(answer.body).toContain('<html lang="zh-CN">');
    expect(answer.body).toContain('收件凭证');
  });

  it('names the device that was handed in, also after another unit has taken its place', async () => {
    const opened = await aTicket(test);
    const own = opened.device.identifiers[0]?.value ?? '';
    const swap = { serial: unique('UNIT'), kind: 'refurbished', warranty: 'restart', why: 'Board' } as const;
    const pass = { action: 'qc.pass', input: { checks: checks.laptop, inspector: 'Sun', outcome: 'replaced', swap } } as const;
    const steps = [bodies.receive(own), bodies.diagnose, bodies.cover, bodies.startRepair, bodies.finishRepair, pass];
    let at = opened;
    for (const step of steps) at = await advanced(test, at, step);
    expect(at.device.identifiers.map(({ value }) => value)).toContain(swap.serial);
    const text = textOfHtml((await get(receipt(opened.id))).body);
    expect([text.includes(own), text.includes(swap.serial)]).toEqual([true, false]);
  });

  it('does not exist before the device was received', async () => {
    const opened = await aTicket(test);
    const answer = await get(receipt(opened.id));
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([404, 'not_found']);
    expect(answer.body).toContain('has not been received yet');
  });

  it('is refused in any other form, language or to a courier', async () => {
    expect((await get(receipt(), { accept: 'application/json' })).json()).toMatchObject({ status: 406, code: 'not_acceptable' });
    expect((await get(`${receipt()}?locale=fr`)).statusCode).toBe(400);
    expect((await get(`${receipt()}?format=docx`)).statusCode).toBe(400);
    expect((await get(receipt(), {}, test.keys.courier)).statusCode).toBe(403);
  });
});

describe('the quote', () => {
  it('shows the stored amounts, and what became of it', async () => {
    const open = textOfHtml((await get(quoteUrl())).body);
    for (const said of ['Battery, original', '399.00', 'CN¥490.00', 'The diagnosis fee of CN¥50.00 is due.', 'Please tell us yes or no'])
      expect(open).toContain(said);
    ticket = await advanced(test, ticket, bodies.approve(ticket.quote?.id ?? '', 49_000));
    const decided = textOfHtml((await get(quoteUrl())).body);
    expect(decided).toContain('Approved on');
    expect(decided).toContain('in person');
    expect(decided).not.toContain('Please tell us yes or no');
    const [first = ''] = await pagesOf((await get(`${quoteUrl()}?format=pdf&locale=zh-CN`)).rawPayload);
    expect(first).toContain('维修报价单');
    expect(first).toContain('¥490.00');
  });

  it('that costs more than what was approved shows what changed and why; the approval stays on the paper of the old one', async () => {
    const old = quoteUrl();
    const repairing = await advanced(test, ticket, bodies.startRepair);
    const { lines, ...terms } = bodies.quote.input.offer;
    const offer = { ...terms, lines: [...lines, { kind: 'part' as const, text: 'Charging port', quantity: 1, unitPrice: 20_000, tax: 2_600 }] };
    ticket = await advanced(test, repairing, { action: 'quote.revise', input: { offer, why: 'The charging port is broken too.' } });
    const revised = textOfHtml((await get(quoteUrl())).body).replaceAll(/\s+/g, ' ');
    expect(revised).toContain('What changed from version 1 to version 2');
    expect(revised).toContain('Part: Charging port – 226.00 226.00');
    expect(revised).toContain('Why it costs more The charging port is broken too.');
    expect(revised).toContain('CN¥716.00');
    expect(textOfHtml((await get(old)).body)).toMatch(/Approved on .*, Superseded by version 2/);
  });

  it('is the European form where it was offered as one', async () => {
    const opened = await aTicket(test, { jurisdiction: 'EU' });
    const received = await advanced(test, opened, bodies.receive(opened.device.identifiers[0]?.value ?? ''));
    const offer = { ...bodies.quote.input.offer, lines: [...bodies.quote.input.offer.lines], form: 'eu_erif' as const };
    const quoted = await advanced(test, await advanced(test, received, bodies.diagnose), { action: 'quote.send', input: { offer } });
    const text = textOfHtml((await get(`/v1/tickets/${quoted.id}/documents/quotes/${quoted.quote?.id ?? ''}`)).body);
    for (const said of ['European Repair Information Form', 'Nature of the defect', 'do not change for 30 days']) expect(text).toContain(said);
  });

  it('of another ticket or of nobody is not found', async () => {
    const other = await aTicket(test);
    const answer = await get(`/v1/tickets/${other.id}/documents/quotes/${ticket.quote?.id ?? ''}`);
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([404, 'not_found']);
  });
});

describe('by the customer’s link', () => {
  const link = (ticketId: string = ticket.id): string => linkToken(test.services.seal, { ticketId, generation: 1 });

  it('both are served as they are to the center', async () => {
    const quote = `/v1/link/documents/quotes/${ticket.quote?.id ?? ''}`;
    for (const [linked, keyed] of [
      ['/v1/link/documents/intake-receipt', receipt()],
      [quote, quoteUrl()],
    ] as const) {
      const answer = await get(linked, {}, link());
      expect([answer.statusCode, answer.body]).toEqual([200, (await get(keyed)).body]);
    }
    expect((await get(`${quote}?format=pdf`, {}, link())).headers['content-type']).toBe('application/pdf');
  });

  it('shows neither a draft nor another ticket’s quote', async () => {
    const other = await aTicket(test);
    expect((await get(`/v1/link/documents/quotes/${ticket.quote?.id ?? ''}`, {}, link(other.id))).statusCode).toBe(404);
    const row = await test.owner.selectFrom('quotes').selectAll().where('ticket_id', '=', ticket.id).executeTakeFirstOrThrow();
    const id = row.id.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    const draft = { ...row, id, version: 9, status: 'draft' as const, lines: JSON.stringify(row.lines), sent_at: null, valid_until: null };
    await test.owner
      .insertInto('quotes')
      .values({ ...draft, decided_at: null, decided_by: null, consent: null })
      .execute();
    expect((await get(`/v1/link/documents/quotes/${id}`, {}, link())).statusCode).toBe(404);
    const drafted = await get(`/v1/tickets/${ticket.id}/documents/quotes/${id}`);
    expect(textOfHtml(drafted.body)).toContain('Draft, not an offer');
  });

  it('a key is no link and a link no key', async () => {
    expect((await get('/v1/link/documents/intake-receipt')).statusCode).toBe(401);
    expect((await get(receipt(), {}, link())).statusCode).toBe(401);
  });
});

it('sheds what it cannot print in time, and prints again afterwards', async () => {
  const answers = await Promise.all(Array.from({ length: 40 }, () => get(`${receipt()}?format=pdf`)));
  const statuses = answers.map(({ statusCode }) => statusCode);
  expect(new Set(statuses)).toEqual(new Set([200, 503]));
  const refused = answers.find(({ statusCode }) => statusCode === 503);
  expect(refused?.json()).toMatchObject({ code: 'overloaded' });
  expect(refused?.headers['retry-after']).toBe('1');
  expect((await get(`${receipt()}?format=pdf`)).statusCode).toBe(200);
});
