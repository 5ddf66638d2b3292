// What the suites about the link share: the secret of a ticket's link, and calls with it as a form sends them.
import type { LightMyRequestResponse } from 'fastify';
import { linkToken } from '#lookup/link.ts';
import type { TicketView } from '#tickets/ticket.ts';
import type { TestApp } from '../../support/app.ts';

/** The secret that the messages of this ticket carry. */
export const secretOf = (test: TestApp, ticketId: string, generation = 1): string => linkToken(test.services.seal, { ticketId, generation });

/** Reads by link; no header beside the secret. */
export const readBy = (test: TestApp, secret: string | null, query = '', headers: Record<string, string> = {}): Promise<LightMyRequestResponse> =>
  test.app.inject({
    method: 'GET',
    url: `/v1/link/ticket${query}`,
    headers: { ...(secret === null ? {} : { authorization: `Bearer ${secret}` }), ...headers },
  });

/** Posts as a form does: no header beside the secret. */
export const postBy = (test: TestApp, secret: string, path: string, payload: object): Promise<LightMyRequestResponse> =>
  test.app.inject({ method: 'POST', url: `/v1/link/${path}`, headers: { authorization: `Bearer ${secret}` }, payload });

/** Says yes or no to the ticket's quote as it was shown; `more` is what is different about it. */
export function decide(test: TestApp, ticket: TicketView, decision: 'approve' | 'decline', more: object = {}): Promise<LightMyRequestResponse> {
  const { quote } = ticket;
  if (quote === null) throw new Error('the ticket has no quote');
  const asked = { quoteId: quote.id, decision, amountShown: quote.total, textVersion: 'quote-1', locale: 'en', ...more };
  return postBy(test, secretOf(test, ticket.id), 'quote-decision', asked);
}
