// The OpenAPI 3.1 document out of the routes' zod schemas, tidied into what linters and client generators want.
import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DRAFT, tidy } from './openapi-tidy.ts';
import { problemResponses } from './problem-responses.ts';

/** The sections of the reference, in reading order. A route's one tag must be among them. */
export const tags = [
  { name: 'Tickets', description: 'The repair order: open, search, read, move on (one or many at once), its history and its notes.' },
  { name: 'Alerts', description: 'What a center has to look at: clocks and promises that are due, holds that ran out, and the like.' },
  { name: 'Files', description: 'Photos and documents on a ticket, and the signed links that show them.' },
  { name: 'Documents', description: 'Receipts and quotes to be printed, as HTML or PDF.' },
  { name: 'Jobs', description: 'A courier books a device in: ticket, shipment and label in one call.' },
  { name: 'Shipments', description: 'Parcels in both directions and their tracking events.' },
  { name: 'Orphans', description: 'Parcels and scans that belong to no ticket yet, and finding theirs.' },
  { name: 'Carriers', description: 'Carrier accounts, and the addresses where carriers report scans.' },
  { name: 'Customer', description: 'What the customer sees and decides with the link to one ticket, without a key.' },
  { name: 'Lookup', description: 'Where is my device: public progress by serial number.' },
  { name: 'Webhooks', description: 'Endpoints of partners that are told what happens (Standard Webhooks).' },
  { name: 'Deliveries', description: 'What was sent to whom, and sending it again.' },
  { name: 'Stop list', description: 'Addresses that are not written to any more, and why.' },
  { name: 'Sandbox', description: 'Recorded stories, played in a brand that is for trying out.' },
  { name: 'Texts', description: 'What a brand says in its own words in mails, and what it calls a status.' },
  { name: 'Brands', description: 'The tenants.' },
  { name: 'Service centers', description: 'Where devices are repaired.' },
  { name: 'Keys', description: 'API keys: who may call, and what.' },
] as const;

const description = `Repair-order tracking that a customer can see through.

Errors are RFC 9457 problem documents. Unsafe calls of API keys carry an \`Idempotency-Key\`; answers below 400 are kept for 7 days and repeated
with \`Idempotency-Replayed: true\`, refused calls are not kept. Transitions carry \`If-Match\`. Lists are keyset pages.`;

/**
 * The generator appends `Input` to the name of whatever is sent, and stops where a schema is called so already: those of ours
 * that end in `Input` pass it under another name. Only the two maps are read.
 */
function registryForGenerator(): typeof z.globalRegistry {
  const { _map, _idmap } = z.globalRegistry;
  const renamed = new Map([..._idmap].map(([id, schema]) => [id.replace(/Input$/, DRAFT), schema]));
  return { _map, _idmap: renamed } as unknown as typeof z.globalRegistry;
}

const securityOf = (access: unknown): Record<string, string[]>[] => {
  if (access === 'public') return [];
  if (access === 'pass') return [{ lookupPass: [] }];
  return [access === 'link' ? { customerLink: [] } : { apiKey: [] }];
};

/** An unsafe call that takes no body is refused like any other where it brings one; and a Content-Type that is none is refused by all of them. */
function withUnwantedBody<D extends { schema: FastifySchema; route: RouteOptions }>(document: D): D {
  const { schema, route } = document;
  if ([route.method].flat().some((method) => method === 'GET' || method === 'HEAD')) return document;
  const refusals = schema.body === undefined ? problemResponses(400, 413, 415) : problemResponses(415);
  return { ...document, schema: { ...schema, response: { ...refusals, ...(schema.response as object) } } };
}

/** Collects the routes that follow; the document is at `app.swagger()` once the app is ready. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  let transforms: { one: ReturnType<typeof createJsonSchemaTransform>; all: ReturnType<typeof createJsonSchemaTransformObject> } | null = null;
  // Made on first use: by then every schema has its name.
  const generator = () => {
    const schemaRegistry = registryForGenerator();
    transforms ??= { one: createJsonSchemaTransform({ schemaRegistry }), all: createJsonSchemaTransformObject({ schemaRegistry }) };
    return transforms;
  };
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.1',
      info: {
        title: 'Glassbench',
        version: '1.0.0',
        description,
        license: { name: 'Proprietary', url: 'https://glassbench.example/license' },
        contact: { name: 'Glassbench', url: 'https://glassbench.example/support', email: 'support@glassbench.example' },
      },
      servers: [{ url: '/' }],
      tags: [...tags],
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key: gb_….' },
          customerLink: { type: 'http', scheme: 'bearer', description: "The secret in a customer's link, for one ticket: lnk_…." },
          lookupPass: {
            type: 'http',
            scheme: 'bearer',
            description: 'The `token` in the answer of a lookup with a proof, for one ticket and half an hour.',
          },
        },
      },
    },
    transform: (document) => {
      const { schema, url } = generator().one(withUnwantedBody(document) as Parameters<ReturnType<typeof createJsonSchemaTransform>>[0]);
      const access = document.route.config?.access;
      return { url, schema: { ...schema, security: securityOf(access), 'x-access': access } };
    },
    transformObject: (document) => tidy(generator().all(document)) as ReturnType<ReturnType<typeof createJsonSchemaTransformObject>>,
  });
}
