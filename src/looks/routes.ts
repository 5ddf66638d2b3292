// The API of a brand's look: colors, privacy note, host names.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { perform, read } from '#access/perform.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import { Look, LookChange } from './look.ts';
import { changeLook, readLook, setLogo } from './manage-looks.ts';

const tags = ['Brands'];
const params = z.strictObject({ brandId: id('brand') });
const access = { scope: 'brands:manage', kinds: ['admin', 'brand'], tenant: 'installation' } as const;

/** How the customer's pages of a brand look. */
export const lookRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  const { PUBLIC_URL: publicUrl } = services.config;

  app.route({
    method: 'GET',
    url: '/v1/brands/:brandId/look',
    config: { access },
    schema: {
      operationId: 'getLook',
      tags,
      summary: "Read how a brand's pages look",
      description: 'Colors, logo, privacy note, and under which addresses the pages are the brand’s. Name and contact line are the brand’s own.',
      params,
      response: { 200: Look, ...problemResponses(400, 401, 403, 404) },
    },
    handler: (request) => read(services, request, (deed) => readLook(deed, request.params.brandId, publicUrl)),
  });

  app.route({
    method: 'PATCH',
    url: '/v1/brands/:brandId/look',
    config: { access },
    schema: {
      operationId: 'changeLook',
      tags,
      summary: "Change how a brand's pages look",
      description:
        'Only what is sent changes. A color that could not be read where it is used (WCAG 2.2 AA) is refused with its contrast, what is needed, and the nearest color that has it.',
      params,
      body: LookChange,
      response: { 200: Look, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({
        status: 200,
        body: await changeLook(deed, request.params.brandId, request.body, publicUrl),
      })),
  });

  app.route({
    method: 'DELETE',
    url: '/v1/brands/:brandId/look/logo',
    config: { access },
    schema: {
      operationId: 'removeLogo',
      tags,
      summary: "Take a brand's logo away",
      description: 'The pages show the name alone from then on. Without a logo it changes nothing.',
      params,
      response: { 200: Look, ...problemResponses(400, 401, 403, 404, 409, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({ status: 200, body: await setLogo(deed, request.params.brandId, null, publicUrl) })),
  });
};
