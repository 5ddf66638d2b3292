// The customer's pages: HTML by the server, complete without scripts, in two languages.
import formBody from '@fastify/formbody';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Desk } from '#lookup/look-up.ts';
import { Problem } from '#problems.ts';
import { assets } from './assets.ts';
import { pageErrors } from './place-routes.ts';
import { startRoutes } from './start-routes.ts';
import { type TicketPages, ticketPageRoutes } from './ticket-routes.ts';

/** More than any form of ours holds. */
const FORM_BYTES = 4_096;

/** `/`, `/t/…` and the files they load. */
export const pageRoutes: FastifyPluginAsyncZod<TicketPages & { desk: Desk }> = async (app, { desk, ...pages }) => {
  app.setErrorHandler(pageErrors);
  await app.register(formBody, { bodyLimit: FORM_BYTES });
  await app.register(startRoutes, { desk });
  await app.register(ticketPageRoutes, pages);

  app.route({
    method: 'GET',
    url: '/assets/:name',
    config: { access: 'public' },
    schema: { hide: true, params: z.object({ name: z.string().max(100) }) },
    handler: async (request, reply) => {
      const asset = assets.find(({ name }) => name === request.params.name);
      if (asset === undefined) throw new Problem('not_found', 'There is no such file.');
      return reply.header('cache-control', 'public, max-age=31536000, immutable').type(asset.type).send(asset.bytes) as never;
    },
  });
};
