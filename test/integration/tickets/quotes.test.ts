// The quote as a contract, by the API: versions, drafts, consent to exactly one amount, expiry, and what a higher price does.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QuoteOffer, QuoteView } from '#quotes/quote.ts';
import type { TicketView } from '#tickets/ticket.ts';
import type { TransitionInput } from '#tickets/transition.ts';
import { advanced, aTicket, bodies, consent, transition } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';

const { offer } = bodies.quote.input;
const costing = (unitPrice: number, more: Partial<QuoteOffer> = {}): QuoteOffer => ({
  ...offer,
  lines: [{ kind: 'part', text: 'Display', quantity: 1, unitPrice }],
  ...more,
});

let test: TestApp;
beforeAll(async () => {
  test = await startApp();
});
afterAll(() => test?.close());

async function diagnosing(more: Parameters<typeof aTicket>[1] = {}): Promise<TicketView> {
  const ticket = await aTicket(test, more);
  const received = await advanced(test, ticket, bodies.receive(ticket.device.identifiers[0]?.value ?? ''));
  return advanced(test, received, bodies.diagnose);
}
const quoted = async (sent: QuoteOffer = costing(40_000), more?: Parameters<typeof aTicket>[1]): Promise<TicketView> =>
  advanced(test, await diagnosing(more), { action: 'quote.send', input: { offer: sent } });
const yes = (ticket: TicketView, amount = ticket.quote?.total.amount ?? 0): TransitionInput => bodies.approve(ticket.quote?.id ?? '', amount);
const versions = async (ticket: TicketView): Promise<QuoteView[]> =>
  (await test.call(test.keys.center, { url: `/v1/tickets/${ticket.id}/quotes` })).json<{ data: QuoteView[] }>().data;
const refusal = async (ticket: TicketView, body: TransitionInput): Promise<string | undefined> => {
  const answer = await transition(test, ticket, body);
  expect(answer.statusCode).toBe(409);
  return answer.json<{ refusal?: string }>().refusal;
};

describe('a quote', () => {
  it('adds up quantity, tax, the share a warranty pays and discounts', async () => {
    const ticket = await quoted({
      ...offer,
      lines: [
        { kind: 'part', text: 'Display', quantity: 2, unitPrice: 33_333, tax: 4_000, partGrade: 'original', coveredPercent: 50 },
        { kind: 'labor', text: 'Fitting', quantity: 1, unitPrice: 10_001, coveredPercent: 100 },
        { kind: 'discount', text: 'Loyal customer', quantity: 1, unitPrice: 333 },
      ],
    });
    expect(ticket.quote).toMatchObject({ version: 1, status: 'sent', form: 'standard', total: { amount: 33_333 + 4_000 - 333, currency: 'CNY' } });
    expect(ticket.quote?.lines[0]).toMatchObject({ partGrade: 'original', coveredPercent: 50, tax: 4_000 });
  });

  it('is drafted, drafted again and sent as it was drafted', async () => {
    let ticket = await diagnosing();
    ticket = await advanced(test, ticket, { action: 'quote.draft', input: { offer: costing(1_000) } });
    expect(ticket).toMatchObject({ status: 'diagnosing', quote: null });
    ticket = await advanced(test, ticket, { action: 'quote.draft', input: { offer: costing(2_000) } });
    const [draft, ...others] = await versions(ticket);
    expect(others).toEqual([]);
    expect(draft).toMatchObject({ version: 1, status: 'draft', validUntil: null, sentAt: null, total: { amount: 2_000 } });
    ticket = await advanced(test, ticket, { action: 'quote.send', input: { quoteId: draft?.id ?? '' } });
    expect(ticket).toMatchObject({ status: 'quoted', quote: { id: draft?.id, version: 1, status: 'sent', total: { amount: 2_000 } } });
  });

  it('sends a draft that another version has overtaken as the newest', async () => {
    let ticket = await diagnosing();
    ticket = await advanced(test, ticket, { action: 'quote.draft', input: { offer: costing(1_000) } });
    const [draft] = await versions(ticket);
    ticket = await advanced(test, ticket, { action: 'quote.send', input: { offer: costing(3_000) } });
    ticket = await advanced(test, ticket, { action: 'quote.supersede', input: { quoteId: draft?.id ?? '' } });
    expect(ticket.quote).toMatchObject({ id: draft?.id, version: 3, status: 'sent' });
    expect((await versions(ticket)).map(({ version, status }) => [version, status])).toEqual([
      [2, 'superseded'],
      [3, 'sent'],
    ]);
  });

  it.each([
    ['without lines', { ...offer, lines: [] }],
    ['with a negative price', costing(-1)],
    ['in no currency', { ...costing(1), currency: 'yuan' }],
    ['with more than it costs covered', { ...offer, lines: [{ ...offer.lines[0], coveredPercent: 101 }] }],
  ])('%s is malformed', async (_, sent) => {
    const ticket = await diagnosing();
    const answer = await transition(test, ticket, { action: 'quote.send', input: { offer: sent as QuoteOffer } });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'validation_failed' });
  });

  it('is refused with a negative total, too short, or with a fee nobody was told of; nothing changes', async () => {
    const ticket = await diagnosing();
    const send = (sent: QuoteOffer): TransitionInput => ({ action: 'quote.send', input: { offer: sent } });
    expect(await refusal(ticket, send({ ...offer, lines: [{ kind: 'discount', text: 'All', quantity: 1, unitPrice: 1 }] }))).toBe('total_negative');
    expect(await refusal(ticket, send(costing(1, { validDays: 9 })))).toBe('validity_too_short');
    expect(await refusal(ticket, send(costing(1, { diagnosisFee: 5_001 })))).toBe('fee_not_disclosed');
    expect(await refusal(ticket, send(costing(1, { currency: 'EUR' })))).toBe('fee_not_disclosed');
    expect((await test.call(test.keys.center, { url: `/v1/tickets/${ticket.id}` })).json()).toEqual(ticket);
  });

  it('is not drafted with a sum that is no amount, and spoils no batch by it', async () => {
    const [ticket, other] = [await diagnosing(), await diagnosing()];
    const draft = (lines: QuoteOffer['lines']): TransitionInput => ({ action: 'quote.draft', input: { offer: { ...offer, lines } } });
    const free = draft([{ kind: 'discount', text: 'All', quantity: 1, unitPrice: 1 }]);
    expect(await refusal(ticket, free)).toBe('total_negative');
    expect(await refusal(ticket, draft([{ kind: 'part', text: 'Gold', quantity: 999, unitPrice: 100_000_000 }]))).toBe('total_too_large');
    const items = [
      { ticketId: ticket.id, version: ticket.version, transition: free },
      { ticketId: other.id, version: other.version, transition: draft(costing(1_000).lines) },
    ];
    const answer = await test.call(test.keys.center, { method: 'POST', url: '/v1/transitions', payload: { items } });
    expect([answer.statusCode, answer.body]).toEqual([200, expect.stringContaining('total_negative')]);
    expect((await versions(other)).map(({ status }) => status)).toEqual(['draft']);
  });
});

