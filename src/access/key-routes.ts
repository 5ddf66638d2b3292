// The API of API keys.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { linkNext, pageOf, pageQuery } from '#platform/http/page.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import type { Services } from '#services.ts';
import { Key, KeyInput, KeyRotation, keyParams, NewKey } from './key.ts';
import type { KeyRing } from './key-ring.ts';
import { createKey, findKeys, revokeKey, rotateKey } from './manage-keys.ts';
import { perform, read } from './perform.ts';

const tags = ['Keys'];
const access = { scope: 'keys:manage', kinds: ['admin', 'brand'] } as const;
const KeyPage = pageOf(Key, 'KeyPage');
const keyQuery = z.strictObject({ ...pageQuery, kind: z.enum(['brand', 'center', 'courier']).optional() });

/** API keys of a brand. */
export const keyRoutes: FastifyPluginAsyncZod<{ services: Services; ring: KeyRing }> = async (app, { services, ring }) => {
  app.route({
    method: 'POST',
    url: '/v1/keys',
    config: { access },
    schema: {
      operationId: 'createKey',
      tags,
      summary: 'Create an API key',
      description: 'The secret is shown in this answer only. A brand key makes center and courier keys, with no scope that it lacks itself.',
      body: KeyInput,
      response: { 201: NewKey, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({ status: 201, body: await createKey(deed, request.body), secret: true })),
  });

  app.route({
    method: 'GET',
    url: '/v1/keys',
    config: { access },
    schema: {
      operationId: 'listKeys',
      tags,
      summary: 'List API keys',
      description: 'From the newest, without their secrets.',
      querystring: keyQuery,
      response: { 200: KeyPage, ...problemResponses(400, 401, 403, 404) },
    },
    handler: async (request, reply) => linkNext(request, reply, await read(services, request, (deed) => findKeys(deed, request.query))),
  });

  app.route({
    method: 'POST',
    url: '/v1/keys/:keyId/rotate',
    config: { access },
    schema: {
      operationId: 'rotateKey',
      tags,
      summary: 'Rotate an API key',
      description: 'Makes a successor with the same rights. Both work until the grace period ends.',
      params: keyParams,
      body: KeyRotation,
      response: { 201: NewKey, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: async (request, reply) => {
      const { keyId } = request.params;
      const done = await perform(services, request, reply, async (deed) => ({
        status: 201,
        body: await rotateKey(deed, keyId, request.body),
        secret: true,
      }));
      ring.forget(keyId);
      return done;
    },
  });

  app.route({
    method: 'DELETE',
    url: '/v1/keys/:keyId',
    config: { access },
    schema: {
      operationId: 'revokeKey',
      tags,
      summary: 'Revoke an API key',
      description: 'It is refused everywhere within two seconds. The record of it stays.',
      params: keyParams,
      response: { 200: Key, ...problemResponses(400, 401, 403, 404, 409, 422) },
    },
    handler: async (request, reply) => {
      const { keyId } = request.params;
      const done = await perform(services, request, reply, async (deed) => ({ status: 200, body: await revokeKey(deed, keyId) }));
      ring.forget(keyId);
      return done;
    },
  });
};
