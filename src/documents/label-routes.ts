// The label of a parcel to print, for whoever packs or carries it.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { read } from '#access/perform.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import type { Press } from './press.ts';
import { shippingLabel } from './print-label.ts';
import { document, formOf, querystring, sendDocument } from './routes.ts';

/** Labels. */
export const labelRoutes: FastifyPluginAsyncZod<{ services: Services; press: Press }> = async (app, { services, press }) => {
  app.route({
    method: 'GET',
    url: '/v1/shipments/:shipmentId/label',
    config: { access: { scope: 'shipments:read', kinds: ['courier', 'center', 'brand', 'admin'] }, takesItsTime: true },
    schema: {
      operationId: 'printLabel',
      tags: ['Documents'],
      summary: 'The label of a parcel',
      description:
        "From whom to whom, with a QR code that says the receipt code of each device in it, for the intake desk. As HTML or PDF, like the other documents. The carrier's own label stands in `labelUrl`.",
      params: z.strictObject({ shipmentId: id('shipment') }),
      querystring,
      response: { 200: document, ...problemResponses(400, 401, 403, 404, 406) },
    },
    handler: async (request, reply) => {
      const form = formOf(request, request.query.format);
      const { shipmentId } = request.params;
      return sendDocument(reply, press, form, await read(services, request, (deed) => shippingLabel(deed, shipmentId, request.query.locale)));
    },
  });
};
