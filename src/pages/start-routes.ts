// The form on `/` and its answer. The number is posted: it stands in no address, no history and no log.
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type Desk, lookUpOpen, lookUpOwned } from '#lookup/look-up.ts';
import { sendPage } from '#platform/http/html-page.ts';
import { networkOf } from '#platform/http/network.ts';
import { text } from '#platform/schema.ts';
import { placeOf, Query } from './place-routes.ts';
import { type Asked, nothingPage, openPage, ownerPage, startPage } from './start-page.ts';
import { readTyped } from './typed.ts';

const typed = (max: number) => z.union([text(max), z.literal('')]).default('');
const AskedForm = z.object({ identifier: typed(400), proof: typed(100) });

/** The page where a number is typed. */
export const startRoutes: FastifyPluginAsyncZod<{ desk: Desk }> = async (app, { desk }) => {
  app.route({
    method: 'GET',
    url: '/',
    config: { access: 'public' },
    schema: { hide: true, querystring: Query },
    handler: (request, reply) => sendPage(reply, startPage(placeOf(request), { identifier: '', proof: '' }, null)) as never,
  });

  app.route({
    method: 'POST',
    url: '/',
    config: { access: 'public' },
    schema: { hide: true, querystring: Query, body: AskedForm },
    handler: async (request, reply) => sendPage(reply, await answerTo(request, request.body)) as never,
  });

  async function answerTo(request: FastifyRequest, asked: Asked) {
    const place = { ...placeOf(request), posted: { ...asked } };
    const read = readTyped(asked);
    if (read.kind === 'hint') return startPage(place, asked, read.hint);
    const asker = { address: request.ip, locale: place.locale };
    if (read.kind === 'open') {
      const { answer, trace } = await lookUpOpen(desk, asker, { serial: read.serial });
      request.trace = { ...trace, network: networkOf(request.ip) };
      return answer.found ? openPage(answer, place, asked, 'UTC') : nothingPage(place, asked, answer);
    }
    const { answer, trace } = await lookUpOwned(desk, asker, read.question);
    request.trace = { ...trace, network: networkOf(request.ip) };
    return answer.found ? ownerPage(answer, place) : nothingPage(place, asked, answer);
  }
};
