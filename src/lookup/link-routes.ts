// The customer's side of a ticket over HTTP, by the secret of the link: read it, decide about it. A GET never decides.
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { perform, read } from '#access/perform.ts';
import { preferredLocale } from '#platform/http/accept.ts';
import { createLimiter } from '#platform/http/limiter.ts';
import { networkOf } from '#platform/http/network.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id, Locale } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import { actByLink, reRepairByLink } from './act-by-link.ts';
import { decideByLink } from './decide-by-link.ts';
import { evidenceOf } from './evidence.ts';
import { perLink } from './limits.ts';
import { LinkActionInput, LinkedReRepair, LinkedReRepairInput, QuoteDecision, QuoteDecisionInput } from './link-decision.ts';
import { LinkedTicket, NewLink } from './link-ticket.ts';
import { readLinked, renewLink } from './use-link.ts';

const tags = ['Customer'];
const localeQuery = z.strictObject({ locale: Locale.optional().meta({ description: 'Overrides Accept-Language.' }) });

const localeOf = (request: FastifyRequest, asked: Locale | undefined): Locale => asked ?? preferredLocale(request.headers['accept-language']);

/** Tier 2 of the lookup. */
export const linkRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  const limit = createLimiter(services, perLink);

  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'cache-control': 'private, no-store', 'x-robots-tag': 'noindex', vary: 'Authorization, Accept-Language' });
    const ticketId = request.actor?.ticketId;
    if (ticketId === undefined) return;
    request.trace = { tier: 2, ticketId, network: networkOf(request.ip) };
    reply.headers(await limit.consume(ticketId));
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
      const locale = localeOf(request, request.query.locale);
      reply.header('content-language', locale);
      return read(services, request, (deed) => readLinked(deed, locale));
    },
  });

  app.route({
    method: 'POST',
    url: '/v1/link/quote-decision',
    config: { access: 'link' },
    schema: {
      operationId: 'decideQuote',
      tags,
      summary: 'Say yes or no to a quote',
      description:
        'The first decision stands: the same one again answers it with `alreadyDecided`, the other one is refused with what is recorded. Only the newest version can be decided, with the amount that is stored, while it is valid.',
      body: QuoteDecisionInput,
      response: { 200: QuoteDecision, ...problemResponses(400, 401, 409, 413, 415) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({
        status: 200,
        body: await decideByLink(deed, request.body, evidenceOf(services.seal, request.ip)),
      })),
  });

  app.route({
    method: 'POST',
    url: '/v1/link/actions',
    config: { access: 'link' },
    schema: {
      operationId: 'actOnLinkedTicket',
      tags,
      summary: 'Cancel, dispute a delivery, or agree to disposal',
      description:
        'One of the `allowedActions` of the ticket, quotes apart. Answers the ticket as it is then; 409 where it is not possible any more.',
      querystring: localeQuery,
      body: LinkActionInput,
      response: { 200: LinkedTicket, ...problemResponses(400, 401, 409, 413, 415) },
    },
    handler: (request, reply) => {
      const locale = localeOf(request, request.query.locale);
      return perform(services, request, reply, async (deed) => {
        await actByLink(deed, request.body, evidenceOf(services.seal, request.ip));
        return { status: 200, body: await readLinked(deed, locale), headers: { 'content-language': locale } };
      });
    },
  });

  app.route({
    method: 'POST',
    url: '/v1/link/re-repairs',
    config: { access: 'link' },
    schema: {
      operationId: 'askForReRepair',
      tags,
      summary: 'Have a repair that did not hold taken up again',
      description:
        'While the warranty of the repair runs: opens a ticket for the same device at the same center. Asked again while that one is open, it answers 200 with it.',
      body: LinkedReRepairInput,
      response: { 200: LinkedReRepair, 201: LinkedReRepair, ...problemResponses(400, 401, 409, 413, 415) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => {
        const body = await reRepairByLink(deed, request.body, services.config.PUBLIC_URL);
        return { status: body.alreadyOpened ? 200 : 201, body };
      }),
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
