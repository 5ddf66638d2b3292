// The API of claims against carriers.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { perform, read } from '#access/perform.ts';
import { linkNext, pageOf } from '#platform/http/page.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import { ClaimChange, ClaimInput, ClaimSearch, ClaimView } from './claim.ts';
import { changeClaim, fileClaim, findClaims, readClaim } from './manage-claims.ts';

const tags = ['Shipments'];
const kinds = ['center', 'brand', 'admin'] as const;
const ofClaim = z.strictObject({ claimId: id('claim') });

/** Claims: opened by the center, or drafted by a scan that says "lost". */
export const claimRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  app.route({
    method: 'POST',
    url: '/v1/shipments/:shipmentId/claims',
    config: { access: { scope: 'shipments:write', kinds } },
    schema: {
      operationId: 'openClaim',
      tags,
      summary: 'Open a claim against the carrier',
      description: 'A draft, or filed with the number the carrier gave it. The customer is told what is done, and by when there is an answer.',
      params: z.strictObject({ shipmentId: id('shipment') }),
      body: ClaimInput,
      response: { 201: ClaimView, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => {
        const claim = await fileClaim(deed, request.params.shipmentId, request.body);
        return { status: 201, body: claim, headers: { location: `/v1/claims/${claim.id}` } };
      }),
  });

  app.route({
    method: 'GET',
    url: '/v1/claims',
    config: { access: { scope: 'shipments:read', kinds } },
    schema: {
      operationId: 'findClaims',
      tags,
      summary: 'List claims',
      description: 'Newest first, by state, kind or parcel. A parcel that a scan calls lost has a draft here.',
      querystring: ClaimSearch,
      response: { 200: pageOf(ClaimView, 'ClaimPage'), ...problemResponses(400, 401, 403) },
    },
    handler: async (request, reply) => linkNext(request, reply, await read(services, request, (deed) => findClaims(deed, request.query))),
  });

  app.route({
    method: 'GET',
    url: '/v1/claims/:claimId',
    config: { access: { scope: 'shipments:read', kinds } },
    schema: {
      operationId: 'readClaim',
      tags,
      summary: 'Read a claim',
      description: 'With what was asked for and what was paid.',
      params: ofClaim,
      response: { 200: ClaimView, ...problemResponses(400, 401, 403, 404) },
    },
    handler: (request) => read(services, request, (deed) => readClaim(deed, request.params.claimId)),
  });

  app.route({
    method: 'PATCH',
    url: '/v1/claims/:claimId',
    config: { access: { scope: 'shipments:write', kinds } },
    schema: {
      operationId: 'changeClaim',
      tags,
      summary: 'Follow a claim up',
      description: 'Its number, what the carrier says, what it pays. The customer is told of each new state but `withdrawn`.',
      params: ofClaim,
      body: ClaimChange,
      response: { 200: ClaimView, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({ status: 200, body: await changeClaim(deed, request.params.claimId, request.body) })),
  });
};
