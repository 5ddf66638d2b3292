// What the suites about the link share: the secret of a ticket's link, and calls with it as a form sends them.
import type { LightMyRequestResponse } from 'fastify';
import { linkToken } from '#lookup/link.ts';
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
