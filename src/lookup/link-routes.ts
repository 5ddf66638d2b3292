// The customer's side of a ticket over HTTP, by the secret of the link: read it, decide about it. A GET never decides.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { perform, read } from '#access/perform.ts';
import { preferredLocale } from '#platform/http/accept.ts';
import { createLimiter } from '#platform/http/limiter.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id, Locale } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import { LinkedTicket, NewLink } from './link-ticket.ts';
import { readLinked, renewLink } from './use-link.ts';

const tags = ['Customer'];
const localeQuery = z.strictObject({ locale: Locale.optional().meta({ description: 'Overrides Accept-Language.' }) });

/** Calls with one link; far more than a person makes. */
const perLink = { name: 'link', points: 60, seconds: 60 } as const;

/** Tier 2 of the lookup. */
export const linkRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  const limit = createLimiter(services, perLink);

  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'cache-control': 'private, no-store', 'x-robots-tag': 'noindex', vary: 'Authorization, Accept-Language' });
    const ticketId = request.actor?.ticketId;
    if (ticketId !== undefined) reply.headers(await limit.consume(ticketId));
  });

  app.route({
    method: 'GET',
    url: '/v1/link/ticket',
    config: { access: 'link' },
    schema: {
      operationId: 'readLinkedTicket',
      tags,
      summary: 'Read the repair behind a link',
      description:
        'Tier 2: everything a proof shows, the quote with its lines, every day that was promised, the parcels with their whole waybills, and what may be decided now. Reading decides nothing, however often it is done.',
      querystring: localeQuery,
      response: { 200: LinkedTicket, ...problemResponses(400, 401) },
    },
    handler: async (request, reply) => {
      const locale = request.query.locale ?? preferredLocale(request.headers['accept-language']);
      reply.header('content-language', locale);
      return read(services, request, (deed) => readLinked(deed, locale));
    },
  });

  app.route({
    method: 'POST',
    url: '/v1/tickets/:ticketId/link',
    config: { access: { scope: 'tickets:write', kinds: ['center', 'brand'] } },
    schema: {
      operationId: 'renewLink',
      tags,
      summary: "Make a ticket's link anew",
      description:
        'For a link that came into other hands: the old one ends at once, later messages carry the new one. The answer is the only place that shows it to a key.',
      params: z.strictObject({ ticketId: id('ticket') }),
      response: { 201: NewLink, ...problemResponses(400, 401, 403, 404, 409, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({
        status: 201,
        secret: true,
        body: await renewLink(deed, services.config.PUBLIC_URL, request.params.ticketId),
      })),
  });
};
