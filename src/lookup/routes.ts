// Public lookup over HTTP: GET by serial alone, POST with a proof, as JSON or plain text, in two languages.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { preferredLocale, prefersText } from '#platform/http/accept.ts';
import { networkOf } from '#platform/http/network.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { Locale } from '#platform/schema.ts';
import { type Asker, type Desk, type Looked, lookUpOpen, lookUpOwned } from './look-up.ts';
import { plainText } from './plain-text.ts';
import { BrandSlug, OpenAnswer, OwnerAnswer, OwnerQuestion, TypedIdentifier } from './progress.ts';

const LocaleQuery = Locale.optional().meta({ description: 'Overrides Accept-Language.' });
const asText = { schema: z.string().max(20_000).meta({ id: 'PlainTextAnswer', example: 'Repair\nThe repair itself is under way.\n' }) };

/** Tiers 0 and 1 of the public lookup. */
export const lookupRoutes: FastifyPluginAsyncZod<{ desk: Desk }> = async (app, { desk }) => {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers({ 'x-robots-tag': 'noindex', vary: 'Accept, Accept-Language' });
    done();
  });

  app.route({
    method: 'GET',
    url: '/v1/lookup/:serial',
    config: { access: 'public' },
    schema: {
      operationId: 'lookUpProgress',
      tags: ['Lookup'],
      summary: 'Where a repair is, by serial number alone',
      description:
        'Tier 0: general words only, never a person, place, model, fault or price. An IMEI, a serial of fewer than 8 characters, and brands that ask for a proof get the same answer whether or not there is a repair.',
      params: z.strictObject({ serial: TypedIdentifier }),
      querystring: z.strictObject({ brand: BrandSlug.optional(), locale: LocaleQuery }),
      response: {
        200: {
          description: 'The progress, or the one answer that shows nothing.',
          content: { 'application/json': { schema: OpenAnswer }, 'text/plain': asText },
        },
        ...problemResponses(400),
      },
    },
    handler: async (request, reply) => {
      const { brand, locale } = request.query;
      const asker = askerOf(request, locale);
      const looked = await lookUpOpen(desk, asker, { serial: request.params.serial, brand });
      if (looked.answer.found) reply.header('cache-control', 'public, max-age=60');
      return answer(request, reply, asker, looked);
    },
  });

  app.route({
    method: 'POST',
    url: '/v1/lookup',
    config: { access: 'public', takesItsTime: true },
    schema: {
      operationId: 'lookUpOwnRepair',
      tags: ['Lookup'],
      summary: 'Where my repair is, with a proof',
      description:
        'Tier 1: serial or IMEI together with the ticket code from the receipt or the last four digits of the phone number. After five wrong proofs in a day a record answers to the link in our messages alone. The answer is the same for unknown, wrong, stopped and long ended.',
      querystring: z.strictObject({ locale: LocaleQuery }),
      body: OwnerQuestion,
      response: {
        200: {
          description: 'The progress, or the one answer that shows nothing.',
          content: { 'application/json': { schema: OwnerAnswer }, 'text/plain': asText },
        },
        ...problemResponses(400, 413, 415),
      },
    },
    handler: async (request, reply) => {
      const asker = askerOf(request, request.query.locale);
      const looked = await lookUpOwned(desk, asker, request.body);
      reply.header('cache-control', 'private, no-store');
      return answer(request, reply, asker, looked);
    },
  });
};

const askerOf = (request: FastifyRequest, locale: Locale | undefined): Asker => ({
  address: request.ip,
  locale: locale ?? preferredLocale(request.headers['accept-language']),
});

function answer<A extends OpenAnswer | OwnerAnswer>(request: FastifyRequest, reply: FastifyReply, asker: Asker, looked: Looked<A>): FastifyReply {
  request.trace = { ...looked.trace, network: networkOf(asker.address) };
  reply.headers(looked.left).header('content-language', asker.locale);
  if (prefersText(request.headers.accept)) return reply.type('text/plain; charset=utf-8').send(plainText(looked.answer, asker.locale));
  // Tier 0 is the hot path: a typed allow-list builds it and the tests hold it against the schema, which costs a twentieth to run again.
  if (looked.trace.tier === 0) reply.serializer(JSON.stringify);
  return reply.type('application/json; charset=utf-8').send(looked.answer);
}
