// The pages behind a customer's link: the repair, the decision about its quote, its documents. A GET never decides.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { actorOf, counted } from '#access/authenticate.ts';
import type { LinkRing } from '#access/link-ring.ts';
import { perform, read } from '#access/perform.ts';
import type { Press } from '#documents/press.ts';
import { intakeReceipt, quoteDocument } from '#documents/print-documents.ts';
import { shippingLabel } from '#documents/print-label.ts';
import { perLink as documentsPerLink, formOf, sendDocument } from '#documents/routes.ts';
import { decideByLink } from '#lookup/decide-by-link.ts';
import { evidenceOf } from '#lookup/evidence.ts';
import { Verdict } from '#lookup/link-ticket.ts';
import { sendPage } from '#platform/http/html-page.ts';
import { createLimiter, type Limiter } from '#platform/http/limiter.ts';
import { networkOf } from '#platform/http/network.ts';
import { id, int4, Locale, text } from '#platform/schema.ts';
import { Problem } from '#problems.ts';
import { Wish } from '#quotes/quote.ts';
import type { Services } from '#services.ts';
import { refusals } from '#tickets/refusals.ts';
import { deedRoutes } from './deed-routes.ts';
import { linkTo } from './frame.ts';
import { pagePen } from './pen.ts';
import { placeOf, Query, refuseElsewhere, wearing } from './place-routes.ts';
import { confirmPage, type SentQuote, verdictsOn } from './quote-parts.ts';
import { readPage } from './read-page.ts';
import { surveyPageRoutes } from './survey-routes.ts';
import { ticketPage } from './ticket-page.ts';

/** Pages with one link; far more than a person opens. */
const perLink = { name: 'link-pages', points: 60, seconds: 60 } as const;

const DocumentQuery = Query.extend({ format: z.enum(['html', 'pdf']).optional().catch(undefined) });
const DecisionForm = z.object({
  quoteId: id('quote'),
  decision: Verdict,
  amount: z.string().max(10).regex(/^\d+$/).transform(Number).pipe(int4()),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .max(3),
  textVersion: text(40),
  locale: Locale,
  wish: Wish.optional(),
});

/** Where links are resolved, wrong ones counted, and documents printed. */
export interface TicketPages {
  services: Services;
  links: LinkRing;
  press: Press;
  /** Wrong links and keys, by address. */
  failures: Limiter;
}

