// The customer's pages: HTML by the server, complete without scripts, in two languages and in the look of each brand.
import formBody from '@fastify/formbody';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { logoNamed } from '#looks/find-face.ts';
import { stylesheetNamed } from '#looks/stylesheet.ts';
import type { Desk } from '#lookup/look-up.ts';
import { Problem } from '#problems.ts';
import { assets } from './assets.ts';
import { pageErrors } from './place-routes.ts';
import { startRoutes } from './start-routes.ts';
import { stopRoutes } from './stop-routes.ts';
import { type TicketPages, ticketPageRoutes } from './ticket-routes.ts';

/** More than a form without a long text of its own holds. */
const FORM_BYTES = 4_096;

/** Named by a hash of their bytes: whoever has one needs never ask again. */
const forGood = { 'cache-control': 'public, max-age=31536000, immutable' };
const noFile = (): Problem => new Problem('not_found', 'There is no such file.');
const params = z.object({ name: z.string().max(100) });

/** `/`, `/b/…`, `/t/…` and the files they load. */
export const pageRoutes: FastifyPluginAsyncZod<TicketPages & { desk: Desk }> = async (app, { desk, ...pages }) => {
  const { db } = pages.services;
  app.setErrorHandler(pageErrors(db));
  await app.register(formBody, { bodyLimit: FORM_BYTES });
  await app.register(startRoutes, { desk });
  await app.register(ticketPageRoutes, pages);
  await app.register(stopRoutes, pages);

  app.route({
    method: 'GET',
    url: '/assets/:name',
    config: { access: 'public' },
    schema: { hide: true, params },
    handler: async (request, reply) => {
      const asset = assets.find(({ name }) => name === request.params.name);
      if (asset === undefined) throw noFile();
      return reply.headers(forGood).type(asset.type).send(asset.bytes) as never;
    },
  });

  app.route({
    method: 'GET',
    url: '/assets/brand/:name',
    config: { access: 'public' },
    schema: { hide: true, params },
    handler: async (request, reply) => {
      const { name } = request.params;
      const style = stylesheetNamed(name);
      if (style !== null) return reply.headers(forGood).type('text/css; charset=utf-8').send(style) as never;
      const logo = await logoNamed(db, name);
      if (logo === null) throw noFile();
      return reply.headers(forGood).type(logo.type).send(logo.bytes) as never;
    },
  });
};
