// Deciding about a quote by link: what was shown is what is stored, the first decision stands, and a GET never decides.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '#platform/log.ts';
import type { TicketEvent, TicketView } from '#tickets/ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { move, newSerial, quoted } from './asking.ts';
import { decide, postBy, readBy, secretOf } from './by-link.ts';

const DAY_MS = 86_400_000;
const lines: string[] = [];
let now: Date;
let test: TestApp;

beforeAll(async () => {
  const log = createLog('test', 'trace', { write: (line) => void lines.push(line) });
  test = await startApp({}, { log, clock: { now: () => now } });
});
afterAll(() => test?.close());
beforeEach(() => void (now = new Date()));

const read = async (ticket: TicketView): Promise<TicketView> =>
  (await test.call(test.keys.center, { url: `/v1/tickets/${ticket.id}` })).json<TicketView>();
const history = async (ticket: TicketView): Promise<TicketEvent[]> =>
  (await test.call(test.keys.center, { url: `/v1/tickets/${ticket.id}/history` })).json<{ data: TicketEvent[] }>().data;
const ofCustomer = async (ticket: TicketView): Promise<string[]> =>
  (await history(ticket)).filter(({ actor }) => actor.kind === 'customer').map(({ action }) => action);

describe('a decision', () => {
  it('to approve is recorded with what was shown, how and in which language', async () => {
    const ticket = await quoted(test, newSerial());
    const answer = await decide(test, ticket, 'approve');
    const decision = { decision: 'approve', decidedAt: now.toISOString(), by: 'customer', wish: null };
    expect([answer.statusCode, answer.json()]).toEqual([200, { ...decision, alreadyDecided: false }]);
    expect(await read(ticket)).toMatchObject({ status: 'approved', version: ticket.version + 1 });
    const step = (await history(ticket)).at(-1);
    expect(step).toMatchObject({
      action: 'quote.approve',
      actor: { kind: 'customer' },
      data: {
        amountShown: { amount: 48_100, currency: 'CNY' },
        consent: {
          method: 'link',
          textVersion: 'quote-1',
          locale: 'en',
          givenAt: now.toISOString(),
          evidence: expect.stringMatching(/^network:[0-9a-f]{16}$/) as string,
        },
      },
    });
    expect(JSON.stringify(step)).not.toContain('127.0.0');
    const view = (await readBy(test, secretOf(test, ticket.id))).json<{ quote: object; status: string }>();
    expect(view).toMatchObject({ status: 'approved', quote: { status: 'approved', decision } });
  });

  it('to decline keeps what the customer wishes for the device', async () => {
    const wishes = [
      [undefined, 'return'],
      ['disposal', 'disposal'],
    ] as const;
    for (const [wish, kept] of wishes) {
      const ticket = await quoted(test, newSerial());
      const answer = await decide(test, ticket, 'decline', wish === undefined ? {} : { wish });
      expect(answer.json()).toMatchObject({ decision: 'decline', by: 'customer', wish: kept, alreadyDecided: false });
      expect(await read(ticket)).toMatchObject({ status: 'ready', outcome: 'returned_unrepaired' });
    }
  });

  it('made twice is the first one, whether the customer or the center recorded it', async () => {
    const own = await quoted(test, newSerial());
    const first = (await decide(test, own, 'approve')).json<object>();
    now = new Date(now.getTime() + 60_000);
    const again = await decide(test, own, 'approve');
    expect([again.statusCode, again.json()]).toEqual([200, { ...first, alreadyDecided: true }]);
    expect(await ofCustomer(own)).toEqual(['quote.approve']);

    const centers = await quoted(test, newSerial());
    const consent = { method: 'in_person', takenBy: 'Lin', givenAt: now.toISOString(), textVersion: 'quote-1', locale: 'en' };
    await move(test, centers, 'quote.decline', { quoteId: centers.quote?.id, consent });
    expect((await decide(test, centers, 'decline')).json()).toMatchObject({ decision: 'decline', by: 'center', alreadyDecided: true });
    expect(await ofCustomer(centers)).toEqual([]);
  });

  it('against the recorded one is refused with what is recorded', async () => {
    const ticket = await quoted(test, newSerial());
    await decide(test, ticket, 'decline');
    const answer = await decide(test, ticket, 'approve');
    const decision = { decision: 'decline', decidedAt: now.toISOString(), by: 'customer' };
    expect([answer.statusCode, answer.json()]).toMatchObject([409, { code: 'transition_refused', refusal: 'quote_decided', decision }]);
    expect(answer.json<{ detail: string }>().detail).toContain('was declined on');
    expect(await read(ticket)).toMatchObject({ status: 'ready', quote: { status: 'declined' } });
  });

  it('is refused for another amount, currency, quote, or after expiry; and nothing has changed', async () => {
    const ticket = await quoted(test, newSerial());
    const other = await quoted(test, newSerial());
    const before = JSON.stringify(await read(ticket));
    const refusal = async (decision: 'approve' | 'decline', more: object): Promise<unknown> => {
      const answer = await decide(test, ticket, decision, more);
      return [answer.statusCode, answer.json<{ refusal: string }>().refusal];
    };
    for (const decision of ['approve', 'decline'] as const) {
      expect(await refusal(decision, { amountShown: { amount: 48_101, currency: 'CNY' } })).toEqual([409, 'amount_differs']);
      expect(await refusal(decision, { amountShown: { amount: 48_100, currency: 'USD' } })).toEqual([409, 'amount_differs']);
      expect(await refusal(decision, { quoteId: other.quote?.id })).toEqual([409, 'quote_unknown']);
    }
    now = new Date(now.getTime() + 31 * DAY_MS);
    expect(await refusal('approve', {})).toEqual([409, 'quote_expired']);
    expect(JSON.stringify(await read(ticket))).toBe(before);
  });

  it('is about the newest version alone', async () => {
    const ticket = await quoted(test, newSerial());
    const offer = {
      currency: 'CNY',
      lines: [{ kind: 'part', text: 'CanaryPart', quantity: 1, unitPrice: 48_100 }],
      diagnosisFee: 0,
      validDays: 30,
      promisedDays: 5,
    };
    const changed = await move(test, ticket, 'quote.supersede', { offer });
    const old = await decide(test, ticket, 'approve');
    expect([old.statusCode, old.json()]).toMatchObject([409, { refusal: 'quote_superseded' }]);
    expect((await decide(test, changed, 'approve')).json()).toMatchObject({ decision: 'approve', alreadyDecided: false });
  });

  it('that does not fit its schema is refused', async () => {
    const ticket = await quoted(test, newSerial());
    const bad = [
      { decision: 'maybe' },
      { wish: 'disposal' },
      { textVersion: '' },
      { locale: 'fr' },
      { amountShown: 48_100 },
      { more: 1 },
      { quoteId: 'x' },
    ];
    for (const more of bad) expect([more, (await decide(test, ticket, 'approve', more)).statusCode]).toEqual([more, 400]);
    expect(await read(ticket)).toMatchObject({ status: 'quoted' });
  });
});

