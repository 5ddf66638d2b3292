// The address in every mail that ends the mails: a GET asks, a POST does it, by a person or by a mail program with one click (RFC 8058).
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { grantWish, readWish, type Wish } from '#contacts/unsubscribe.ts';
import { faceForBrand } from '#looks/find-face.ts';
import { sendPage } from '#platform/http/html-page.ts';
import { addressKey, createLimiter, type Limiter } from '#platform/http/limiter.ts';
import { Problem } from '#problems.ts';
import type { Services } from '#services.ts';
import type { Place } from './frame.ts';
import { placeOf, Query, wearing } from './place-routes.ts';
import { askStop, stopDone } from './stop-page.ts';

const perAddress = { name: 'unsubscribe', points: 30, seconds: 60 } as const;
/** A mail program sends `List-Unsubscribe=One-Click` and names no choice. */
const ChoiceForm = z.object({ choice: z.enum(['stop', 'not_mine', 'again']).catch('stop') });
const params = z.object({ token: z.string().max(1_000) });

/** `/u/…`: public to the gate, because the token stands in the address; it is read here. */
export const stopRoutes: FastifyPluginAsyncZod<{ services: Services; failures: Limiter }> = async (app, { services, failures }) => {
  const limit = createLimiter(services, perAddress);
  // Mail programs may send the form either way (RFC 8058 §3.1); of several parts nothing is needed.
  app.addContentTypeParser('multipart/form-data', { parseAs: 'buffer' }, (_request, _body, done) => done(null, {}));

  async function wished(token: string, ip: string): Promise<Wish> {
    await limit.consume(addressKey(ip));
    const wish = readWish(services.seal, token);
    if (wish !== null) return wish;
    await failures.consume(addressKey(ip));
    throw new Problem('not_found', 'The address is not complete. Open it from the mail.');
  }

  async function placeOfWish(request: FastifyRequest, { brandId }: Wish): Promise<{ place: Place; name: string }> {
    const brand = await faceForBrand(services.db, brandId);
    const { token } = request.params as z.infer<typeof params>;
    return { place: wearing({ ...placeOf(request), path: `/u/${token}` }, brand), name: brand?.name ?? '' };
  }

  app.route({
    method: 'GET',
    url: '/u/:token',
    config: { access: 'public' },
    schema: { hide: true, params, querystring: Query },
    handler: async (request, reply) => {
      const wish = await wished(request.params.token, request.ip);
      const { place, name } = await placeOfWish(request, wish);
      return sendPage(reply, askStop(place, wish.masked, name)) as never;
    },
  });

  app.route({
    method: 'POST',
    url: '/u/:token',
    config: { access: 'public' },
    schema: { hide: true, params, querystring: Query, body: ChoiceForm },
    handler: async (request, reply) => {
      const wish = await wished(request.params.token, request.ip);
      const { choice } = request.body;
      await grantWish(services, wish, choice);
      const { place, name } = await placeOfWish(request, wish);
      return sendPage(reply, stopDone(place, wish.masked, name, choice)) as never;
    },
  });
};