describe('consent', () => {
  it('is to what is stored, once, and to the newest version', async () => {
    let ticket = await quoted();
    const old = ticket.quote?.id ?? '';
    expect(await refusal(ticket, yes(ticket, 39_999))).toBe('amount_differs');
    ticket = await advanced(test, ticket, { action: 'quote.supersede', input: { offer: costing(35_000) } });
    expect(ticket.quote).toMatchObject({ version: 2, supersedes: old });
    expect(await refusal(ticket, bodies.approve(old, 40_000))).toBe('quote_superseded');
    ticket = await advanced(test, ticket, yes(ticket));
    expect(ticket).toMatchObject({ status: 'approved', quote: { status: 'approved', decidedBy: 'center' } });
    expect((await transition(test, ticket, yes(ticket))).json()).toMatchObject({ code: 'transition_not_allowed' });
    const stored = await test.owner
      .selectFrom('quotes')
      .select('consent')
      .where('id', '=', ticket.quote?.id ?? '')
      .executeTakeFirstOrThrow();
    expect(stored.consent).toEqual(consent);
  });

  it('by telephone names who called whom', async () => {
    const ticket = await quoted();
    const { phone: _, ...byPhone } = { ...consent, method: 'phone', phone: null } as const;
    const body = { action: 'quote.approve', input: { quoteId: ticket.quote?.id ?? '', amountShown: ticket.quote?.total, consent: byPhone } };
    const answer = await transition(test, ticket, body as TransitionInput);
    expect(answer.json()).toMatchObject({ code: 'validation_failed', errors: [{ pointer: '/input/consent/phoneCalled' }] });
  });

  it('cannot be claimed by a center to have come by link', async () => {
    const ticket = await quoted();
    const input = { quoteId: ticket.quote?.id ?? '', amountShown: { amount: 40_000, currency: 'CNY' }, consent: { ...consent, method: 'link' } };
    expect(await refusal(ticket, { action: 'quote.approve', input } as TransitionInput)).toBe('consent_by_link');
  });

  it('declined says what becomes of the device', async () => {
    const ticket = await quoted();
    const input = { quoteId: ticket.quote?.id ?? '', consent, wish: 'disposal' } as const;
    const declined = await advanced(test, ticket, { action: 'quote.decline', input });
    expect(declined).toMatchObject({ status: 'ready', outcome: 'returned_unrepaired', quote: { status: 'declined', wish: 'disposal' } });
    const disposed = await advanced(test, declined, { action: 'disposal.consent', input: { consent, wipeCertificate: 'W-17' } });
    expect(disposed).toMatchObject({ status: 'disposed', closedAt: disposed.updatedAt, storage: null });
  });

  it('withdrawn with the whole repair leaves no quote open', async () => {
    const ticket = await quoted();
    const input = { requestedBy: 'customer' } as const;
    const cancelled = await advanced(test, ticket, { action: 'ticket.cancel', input, reason: 'Bought a new one' });
    expect(cancelled).toMatchObject({ status: 'ready', quote: { status: 'declined' } });
  });
});

