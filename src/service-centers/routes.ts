// The API of service centers.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { perform, read } from '#access/perform.ts';
import { linkNext, pageOf, pageQuery } from '#platform/http/page.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import { Center, CenterChange, CenterInput } from './center.ts';
import { changeCenter, findCenters, openCenter, readCenter } from './manage-centers.ts';

const tags = ['Service centers'];
const params = z.strictObject({ centerId: id('center') });
const CenterPage = pageOf(Center, 'ServiceCenterPage');
const managing = { scope: 'centers:manage', kinds: ['admin', 'brand'] } as const;
const reading = { scope: ['centers:manage', 'tickets:read', 'jobs:write'] } as const;

/** Service centers of a brand. */
export const centerRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  app.route({
    method: 'POST',
    url: '/v1/service-centers',
    config: { access: managing },
    schema: {
      operationId: 'openServiceCenter',
      tags,
      summary: 'Open a service center',
      description: 'Takes a brand key, or an admin key that names the brand.',
      body: CenterInput,
      response: { 201: Center, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => {
        const center = await openCenter(deed, request.body);
        return { status: 201, body: center, headers: { location: `/v1/service-centers/${center.id}` } };
      }),
  });

  app.route({
    method: 'GET',
    url: '/v1/service-centers',
    config: { access: reading },
    schema: {
      operationId: 'listServiceCenters',
      tags,
      summary: 'List service centers',
      description: 'From the newest. A center key sees its own center, a courier key those it may bring devices to.',
      querystring: z.strictObject(pageQuery),
      response: { 200: CenterPage, ...problemResponses(400, 401, 403, 404) },
    },
    handler: async (request, reply) => linkNext(request, reply, await read(services, request, (deed) => findCenters(deed, request.query))),
  });

  app.route({
    method: 'GET',
    url: '/v1/service-centers/:centerId',
    config: { access: reading },
    schema: {
      operationId: 'getServiceCenter',
      tags,
      summary: 'Read a service center',
      description: 'A center key reads its own center.',
      params,
      response: { 200: Center, ...problemResponses(400, 401, 403, 404) },
    },
    handler: (request) => read(services, request, (deed) => readCenter(deed, request.params.centerId)),
  });

  app.route({
    method: 'PATCH',
    url: '/v1/service-centers/:centerId',
    config: { access: managing },
    schema: {
      operationId: 'changeServiceCenter',
      tags,
      summary: 'Change a service center',
      description: 'Only what is sent changes.',
      params,
      body: CenterChange,
      response: { 200: Center, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({ status: 200, body: await changeCenter(deed, request.params.centerId, request.body) })),
  });
};
