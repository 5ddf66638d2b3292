// The form on `/`, and on a brand's own page, and its answer. The number is posted: it stands in no address, no history and no log.
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { faceForBrand, faceForHost, faceForSlug } from '#looks/find-face.ts';
import { type Desk, lookUpOpen, lookUpOwned } from '#lookup/look-up.ts';
import { BrandSlug } from '#lookup/progress.ts';
import type { Page } from '#platform/http/html-page.ts';
import { sendPage } from '#platform/http/html-page.ts';
import { networkOf } from '#platform/http/network.ts';
import { Problem } from '#problems.ts';
import { keptText } from './form-text.ts';
import type { Place } from './frame.ts';
import { placeOf, Query, wearing } from './place-routes.ts';
import { type Asked, nothingPage, openPage, ownerPage, startPage } from './start-page.ts';
import { readTyped } from './typed.ts';

const AskedForm = z.object({ identifier: keptText(400), proof: keptText(100) });

/** The pages where a number is typed: `/` is the house's or that of the host's brand, `/b/{slug}` a brand's. */
export const startRoutes: FastifyPluginAsyncZod<{ desk: Desk }> = async (app, { desk }) => {
  const { db } = desk.services;

  const houseOrHost = async (request: FastifyRequest): Promise<Place> => ({ ...placeOf(request), brand: await faceForHost(db, request.hostname) });

  async function brands(request: FastifyRequest): Promise<Place> {
    const slug = BrandSlug.safeParse((request.params as { slug: string }).slug);
    const brand = slug.success ? await faceForSlug(db, slug.data) : null;
    if (brand === null) throw new Problem('not_found', 'There is no brand of this name.');
    const path = `/b/${brand.slug}`;
    return { ...placeOf(request), path, home: path, brand };
  }

  /** On a brand's page only its tickets are found. A stranger is shown no brand but the page's own; a proof shows whose the ticket is. */
  async function answerTo(request: FastifyRequest, asked: Asked, page: Place): Promise<Page> {
    const place = { ...page, posted: { ...asked } };
    const read = readTyped(asked);
    if (read.kind === 'hint') return startPage(place, asked, read.hint);
    const asker = { address: request.ip, locale: place.locale };
    const brand = place.brand?.slug;
    if (read.kind === 'open') {
      const { answer, trace } = await lookUpOpen(desk, asker, { serial: read.serial, brand });
      request.trace = { ...trace, network: networkOf(request.ip) };
      return answer.found ? openPage(answer, place, asked) : nothingPage(place, asked, answer);
    }
    const { answer, brandId, trace } = await lookUpOwned(desk, asker, { ...read.question, brand });
    request.trace = { ...trace, network: networkOf(request.ip) };
    if (!answer.found) return nothingPage(place, asked, answer);
    return ownerPage(answer, place.brand === null && brandId !== null ? wearing(place, await faceForBrand(db, brandId)) : place);
  }

  for (const [url, placed] of [
    ['/', houseOrHost],
    ['/b/:slug', brands],
  ] as const) {
    app.route({
      method: 'GET',
      url,
      config: { access: 'public' },
      schema: { hide: true, querystring: Query },
      handler: async (request, reply) => sendPage(reply, startPage(await placed(request), { identifier: '', proof: '' }, null)) as never,
    });

    app.route({
      method: 'POST',
      url,
      config: { access: 'public', takesItsTime: true },
      schema: { hide: true, querystring: Query, body: AskedForm },
      handler: async (request, reply) => sendPage(reply, await answerTo(request, request.body, await placed(request))) as never,
    });
  }
};
