// Nobody reads that there is something to pay where there is not: after a no, after a warranty has taken the repair over, where it was given up.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LinkedTicket } from '#lookup/link-ticket.ts';
import type { OwnerProgress } from '#lookup/progress.ts';
import type { TicketView } from '#tickets/ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { commands } from '../../support/facts.ts';
import { move, newSerial, prove, quoted } from './asking.ts';
import { decide, readBy, secretOf } from './by-link.ts';

let now = new Date();
let test: TestApp;
beforeAll(async () => {
  test = await startApp({}, { clock: { now: () => now } });
});
afterAll(() => test.close());

/** What the owner reads, by proof and by link. */
async function toPay(serial: string, { id, code }: TicketView): Promise<unknown[]> {
  const proved = (await prove(test, serial, { ticketCode: code })).json<OwnerProgress>();
  const linked = (await readBy(test, secretOf(test, id))).json<Pick<OwnerProgress, 'quoteTotal'>>();
  return [proved.quoteTotal, linked.quoteTotal];
}

const total = { amount: 48_100, currency: 'CNY' };
const both = (of: unknown): unknown[] => [of, of];

describe('what is to be paid', () => {
  it('is the total while the quote lies with the customer, and nothing once it is declined', async () => {
    const serial = newSerial();
    const ticket = await quoted(test, serial);
    expect(await toPay(serial, ticket)).toEqual(both(total));
    await decide(test, ticket, 'decline');
    expect(await toPay(serial, ticket)).toEqual(both(null));
  });

  it('is the total of what was approved, and nothing once a warranty takes it over', async () => {
    const serial = newSerial();
    const ticket = await quoted(test, serial);
    await decide(test, ticket, 'approve');
    expect(await toPay(serial, ticket)).toEqual(both(total));
    let at = await move(test, { ...ticket, version: ticket.version + 1 }, 'repair.start', commands['repair.start']);
    at = await move(test, at, 'diagnosis.reopen', {});
    await move(test, at, 'coverage.accept', commands['coverage.accept']);
    expect(await toPay(serial, ticket)).toEqual(both(null));
  });

  it('is nothing where the repair was given up', async () => {
    const serial = newSerial();
    const ticket = await quoted(test, serial);
    await decide(test, ticket, 'approve');
    await move(test, { ...ticket, version: ticket.version + 1 }, 'repair.abandon', commands['repair.abandon']);
    expect(await toPay(serial, ticket)).toEqual(both(null));
  });

  it('is nothing once the quote has run out, and what the customer may do is to decline', async () => {
    const serial = newSerial();
    const ticket = await quoted(test, serial);
    const actions = async (): Promise<string[]> => (await readBy(test, secretOf(test, ticket.id))).json<LinkedTicket>().allowedActions;
    expect(await actions()).toEqual(['quote.approve', 'quote.decline', 'ticket.cancel', 'disposal.consent']);
    now = new Date(now.getTime() + 31 * 86_400_000);
    expect(await toPay(serial, ticket)).toEqual(both(null));
    expect(await actions()).toEqual(['quote.decline', 'ticket.cancel', 'disposal.consent']);
    const owner = (await prove(test, serial, { ticketCode: ticket.code }, { locale: 'en' })).json<OwnerProgress>();
    expect(owner).toMatchObject({ status: 'quoted', mustAct: true, nextStep: { who: 'you', text: expect.stringContaining('or decline') } });
    expect((await decide(test, ticket, 'approve')).json()).toMatchObject({ refusal: 'quote_expired' });
    expect((await decide(test, ticket, 'decline')).statusCode).toBe(200);
  });
});