/** Every page below `/t/:token`. The routes are public to the gate, because the secret stands in the address: it is resolved here. */
export const ticketPageRoutes: FastifyPluginAsyncZod<TicketPages> = async (app, { services, links, press, failures }) => {
  const limit = createLimiter(services, perLink);
  const documentLimit = createLimiter(services, documentsPerLink);

  app.addHook('onRequest', async (request, reply) => {
    const { token = '' } = request.params as { token?: string };
    const actor = await counted(failures, request.ip, await links.customerOf(token));
    if (actor?.ticketId === undefined) {
      throw new Problem('unauthorized', 'The link is unknown or has ended. Open the one in the newest message.');
    }
    request.actor = actor;
    request.trace = { tier: 2, ticketId: actor.ticketId, network: networkOf(request.ip) };
    reply.headers({ 'cache-control': 'private, no-store', 'x-robots-tag': 'noindex', ...(await limit.consume(actor.ticketId)) });
  });

  app.route({
    method: 'GET',
    url: '/t/:token',
    config: { access: 'public' },
    schema: { hide: true, querystring: Query },
    handler: async (request, reply) => {
      const place = placeOf(request);
      const { brand, ...scene } = await read(services, request, (deed) => readPage(deed, place.locale));
      return sendPage(reply, ticketPage(scene, wearing(place, brand))) as never;
    },
  });

  app.route({
    method: 'GET',
    url: '/t/:token/quote',
    config: { access: 'public' },
    schema: { hide: true, querystring: Query.extend({ decision: Verdict.catch('approve') }) },
    handler: async (request, reply) => {
      const { decision } = request.query;
      const place = placeOf(request);
      const { ticket, brand, timeZone, now } = await read(services, request, (deed) => readPage(deed, place.locale));
      const { quote } = ticket;
      if (quote === null) throw new Problem('transition_refused', refusals.quote_unknown, { refusal: 'quote_unknown' });
      if (!verdictsOn(quote, ticket.allowedActions).includes(decision)) throw closed(quote, now, timeZone);
      const here = { ...wearing(place, brand), path: `${place.path}/quote?decision=${decision}` };
      const asking = { asks: ticket.quoteTotal !== null, link: place.path };
      return sendPage(reply, confirmPage(quote, decision, asking, here, pagePen(place.locale, timeZone))) as never;
    },
  });

  app.route({
    method: 'POST',
    url: '/t/:token/quote',
    config: { access: 'public' },
    schema: { hide: true, querystring: Query, body: DecisionForm },
    preValidation: async (request) => refuseElsewhere(request, services.config.PUBLIC_URL),
    handler: (request, reply) => {
      const { amount, currency, wish, decision, ...asked } = request.body;
      const place = placeOf(request);
      const shown = { ...asked, decision, amountShown: { amount, currency }, ...(decision === 'decline' && wish !== undefined ? { wish } : {}) };
      return perform(services, request, reply, async (deed) => {
        await decideByLink(deed, shown, evidenceOf(services.seal, request.ip));
        return { status: 303, body: null, headers: { location: `${linkTo(place, place.path)}#quote` } };
      });
    },
  });

  await app.register(deedRoutes, { services });

  await app.register(surveyPageRoutes, { services });

  app.route({
    method: 'GET',
    url: '/t/:token/documents/intake-receipt',
    config: { access: 'public' },
    schema: { hide: true, querystring: DocumentQuery },
    handler: async (request, reply) => {
      const ticketId = actorOf(request).ticketId ?? '';
      reply.headers(await documentLimit.consume(ticketId));
      const { lang, format } = request.query;
      const document = await read(services, request, (deed) => intakeReceipt(deed, ticketId, lang, services.config.PUBLIC_URL));
      return sendDocument(reply, press, formOf(request, format), document);
    },
  });

  app.route({
    method: 'GET',
    url: '/t/:token/documents/quotes/:quoteId',
    config: { access: 'public' },
    schema: { hide: true, params: z.object({ token: text(100), quoteId: id('quote') }), querystring: DocumentQuery },
    handler: async (request, reply) => {
      const ticketId = actorOf(request).ticketId ?? '';
      reply.headers(await documentLimit.consume(ticketId));
      const { lang, format } = request.query;
      const document = await read(services, request, (deed) => quoteDocument(deed, ticketId, request.params.quoteId, lang));
      return sendDocument(reply, press, formOf(request, format), document);
    },
  });

  app.route({
    method: 'GET',
    url: '/t/:token/documents/labels/:shipmentId',
    config: { access: 'public' },
    schema: { hide: true, params: z.object({ token: text(100), shipmentId: id('shipment') }), querystring: DocumentQuery },
    handler: async (request, reply) => {
      reply.headers(await documentLimit.consume(actorOf(request).ticketId ?? ''));
      const { lang, format } = request.query;
      const document = await read(services, request, (deed) => shippingLabel(deed, request.params.shipmentId, lang));
      return sendDocument(reply, press, formOf(request, format), document);
    },
  });
};

/** Why a quote cannot be decided on its page. */
function closed(quote: SentQuote, now: Date, timeZone: string): Problem {
  const { status, decision, validUntil } = quote;
  if (decision !== null) {
    const { wish: _, ...standing } = decision;
    return new Problem('transition_refused', refusals.quote_decided, { refusal: 'quote_decided', decision: standing, timeZone });
  }
  if (status === 'superseded') return new Problem('transition_refused', refusals.quote_superseded, { refusal: 'quote_superseded' });
  if (status === 'expired' || new Date(validUntil) < now)
    return new Problem('transition_refused', refusals.quote_expired, { refusal: 'quote_expired' });
  return new Problem('transition_not_allowed', 'The quote cannot be decided just now.');
}
