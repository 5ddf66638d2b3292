// Where carriers report, and where a brand says which account signs.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { perform, read } from '#access/perform.ts';
import { linkNext, pageOf, pageQuery } from '#platform/http/page.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { limitWrongCalls } from '#platform/http/wrong-calls.ts';
import type { Services } from '#services.ts';
import { CarrierAccountInput, CarrierAccountView } from './carrier-account.ts';
import { type CarrierRing, openCarrierRing } from './carrier-ring.ts';
import { changeAccountRoutes } from './change-account-routes.ts';
import { isHopeless, receivePush } from './receive-push.ts';
import { findCarrierAccounts, registerCarrierAccount } from './register-carrier-account.ts';

const tags = ['Carriers'];
/** A push carries a parcel's whole history: a scan takes 150 to 500 bytes, and few parcels have more than a hundred. */
const PUSH_BYTES = 1024 * 1024;

/** Pushes that prove nothing, per address. Those that do are not counted: a carrier sends for thousands of parcels from a few addresses. */
const unproven = { name: 'unproven-pushes', points: 60, seconds: 60 } as const;

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
const CarrierXmlAnswer = z
  .string()
  .max(200)
  .meta({ id: 'CarrierXmlAnswer', example: '<Response service="RoutePushService"><Head>OK</Head></Response>' });
const acknowledged = {
  description: 'What this carrier takes as an acknowledgment, in its own form.',
  content: { 'application/json': { schema: CarrierAnswer }, 'text/xml': { schema: CarrierXmlAnswer } },
};

/** The one route whose body stays bytes: its parser is scoped to this plugin. */
const pushRoute: FastifyPluginAsyncZod<{ services: Services; ring: CarrierRing }> = async (app, { services, ring }) => {
  limitWrongCalls(app, services, unproven, ({ params, query, headers }) => {
    const { carrier = '' } = params as { carrier?: string };
    return isHopeless(carrier, (query as { account?: unknown }).account, headers);
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: PUSH_BYTES }, (_request, body, done) => done(null, body));

  app.route({
    method: 'POST',
    url: '/v1/carriers/:carrier/events',
    bodyLimit: PUSH_BYTES,
    config: { access: 'public', countsItself: true },
    schema: {
      operationId: 'receiveCarrierEvents',
      tags,
      summary: 'Receive scans from a carrier',
      description:
        'For carriers. 200 once all scans are kept with their shipments; 202 where a waybill belongs to no shipment yet and its scans are parked ' +
        '(200 too for a carrier that takes nothing else); 400 where not all can be read, after the rest is kept. Body, signature and answer are those of the carrier. Repeated pushes change nothing. ' +
        'Of an address that gets more than 60 pushes in a minute wrong, wrong ones are answered 429 until the minute is over, and right ones as ever.',
      params: z.strictObject({ carrier: z.string().max(1_000).meta({ example: 'easypost' }) }),
      querystring: z.strictObject({
        account: z
          .string()
          .max(1_000)
          .optional()
          .meta({ description: 'The carrier account whose secret signs.', example: 'cra_01kazy3v7me8rtkd8cz5nq2w4x' }),
        key: z.string().max(1_000).optional().meta({ description: 'The secret part of the address, for carriers that sign nothing.' }),
      }),
      consumes: ['*/*'],
      body: CarrierPush,
      response: { 200: acknowledged, 202: CarrierAnswer, ...problemResponses(400, 401, 404, 413, 415) },
    },
    handler: async (request, reply) => {
      const { account, key = null } = request.query;
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const push = { carrier: request.params.carrier, account, key, headers: request.headers, body };
      const answer = await receivePush(services, ring, push);
      // Bytes, so that nothing writes them anew: some carriers compare them.
      return reply
        .code(answer.status)
        .header('content-type', answer.contentType)
        .send(Buffer.from(answer.body) as never);
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
      description:
        'Answers the address to give to the carrier. Secrets are kept sealed and never shown; where the carrier signs nothing, the address is the secret.',
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
  const ring = openCarrierRing(options.services);
  await app.register(pushRoute, { ...options, ring });
  await app.register(accountRoutes, options);
  await app.register(changeAccountRoutes, { ...options, ring });
};