describe('at the same time', () => {
  it('one of two opposite decisions wins, and both are told which', async () => {
    for (let round = 0; round < 8; round += 1) {
      const ticket = await quoted(test, newSerial());
      const answers = await Promise.all([decide(test, ticket, 'approve'), decide(test, ticket, 'decline')]);
      const winner = answers.find(({ statusCode }) => statusCode === 200)?.json<{ decision: string }>();
      const loser = answers.find(({ statusCode }) => statusCode === 409)?.json<{ refusal: string; decision: object }>();
      expect(loser).toMatchObject({ refusal: 'quote_decided', decision: { decision: winner?.decision } });
      expect(await ofCustomer(ticket)).toEqual([winner?.decision === 'approve' ? 'quote.approve' : 'quote.decline']);
    }
  });

  it('one of six equal decisions is recorded, and all are told so', async () => {
    const ticket = await quoted(test, newSerial());
    const answers = await Promise.all(Array.from({ length: 6 }, () => decide(test, ticket, 'approve')));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(answers.map(() => 200));
    expect(answers.filter((answer) => !answer.json<{ alreadyDecided: boolean }>().alreadyDecided)).toHaveLength(1);
    expect(await ofCustomer(ticket)).toEqual(['quote.approve']);
  });

  it('a new version and a yes to the old one never both hold', async () => {
    for (let round = 0; round < 6; round += 1) {
      const ticket = await quoted(test, newSerial());
      const offer = {
        currency: 'CNY',
        lines: [{ kind: 'labor', text: 'More work', quantity: 1, unitPrice: 60_000 }],
        diagnosisFee: 0,
        validDays: 30,
        promisedDays: 5,
      };
      const superseding = test.call(test.keys.center, {
        method: 'POST',
        url: `/v1/tickets/${ticket.id}/transitions`,
        headers: { 'if-match': `"v${ticket.version}"` },
        payload: { action: 'quote.supersede', input: { offer } },
      });
      const [changed, said] = await Promise.all([superseding, decide(test, ticket, 'approve')]);
      const outcome = [changed.statusCode, said.statusCode, (await read(ticket)).status];
      expect([
        [200, 409, 'quoted'],
        [412, 200, 'approved'],
      ]).toContainEqual(outcome);
    }
  });
});

it('a scanner that opens everything decides nothing', async () => {
  const ticket = await quoted(test, newSerial());
  const secret = secretOf(test, ticket.id);
  const authorization = `Bearer ${secret}`;
  const query = `?quoteId=${ticket.quote?.id}&decision=approve`;
  const urls = ['ticket', `ticket${query}`, 'quote-decision', `quote-decision${query}`, 'actions', 're-repairs'].map((path) => `/v1/link/${path}`);
  urls.push(`/t/${secret}`, `/t/${secret}${query}`);
  for (const url of urls) {
    for (const method of ['GET', 'HEAD', 'OPTIONS'] as const) {
      const answer = await test.app.inject({ method, url, headers: { authorization } });
      expect([url, method, answer.statusCode]).toEqual([url, method, expect.toSatisfy((status: number) => status < 500) as number]);
    }
  }
  expect(await read(ticket)).toMatchObject({ status: 'quoted', version: ticket.version });
});

it('no decision leaves the secret in the log', async () => {
  lines.length = 0;
  const ticket = await quoted(test, newSerial());
  const secret = secretOf(test, ticket.id);
  await decide(test, ticket, 'approve', { amountShown: { amount: 1, currency: 'CNY' } });
  await decide(test, ticket, 'approve');
  await postBy(test, secret, 'quote-decision', { secret });
  await postBy(test, secret, 'actions', { action: secret });
  await postBy(test, secret, secret, {});
  const text = lines.join('\n');
  expect(text).toContain('/v1/link/quote-decision');
  expect(text).not.toContain(secret.slice(4));
  expect(text).not.toContain('dropped');
});
