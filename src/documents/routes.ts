// The API of printed documents, for the center and for the customer with the link: the same document as HTML or as PDF.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { actorOf } from '#access/authenticate.ts';
import type { Deed } from '#access/deed.ts';
import { read } from '#access/perform.ts';
import { preferredMedia } from '#platform/http/accept.ts';
import { createLimiter } from '#platform/http/limiter.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id, Locale } from '#platform/schema.ts';
import { Problem } from '#problems.ts';
import type { Services } from '#services.ts';
import { htmlOf } from './html.ts';
import type { Press } from './press.ts';
import { intakeReceipt, quoteDocument } from './print-documents.ts';
import { shippingLabel } from './print-label.ts';
import type { Printable } from './printable.ts';
import { contentSecurityPolicy } from './style.ts';

const media = { html: 'text/html', pdf: 'application/pdf' } as const;
/** How a document is asked for. */
export const querystring = z.strictObject({
  locale: Locale.optional().meta({ description: "Default: the customer's language." }),
  format: z.enum(['html', 'pdf']).optional().meta({ description: 'Overrides Accept, which a link cannot send.' }),
});

const description =
  'As `text/html` (the default) or `application/pdf`, whichever `Accept` weighs more; 406 where it allows neither. Made anew at every call from what was recorded, with the serial in full: it is the owner’s own document.';

const page = { schema: z.string().max(2_000_000).meta({ id: 'DocumentPage', example: '<!doctype html>\n<html lang="en">…' }) };
const file = { schema: z.string().max(2_000_000).meta({ id: 'DocumentFile', format: 'binary', example: '%PDF-1.7 …' }) };
/** The answer, in either form. */
export const document = { description: 'The document.', content: { 'text/html': page, 'application/pdf': file } };

const noDraft = 'A draft is not shown.';
const access = { scope: 'tickets:read', kinds: ['center', 'brand', 'admin'] } as const;

/** Documents with one link, by the API and on its pages together; they cost more than a look at the repair. */
export const perLink = { name: 'link-documents', points: 20, seconds: 60 } as const;

/** Receipts and quotes of a ticket. */
export const documentRoutes: FastifyPluginAsyncZod<{ services: Services; press: Press }> = async (app, { services, press }) => {
  app.addHook('onClose', () => press.close());
  const limit = createLimiter(services, perLink);
  const lookupAddress = services.config.PUBLIC_URL;

  const print = async (
    request: Asked,
    reply: FastifyReply,
    write: (deed: Deed, locale: Locale | undefined) => Promise<Printable>,
  ): Promise<never> => {
    const { locale, format } = request.query;
    const form = formOf(request, format);
    return sendDocument(reply, press, form, await read(services, request, (deed) => write(deed, locale)));
  };

  app.addHook('onRequest', async (request, reply) => {
    const linked = request.actor?.ticketId;
    if (linked !== undefined) reply.headers(await limit.consume(linked));
  });

  app.route({
    method: 'GET',
    url: '/v1/tickets/:ticketId/documents/intake-receipt',
    config: { access, takesItsTime: true },
    schema: {
      operationId: 'printIntakeReceipt',
      tags: ['Documents'],
      summary: 'The receipt for a device that was handed in',
      description: `${description} 404 until the device was received.`,
      params: z.strictObject({ ticketId: id('ticket') }),
      querystring,
      response: { 200: document, ...problemResponses(400, 401, 403, 404, 406) },
    },
    handler: async (request, reply) => {
      const { ticketId } = request.params;
      return print(request, reply, (deed, locale) => intakeReceipt(deed, ticketId, locale, lookupAddress));
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/tickets/:ticketId/documents/quotes/:quoteId',
    config: { access, takesItsTime: true },
    schema: {
      operationId: 'printQuote',
      tags: ['Documents'],
      summary: 'One version of a quote',
      description: `${description} A version that no longer holds says so.`,
      params: z.strictObject({ ticketId: id('ticket'), quoteId: id('quote') }),
      querystring,
      response: { 200: document, ...problemResponses(400, 401, 403, 404, 406) },
    },
    handler: async (request, reply) => {
      const { ticketId, quoteId } = request.params;
      return print(request, reply, (deed, locale) => quoteDocument(deed, ticketId, quoteId, locale));
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/link/documents/intake-receipt',
    config: { access: 'link', takesItsTime: true },
    schema: {
      operationId: 'printLinkedIntakeReceipt',
      tags: ['Customer'],
      summary: 'The receipt for the device behind a link',
      description: `${description} 404 until the device was received.`,
      querystring,
      response: { 200: document, ...problemResponses(400, 401, 404, 406) },
    },
    handler: async (request, reply) => print(request, reply, (deed, locale) => intakeReceipt(deed, linkedTicket(request), locale, lookupAddress)),
  });

  app.route({
    method: 'GET',
    url: '/v1/link/documents/quotes/:quoteId',
    config: { access: 'link', takesItsTime: true },
    schema: {
      operationId: 'printLinkedQuote',
      tags: ['Customer'],
      summary: 'One version of a quote for the repair behind a link',
      description: `${description} ${noDraft}`,
      params: z.strictObject({ quoteId: id('quote') }),
      querystring,
      response: { 200: document, ...problemResponses(400, 401, 404, 406) },
    },
    handler: async (request, reply) =>
      print(request, reply, (deed, locale) => quoteDocument(deed, linkedTicket(request), request.params.quoteId, locale)),
  });

  app.route({
    method: 'GET',
    url: '/v1/link/documents/labels/:shipmentId',
    config: { access: 'link', takesItsTime: true },
    schema: {
      operationId: 'printLinkedLabel',
      tags: ['Customer'],
      summary: 'The label to send the device behind a link in with',
      description:
        'With a QR code of the receipt code, for the intake desk. As HTML or PDF, like the other documents. 404 once the parcel was collected, the label voided or its time is over.',
      params: z.strictObject({ shipmentId: id('shipment') }),
      querystring,
      response: { 200: document, ...problemResponses(400, 401, 404, 406) },
    },
    handler: async (request, reply) => print(request, reply, (deed, locale) => shippingLabel(deed, request.params.shipmentId, locale)),
  });
};

/** A request for a document. */
type Asked = FastifyRequest & { query: z.output<typeof querystring> };

const linkedTicket = (request: FastifyRequest): string => actorOf(request).ticketId ?? '';

/** As what a document is asked for. Problem: not_acceptable. */
export function formOf(request: FastifyRequest, format: keyof typeof media | undefined): (typeof media)[keyof typeof media] {
  const form = format === undefined ? preferredMedia(request.headers.accept, [media.html, media.pdf]) : media[format];
  if (form === null) throw new Problem('not_acceptable', 'Accept text/html or application/pdf.');
  return form;
}

/** Drawn after the transaction has ended, so that no connection waits for it. */
export async function sendDocument(reply: FastifyReply, press: Press, form: string, document: Printable): Promise<never> {
  const ending = form === media.pdf ? 'pdf' : 'html';
  reply.headers({
    'content-language': document.locale,
    'content-disposition': `inline; filename="${document.fileName}.${ending}"`,
    vary: 'Accept, Authorization',
    'x-robots-tag': 'noindex',
  });
  if (form === media.pdf) return reply.type(media.pdf).send(Buffer.from(await press.print(document))) as never;
  return reply.header('content-security-policy', contentSecurityPolicy).type('text/html; charset=utf-8').send(htmlOf(document)) as never;
}
