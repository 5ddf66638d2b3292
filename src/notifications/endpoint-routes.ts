// The API of webhook endpoints.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { perform, read } from '#access/perform.ts';
import { linkNext, pageOf, pageQuery } from '#platform/http/page.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import {
  challengeEndpoint,
  changeEndpoint,
  deleteEndpoint,
  findEndpoints,
  openEndpoint,
  pingEndpoint,
  readEndpoint,
  retireSecret,
  rotateSecret,
} from './manage-endpoints.ts';
import { Call, Endpoint, EndpointChange, EndpointInput, EndpointWithSecret } from './webhook-endpoint.ts';

const tags = ['Webhooks'];
const access = { scope: 'webhooks:manage' } as const;
const params = z.strictObject({ endpointId: id('endpoint') });
const EndpointPage = pageOf(Endpoint, 'WebhookEndpointPage');
const url = '/v1/webhook-endpoints';
const one = `${url}/:endpointId`;

/** Webhook endpoints of the key's own reach. */
export const endpointRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  const toPrivate = services.config.WEBHOOKS_TO_PRIVATE;

  app.route({
    method: 'POST',
    url,
    config: { access },
    schema: {
      operationId: 'openWebhookEndpoint',
      tags,
      summary: 'Open a webhook endpoint',
      description:
        'The secret is shown in this answer only. A courier’s endpoint hears of its own tickets, a center’s of its center, a brand’s of all. ' +
        'It is `pending` until it has answered its challenge: a signed call of type `endpoint.challenge`, to be answered with a 2xx whose body ' +
        'is `data.challenge`, as plain text or as `{"challenge": "…"}`. It is tried five times within 13 minutes. No events are kept before.',
      body: EndpointInput,
      response: { 201: EndpointWithSecret, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => {
        const endpoint = await openEndpoint(deed, request.body, toPrivate);
        return { status: 201, body: endpoint, headers: { location: `${url}/${endpoint.id}` }, secret: true };
      }),
  });

  app.route({
    method: 'GET',
    url,
    config: { access },
    schema: {
      operationId: 'listWebhookEndpoints',
      tags,
      summary: 'List webhook endpoints',
      description: 'From the newest, without their secrets.',
      querystring: z.strictObject(pageQuery),
      response: { 200: EndpointPage, ...problemResponses(400, 401, 403, 404) },
    },
    handler: async (request, reply) => linkNext(request, reply, await read(services, request, (deed) => findEndpoints(deed, request.query))),
  });

  app.route({
    method: 'GET',
    url: one,
    config: { access },
    schema: {
      operationId: 'getWebhookEndpoint',
      tags,
      summary: 'Read a webhook endpoint',
      description: 'Says also whether it was disabled, and why.',
      params,
      response: { 200: Endpoint, ...problemResponses(400, 401, 403, 404) },
    },
    handler: (request) => read(services, request, (deed) => readEndpoint(deed, request.params.endpointId)),
  });

  app.route({
    method: 'PATCH',
    url: one,
    config: { access },
    schema: {
      operationId: 'changeWebhookEndpoint',
      tags,
      summary: 'Change a webhook endpoint',
      description:
        'Only what is sent changes. `disabled: false` enables one that answered 410 or failed for 5 days. A new `url` is sent a challenge; ' +
        'until it has answered, the one before is called.',
      params,
      body: EndpointChange,
      response: { 200: Endpoint, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({
        status: 200,
        body: await changeEndpoint(deed, request.params.endpointId, request.body, toPrivate),
      })),
  });

  app.route({
    method: 'DELETE',
    url: one,
    config: { access },
    schema: {
      operationId: 'deleteWebhookEndpoint',
      tags,
      summary: 'Delete a webhook endpoint',
      description: 'What is still due to it is skipped. It is not listed any more; its deliveries stay readable.',
      params,
      response: { 200: Endpoint, ...problemResponses(400, 401, 403, 404, 409, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({ status: 200, body: await deleteEndpoint(deed, request.params.endpointId) })),
  });

  app.route({
    method: 'POST',
    url: `${one}/rotate-secret`,
    config: { access },
    schema: {
      operationId: 'rotateWebhookSecret',
      tags,
      summary: 'Rotate the secret of a webhook endpoint',
      description: 'Calls are signed with both secrets until the one before is retired, or rotated away.',
      params,
      response: { 200: EndpointWithSecret, ...problemResponses(400, 401, 403, 404, 409, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({ status: 200, body: await rotateSecret(deed, request.params.endpointId), secret: true })),
  });

  app.route({
    method: 'POST',
    url: `${one}/retire-secret`,
    config: { access },
    schema: {
      operationId: 'retireWebhookSecret',
      tags,
      summary: 'Retire the previous secret of a webhook endpoint',
      description: 'Ends a rotation: only the newest secret signs from now on.',
      params,
      response: { 200: Endpoint, ...problemResponses(400, 401, 403, 404, 409, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({ status: 200, body: await retireSecret(deed, request.params.endpointId) })),
  });

  app.route({
    method: 'POST',
    url: `${one}/ping`,
    config: { access },
    schema: {
      operationId: 'pingWebhookEndpoint',
      tags,
      summary: 'Send a test call to a webhook endpoint',
      description: 'Makes an event of type `ping` due; read the delivery to see what became of it.',
      params,
      response: { 202: Call, ...problemResponses(400, 401, 403, 404, 409, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({ status: 202, body: await pingEndpoint(deed, request.params.endpointId) })),
  });

  app.route({
    method: 'POST',
    url: `${one}/challenge`,
    config: { access },
    schema: {
      operationId: 'challengeWebhookEndpoint',
      tags,
      summary: 'Send the challenge of a webhook endpoint again',
      description: 'For a receiver that was not ready; an earlier challenge that still waits for its next try is withdrawn.',
      params,
      response: { 202: Call, ...problemResponses(400, 401, 403, 404, 409, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({ status: 202, body: await challengeEndpoint(deed, request.params.endpointId) })),
  });
};
