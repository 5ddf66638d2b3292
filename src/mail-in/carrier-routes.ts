// Where carriers report, and where a brand says which account signs.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { perform, read } from '#access/perform.ts';
import { linkNext, pageOf, pageQuery } from '#platform/http/page.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import type { Services } from '#services.ts';
import { CarrierAccountInput, CarrierAccountView } from './carrier-account.ts';
import { receivePush } from './receive-push.ts';
import { findCarrierAccounts, registerCarrierAccount } from './register-carrier-account.ts';

const tags = ['Carriers'];
/** A push carries a parcel's whole history: an EasyPost scan takes about 500 bytes. */
const PUSH_BYTES = 512 * 1024;

const CarrierPush = z.unknown().meta({
  id: 'CarrierPush',
  description: "The carrier's own form, signed as the carrier signs; here EasyPost's. The signature is checked over the bytes as they came.",
  example: {
    description: 'tracker.updated',
    object: 'Event',
    result: {
      object: 'Tracker',
      tracking_code: 'EZ4000000004',
      status: 'in_transit',
      est_delivery_date: '2026-11-24T00:00:00Z',
      tracking_details: [
        {
          object: 'TrackingDetail',
          status: 'in_transit',
          status_detail: 'arrived_at_facility',
          message: 'Arrived',
          datetime: '2026-11-22T02:05:00Z',
        },
      ],
    },
  },
});

const CarrierAnswer = z
  .record(z.string().max(40), z.union([z.string().max(200), z.boolean()]))
  .meta({ id: 'CarrierAnswer', description: 'What this carrier takes as an acknowledgment.', example: { received: true } });

/** The one route whose body stays bytes: its parser is scoped to this plugin. */
const pushRoute: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: PUSH_BYTES }, (_request, body, done) => done(null, body));

  app.route({
    method: 'POST',
    url: '/v1/carriers/:carrier/events',
    bodyLimit: PUSH_BYTES,
    config: { access: 'public' },
    schema: {
      operationId: 'receiveCarrierEvents',
      tags,
      summary: 'Receive scans from a carrier',
      description:
        'For carriers. 200 once all scans are kept with their shipments; 202 where a waybill belongs to no shipment yet and its scans are parked. ' +
        'Repeated pushes change nothing.',
      params: z.strictObject({ carrier: z.string().max(1_000).meta({ example: 'easypost' }) }),
      querystring: z.strictObject({
        account: z
          .string()
          .max(1_000)
          .optional()
          .meta({ description: 'The carrier account whose secret signs.', example: 'cra_01kazy3v7me8rtkd8cz5nq2w4x' }),
      }),
      consumes: ['*/*'],
      body: CarrierPush,
      response: { 200: CarrierAnswer, 202: CarrierAnswer, ...problemResponses(400, 401, 404, 413) },
    },
    handler: async (request, reply) => {
      const { carrier } = request.params;
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const { answer, parked } = await receivePush(services, { carrier, account: request.query.account, headers: request.headers, body });
      return reply.code(parked ? 202 : 200).send(answer);
    },
  });
};

const accountRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  app.route({
    method: 'POST',
    url: '/v1/carrier-accounts',
    config: { access: { scope: 'carriers:manage', kinds: ['brand', 'admin'] } },
    schema: {
      operationId: 'registerCarrierAccount',
      tags,
      summary: 'Register an account at a carrier',
      description: 'Answers the address to give to the carrier. The secret is kept sealed and never shown.',
      body: CarrierAccountInput,
      response: { 201: CarrierAccountView, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({ status: 201, body: await registerCarrierAccount(deed, request.body) })),
  });

  app.route({
    method: 'GET',
    url: '/v1/carrier-accounts',
    config: { access: { scope: 'carriers:manage', kinds: ['brand', 'admin'] } },
    schema: {
      operationId: 'findCarrierAccounts',
      tags,
      summary: 'List accounts at carriers',
      description: 'Oldest first, without their secrets.',
      querystring: z.strictObject(pageQuery),
      response: { 200: pageOf(CarrierAccountView, 'CarrierAccountPage'), ...problemResponses(400, 401, 403, 404) },
    },
    handler: async (request, reply) => linkNext(request, reply, await read(services, request, (deed) => findCarrierAccounts(deed, request.query))),
  });
};

/** Carrier accounts, and the public address of carriers' pushes. */
export const carrierRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, options) => {
  await app.register(pushRoute, options);
  await app.register(accountRoutes, options);
};
