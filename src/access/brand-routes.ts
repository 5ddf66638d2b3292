// The API of brands.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { linkNext, pageOf, pageQuery } from '#platform/http/page.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import { Brand, BrandChange, BrandInput } from './brand.ts';
import { changeBrand, createBrand, findBrands, readBrand } from './manage-brands.ts';
import { perform, read } from './perform.ts';

const tags = ['Brands'];
const params = z.strictObject({ brandId: id('brand') });
const BrandPage = pageOf(Brand, 'BrandPage');
const access = { scope: 'brands:manage', kinds: ['admin', 'brand'], tenant: 'installation' } as const;

/** Brands: the tenants. */
export const brandRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  app.route({
    method: 'POST',
    url: '/v1/brands',
    config: { access: { ...access, kinds: ['admin'] } },
    schema: {
      operationId: 'createBrand',
      tags,
      summary: 'Create a brand',
      description: 'A brand is a tenant: nothing of it is seen by another. Takes an admin key.',
      body: BrandInput,
      response: { 201: Brand, ...problemResponses(400, 401, 403, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => {
        const brand = await createBrand(deed, request.body);
        return { status: 201, body: brand, headers: { location: `/v1/brands/${brand.id}` } };
      }),
  });

  app.route({
    method: 'GET',
    url: '/v1/brands',
    config: { access },
    schema: {
      operationId: 'listBrands',
      tags,
      summary: 'List brands',
      description: 'From the newest. A brand key sees its own.',
      querystring: z.strictObject(pageQuery),
      response: { 200: BrandPage, ...problemResponses(400, 401, 403) },
    },
    handler: async (request, reply) => linkNext(request, reply, await read(services, request, (deed) => findBrands(deed, request.query))),
  });

  app.route({
    method: 'GET',
    url: '/v1/brands/:brandId',
    config: { access },
    schema: {
      operationId: 'getBrand',
      tags,
      summary: 'Read a brand',
      description: 'A brand key reads its own brand.',
      params,
      response: { 200: Brand, ...problemResponses(400, 401, 403, 404) },
    },
    handler: (request) => read(services, request, (deed) => readBrand(deed, request.params.brandId)),
  });

  app.route({
    method: 'PATCH',
    url: '/v1/brands/:brandId',
    config: { access },
    schema: {
      operationId: 'changeBrand',
      tags,
      summary: 'Change a brand',
      description: 'Only what is sent changes. A brand key changes its own brand.',
      params,
      body: BrandChange,
      response: { 200: Brand, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({ status: 200, body: await changeBrand(deed, request.params.brandId, request.body) })),
  });
};
