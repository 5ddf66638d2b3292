// The API of the stop list.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { perform, read } from '#access/perform.ts';
import { linkNext, pageOf } from '#platform/http/page.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import { Stop, StopInput, StopSearch } from './stop.ts';
import { addStop, dropStop, findStops } from './stop-list.ts';

const tags = ['Stop list'];
const url = '/v1/stopped-addresses';
const kinds = ['center', 'brand'] as const;

/** Addresses that a brand does not write to. */
export const contactRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  app.route({
    method: 'GET',
    url,
    config: { access: { scope: 'tickets:read', kinds } },
    schema: {
      operationId: 'listStoppedAddresses',
      tags,
      summary: 'List stopped addresses',
      description: 'From the newest, masked. They hold for the whole brand; a center lists what was entered by it or at its tickets.',
      querystring: StopSearch,
      response: { 200: pageOf(Stop, 'StopPage'), ...problemResponses(400, 401, 403) },
    },
    handler: async (request, reply) => linkNext(request, reply, await read(services, request, (deed) => findStops(deed, request.query))),
  });

  app.route({
    method: 'POST',
    url,
    config: { access: { scope: 'tickets:write', kinds } },
    schema: {
      operationId: 'stopAddress',
      tags,
      summary: 'Stop an address',
      description: 'Nothing is sent to it any more, about whichever ticket. One that is stopped already is answered as it is.',
      body: StopInput,
      response: { 201: Stop, ...problemResponses(400, 401, 403, 409, 413, 415, 422) },
    },
    handler: (request, reply) => perform(services, request, reply, async (deed) => ({ status: 201, body: await addStop(deed, request.body) })),
  });

  app.route({
    method: 'DELETE',
    url: `${url}/:stopId`,
    config: { access: { scope: 'tickets:write', kinds } },
    schema: {
      operationId: 'releaseAddress',
      tags,
      summary: 'Take an address off the stop list',
      description:
        'It is written to again. A center may do that to its own entries. Do it only when its owner asks for it, or where a wrong entry was made.',
      params: z.strictObject({ stopId: id('stop') }),
      response: { 200: Stop, ...problemResponses(400, 401, 403, 404, 409, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({ status: 200, body: await dropStop(deed, request.params.stopId) })),
  });
};
