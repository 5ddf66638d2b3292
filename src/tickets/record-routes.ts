// The API of what is kept with a ticket: the repair record, and the versions of its quote.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { read } from '#access/perform.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id } from '#platform/schema.ts';
import { QuoteView } from '#quotes/quote.ts';
import type { Services } from '#services.ts';
import { readQuotes } from './find-tickets.ts';
import { readRecord } from './read-record.ts';
import { RepairRecord } from './record.ts';
import { MOST } from './ticket.ts';

const tags = ['Tickets'];
const params = z.strictObject({ ticketId: id('ticket') });
const access = { scope: 'tickets:read', kinds: ['center', 'brand'] } as const;

/** The record and the quotes of a ticket. */
export const recordRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  app.route({
    method: 'GET',
    url: '/v1/tickets/:ticketId/record',
    config: { access },
    schema: {
      operationId: 'readRecord',
      tags,
      summary: 'Read the repair record',
      description: 'Intake, diagnoses, work and final tests, as they were written down. Oldest first, never changed afterwards.',
      params,
      response: { 200: RepairRecord, ...problemResponses(400, 401, 403, 404) },
    },
    handler: (request) => read(services, request, (deed) => readRecord(deed, request.params.ticketId)),
  });

  app.route({
    method: 'GET',
    url: '/v1/tickets/:ticketId/quotes',
    config: { access },
    schema: {
      operationId: 'readQuotes',
      tags,
      summary: 'Read every version of the quote',
      description:
        'Oldest first, the draft among them; the newest 1,000, where there are more. An approval stays with its version, whatever came later.',
      params,
      response: {
        200: z.strictObject({ data: z.array(QuoteView).max(MOST.quotes) }).meta({ id: 'QuoteVersions' }),
        ...problemResponses(400, 401, 403, 404),
      },
    },
    handler: (request) => read(services, request, async (deed) => ({ data: await readQuotes(deed, request.params.ticketId) })),
  });
};