describe('a higher price', () => {
  it('stops the work and asks again; the old approval stays in the history', async () => {
    let ticket = await quoted();
    ticket = await advanced(test, ticket, yes(ticket));
    ticket = await advanced(test, ticket, bodies.startRepair);
    const revise = (price: number, more: Partial<QuoteOffer> = {}): TransitionInput => ({
      action: 'quote.revise',
      input: { offer: costing(price, more), why: 'The board is corroded as well' },
    });
    expect(await refusal(ticket, revise(40_000))).toBe('not_higher');
    expect(await refusal(ticket, revise(50_000, { currency: 'EUR', diagnosisFee: 0 }))).toBe('currency_differs');
    ticket = await advanced(test, ticket, revise(40_001));
    expect(ticket).toMatchObject({ status: 'quoted', quote: { version: 2, status: 'sent', total: { amount: 40_001 } } });
    expect((await transition(test, ticket, bodies.finishRepair)).json()).toMatchObject({ code: 'transition_not_allowed' });
    expect((await versions(ticket)).map(({ status }) => status)).toEqual(['approved', 'sent']);
    ticket = await advanced(test, ticket, yes(ticket));
    expect((await versions(ticket)).map(({ status }) => status)).toEqual(['approved', 'approved']);
    expect(await advanced(test, ticket, bodies.startRepair)).toMatchObject({ status: 'in_repair' });
  });

  it('is not possible while the European form binds', async () => {
    const eu = { jurisdiction: 'EU' } as const;
    const ticket = await quoted(costing(40_000, { form: 'eu_erif' }), eu);
    expect(await refusal(ticket, { action: 'quote.supersede', input: { offer: costing(40_001, { form: 'eu_erif' }) } })).toBe('terms_locked');
    expect(await refusal(ticket, { action: 'quote.supersede', input: { offer: costing(40_001) } })).toBe('terms_locked');
    const cheaper = await advanced(test, ticket, { action: 'quote.supersede', input: { offer: costing(39_000, { form: 'eu_erif' }) } });
    expect(cheaper.quote).toMatchObject({ version: 2, form: 'eu_erif', total: { amount: 39_000 } });
    // Nor in two steps, by a version of another form.
    const other = await advanced(test, cheaper, { action: 'quote.supersede', input: { offer: costing(39_000) } });
    expect(await refusal(other, { action: 'quote.supersede', input: { offer: costing(39_001) } })).toBe('terms_locked');
    expect(await refusal(other, { action: 'quote.supersede', input: { offer: costing(39_001, { currency: 'USD' }) } })).toBe('currency_differs');
  });

  it('is asked for anew once a European form was agreed to, also where a warranty has taken over meanwhile', async () => {
    let ticket = await quoted(costing(40_000, { form: 'eu_erif' }), { jurisdiction: 'EU' });
    for (const step of [
      yes(ticket),
      bodies.startRepair,
      { action: 'diagnosis.reopen', input: {}, reason: 'Another fault' },
      { action: 'coverage.accept', input: { basis: 'Warranty', evidence: 'Invoice' } },
    ] as TransitionInput[])
      ticket = await advanced(test, ticket, step);
    const input = { offer: costing(48_000), why: 'Liquid damage is not covered' };
    expect(await advanced(test, ticket, { action: 'quote.revise', input })).toMatchObject({ status: 'quoted', quote: { version: 2 } });
  });

  it('cannot be charged when the repair is given up', async () => {
    let ticket = await quoted();
    ticket = await advanced(test, ticket, yes(ticket));
    const abandon = (charge: number): TransitionInput => ({
      action: 'repair.abandon',
      input: { why: 'The board broke when it was opened', evidence: 'Photos', charge },
    });
    expect(await refusal(ticket, abandon(40_001))).toBe('charge_too_high');
    expect(await advanced(test, ticket, abandon(0))).toMatchObject({ status: 'ready', outcome: 'unrepairable' });
  });
});
