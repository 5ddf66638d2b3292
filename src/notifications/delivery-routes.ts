// The API of deliveries and replays.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { perform, read } from '#access/perform.ts';
import { linkNext, pageOf, pageQuery } from '#platform/http/page.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import { Delivery, DeliveryDetail, DeliverySearch, Replay, ReplayInput, ReplayRecord } from './delivery.ts';
import { findDeliveries, readDelivery } from './find-deliveries.ts';
import { findReplays, replayDeliveries } from './replay-deliveries.ts';

const tags = ['Deliveries'];
const reading = { scope: 'deliveries:read' } as const;
const DeliveryPage = pageOf(Delivery, 'DeliveryPage');
const ReplayPage = pageOf(ReplayRecord, 'ReplayPage');

/** Deliveries within the key's reach. */
export const deliveryRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  app.route({
    method: 'GET',
    url: '/v1/deliveries',
    config: { access: reading },
    schema: {
      operationId: 'listDeliveries',
      tags,
      summary: 'List deliveries',
      description: 'From the newest. Everyone sees what goes to their own endpoints; a center also what its customers are told, a brand everything.',
      querystring: DeliverySearch,
      response: { 200: DeliveryPage, ...problemResponses(400, 401, 403, 404) },
    },
    handler: async (request, reply) => linkNext(request, reply, await read(services, request, (deed) => findDeliveries(deed, request.query))),
  });

  app.route({
    method: 'GET',
    url: '/v1/deliveries/:deliveryId',
    config: { access: reading },
    schema: {
      operationId: 'getDelivery',
      tags,
      summary: 'Read a delivery',
      description: 'With every try, and with the text or body as it was sent.',
      params: z.strictObject({ deliveryId: id('message') }),
      response: { 200: DeliveryDetail, ...problemResponses(400, 401, 403, 404) },
    },
    handler: (request) => read(services, request, (deed) => readDelivery(deed, request.params.deliveryId)),
  });

  app.route({
    method: 'GET',
    url: '/v1/deliveries/replays',
    config: { access: reading },
    schema: {
      operationId: 'listReplays',
      tags,
      summary: 'List replays',
      description: 'Who had what sent again, from the newest. Centers and couriers see those they asked for.',
      querystring: z.strictObject(pageQuery),
      response: { 200: ReplayPage, ...problemResponses(400, 401, 403, 404) },
    },
    handler: async (request, reply) => linkNext(request, reply, await read(services, request, (deed) => findReplays(deed, request.query))),
  });

  app.route({
    method: 'POST',
    url: '/v1/deliveries/replays',
    config: { access: { scope: 'deliveries:replay' } },
    schema: {
      operationId: 'replayDeliveries',
      tags,
      summary: 'Send deliveries again',
      description:
        'By ids, or all of an endpoint, a ticket or a time. Message ids stay, so receivers know what they have had already. Every replay is recorded.',
      body: ReplayInput,
      response: { 201: Replay, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({ status: 201, body: await replayDeliveries(deed, request.body) })),
  });
};
