// The API of a ticket's customer.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { perform } from '#access/perform.ts';
import { ContactChange } from '#contacts/contact.ts';
import { etagOf } from '#platform/http/etag.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import { correctContact } from './correct-contact.ts';
import { TicketView } from './ticket.ts';

/** The contact of a ticket. */
export const ticketContactRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  app.route({
    method: 'PATCH',
    url: '/v1/tickets/:ticketId/contact',
    config: { access: { scope: 'tickets:write', kinds: ['center', 'brand'] } },
    schema: {
      operationId: 'correctContact',
      tags: ['Tickets'],
      summary: 'Correct the contact of a ticket',
      description:
        'Only what is sent changes; null takes it away. Where an address changes, the old and the new one are told, and the link that was sent to the old one ends. What is still due goes to the new one.',
      params: z.strictObject({ ticketId: id('ticket') }),
      body: ContactChange,
      response: { 200: TicketView, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => {
        const ticket = await correctContact(deed, request.params.ticketId, request.body);
        return { status: 200, body: ticket, headers: { etag: etagOf(ticket.version) } };
      }),
  });
};
