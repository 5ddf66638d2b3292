// The customer's page of a ticket as its center sees it: the same templates over the same projections, marked as a preview, with nothing to send on it.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { readBrand } from '#access/manage-brands.ts';
import { read } from '#access/perform.ts';
import { ownFace } from '#looks/find-face.ts';
import { LinkedTicket } from '#lookup/link-ticket.ts';
import { type Previewed, previewTicket } from '#lookup/preview.ts';
import { NotShown, OpenProgress, OwnerProgress } from '#lookup/progress.ts';
import { preferredLocale, preferredMedia } from '#platform/http/accept.ts';
import { type Page, sendPage } from '#platform/http/html-page.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id, Locale } from '#platform/schema.ts';
import { Problem } from '#problems.ts';
import type { Services } from '#services.ts';
import type { Place } from './frame.ts';
import { nothingPage, openPage, ownerPage } from './start-page.ts';
import { type TicketScene, ticketPage } from './ticket-page.ts';
import { troublePage } from './trouble-page.ts';

/** Leads nowhere: the preview has no link of the customer to lead to. */
const NOWHERE = '#preview';

const querystring = z.strictObject({
  tier: z.enum(['0', '1', '2']).default('2').meta({ description: '0: by serial alone; 1: with a proof; 2: by the link in the messages.' }),
  locale: Locale.optional().meta({ description: 'Overrides Accept-Language.' }),
});
const PreviewPage = z.string().max(2_000_000).meta({ id: 'PreviewPage', example: '<!doctype html>\n<html lang="en">…' });
const Preview = z.union([OpenProgress, OwnerProgress, LinkedTicket, NotShown]).meta({ id: 'Preview' });

/** The page that belongs to the answer. */
function pageFor(shown: Previewed, place: Place, scene: Omit<TicketScene, 'ticket'>): Page {
  const nothing = { identifier: '', proof: '' };
  if (!('tier' in shown)) return shown.verifyHint.code === 'link_ended' ? troublePage('link_ended', place, null) : nothingPage(place, nothing, shown);
  switch (shown.tier) {
    case 0:
      return openPage(shown, place, nothing);
    case 1:
      return ownerPage(shown, place);
    case 2:
      return ticketPage({ ...scene, timeZone: shown.center?.timeZone ?? scene.timeZone, ticket: shown }, place);
  }
}

/** Previews for centers and brands. */
export const previewRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  app.route({
    method: 'GET',
    url: '/v1/tickets/:ticketId/preview',
    config: { access: { scope: 'tickets:read', kinds: ['center', 'brand', 'admin'] } },
    schema: {
      operationId: 'previewTicket',
      tags: ['Customer'],
      summary: 'See what the customer sees of a ticket',
      description:
        'As `text/html` (the default: the customer’s page itself, marked as a preview, with nothing on it that can be sent) or `application/json`, whichever `Accept` weighs more. Nothing is counted as a lookup, and neither the customer’s link nor a token is given out.',
      params: z.strictObject({ ticketId: id('ticket') }),
      querystring,
      response: {
        200: {
          description: 'The page, or what it is made of.',
          content: { 'text/html': { schema: PreviewPage }, 'application/json': { schema: Preview } },
        },
        ...problemResponses(400, 401, 403, 404, 406),
      },
    },
    handler: async (request, reply) => {
      const media = preferredMedia(request.headers.accept, ['text/html', 'application/json']);
      if (media === null) throw new Problem('not_acceptable', 'The preview is text/html or application/json. Send Accept with one of them.');
      const { tier, locale: asked } = request.query;
      const locale = asked ?? preferredLocale(request.headers['accept-language']);
      const { shown, brand, scene } = await read(services, request, async (deed) => ({
        shown: await previewTicket(deed, request.params.ticketId, tier, locale),
        brand: await ownFace(deed),
        scene: { followUp: null, timeZone: (await readBrand(deed, deed.brandId)).timeZone },
      }));
      if (media === 'application/json') {
        const headers = { 'cache-control': 'private, no-store', 'content-language': locale, vary: 'Accept, Accept-Language' };
        return reply.headers(headers).type('application/json; charset=utf-8').send(shown);
      }
      const place: Place = { locale, chosen: false, path: NOWHERE, home: NOWHERE, brand, preview: true };
      return sendPage(reply, pageFor(shown, place, scene), 200, 'none') as never;
    },
  });
};
