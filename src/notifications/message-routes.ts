// The API of messages: what a customer would read.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { read } from '#access/perform.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import { MessageParam, MessagePreview, PreviewQuery, previewMessage } from './preview.ts';

/** Previews of messages. */
export const messageRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  app.route({
    method: 'GET',
    url: '/v1/tickets/:ticketId/messages/:message/preview',
    config: { access: { scope: 'tickets:read', kinds: ['center', 'brand', 'admin'] } },
    schema: {
      operationId: 'previewMessage',
      tags: ['Deliveries'],
      summary: 'See a message without sending it',
      description:
        "Any message of the catalog for this ticket as it stands now, in either language, with the brand's own words where they count. Nothing is sent or kept, and the customer's link stands there without its secret.",
      params: z.strictObject({ ticketId: id('ticket'), message: MessageParam }),
      querystring: PreviewQuery,
      response: { 200: MessagePreview, ...problemResponses(400, 401, 403, 404) },
    },
    handler: (request) =>
      read(services, request, (deed) =>
        previewMessage(deed, request.params.ticketId, request.params.message, request.query, services.config.PUBLIC_URL),
      ),
  });
};
