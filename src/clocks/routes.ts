// The API of clocks.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { read } from '#access/perform.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import { TicketClocks } from './clock-view.ts';
import { readClocks } from './read-clocks.ts';

/** Clocks of tickets. */
export const clockRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  app.route({
    method: 'GET',
    url: '/v1/tickets/:ticketId/clocks',
    config: { access: { scope: 'tickets:read' } },
    schema: {
      operationId: 'getTicketClocks',
      tags: ['Tickets'],
      summary: 'Read the clocks of a ticket',
      description:
        'How long everything may take, how much has passed, whose time stood still; and the flags of the law of its jurisdiction with their evidence. A flag decides nothing by itself.',
      params: z.strictObject({ ticketId: id('ticket') }),
      response: { 200: TicketClocks, ...problemResponses(400, 401, 403, 404) },
    },
    handler: (request) => read(services, request, (deed) => readClocks(deed, request.params.ticketId)),
  });
};
