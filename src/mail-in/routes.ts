// The API of mail-in: jobs, parcels in both directions, and what is reported of them by hand.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { perform, read } from '#access/perform.ts';
import { linkNext, pageQuery } from '#platform/http/page.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import { cancelShipment } from './cancel-shipment.ts';
import { claimRoutes } from './claim-routes.ts';
import { createShipment } from './create-shipment.ts';
import { readShipment, readTrackingEvents, shipmentsOf } from './find-shipments.ts';
import { jobRoutes } from './job-routes.ts';
import { orphanRoutes } from './orphan-routes.ts';
import { receiveTransfer, TransferReceipt } from './receive-transfer.ts';
import { reportScan } from './report-scan.ts';
import { ShipmentInput, ShipmentView } from './shipment.ts';
import { ScanInput, TrackingEventPage, TrackingEventView } from './tracking.ts';

const shipments = ['Shipments'];
const ofTicket = z.strictObject({ ticketId: id('ticket') });
const ofShipment = z.strictObject({ shipmentId: id('shipment') });
const handlers = ['courier', 'center', 'brand'] as const;

/** Parcels. */
const shipmentRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  app.route({
    method: 'POST',
    url: '/v1/tickets/:ticketId/shipments',
    config: { access: { scope: 'shipments:write', kinds: handlers } },
    schema: {
      operationId: 'createShipment',
      tags: shipments,
      summary: 'Add a parcel to a ticket',
      description:
        'Its waybill is unique per carrier; scans that came before it are its own from now on. An inbound one with `intake` moves the ticket on.',
      params: ofTicket,
      body: ShipmentInput,
      response: { 201: ShipmentView, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => {
        const shipment = await createShipment(deed, request.params.ticketId, request.body);
        return { status: 201, body: shipment, headers: { location: `/v1/shipments/${shipment.id}` } };
      }),
  });

  app.route({
    method: 'GET',
    url: '/v1/tickets/:ticketId/shipments',
    config: { access: { scope: 'shipments:read' } },
    schema: {
      operationId: 'listShipments',
      tags: shipments,
      summary: 'List the parcels of a ticket',
      description: 'Oldest first; a ticket has at most 20.',
      params: ofTicket,
      response: {
        200: z.strictObject({ data: z.array(ShipmentView).max(100) }).meta({ id: 'ShipmentList', example: { data: [] } }),
        ...problemResponses(400, 401, 403, 404),
      },
    },
    handler: (request) => read(services, request, async (deed) => ({ data: await shipmentsOf(deed, request.params.ticketId) })),
  });

  app.route({
    method: 'GET',
    url: '/v1/shipments/:shipmentId',
    config: { access: { scope: 'shipments:read' } },
    schema: {
      operationId: 'readShipment',
      tags: shipments,
      summary: 'Read a parcel',
      description: 'With where it stands, and when it is expected.',
      params: ofShipment,
      response: { 200: ShipmentView, ...problemResponses(400, 401, 403, 404) },
    },
    handler: (request) => read(services, request, (deed) => readShipment(deed, request.params.shipmentId)),
  });

  app.route({
    method: 'POST',
    url: '/v1/shipments/:shipmentId/receive',
    config: { access: { scope: 'shipments:write', kinds: ['center', 'brand', 'admin'] } },
    schema: {
      operationId: 'receiveTransfer',
      tags: shipments,
      summary: 'Take in what another center has sent',
      description:
        'For a parcel of the direction `transfer`: every ticket in it becomes a ticket of the center it was sent to. The clocks of the work begin anew there; the promise to the customer stays.',
      params: ofShipment,
      body: TransferReceipt,
      response: { 200: ShipmentView, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({
        status: 200,
        body: await receiveTransfer(deed, request.params.shipmentId, request.body),
      })),
  });

  app.route({
    method: 'POST',
    url: '/v1/shipments/:shipmentId/cancel',
    config: { access: { scope: 'shipments:write', kinds: handlers } },
    schema: {
      operationId: 'cancelShipment',
      tags: shipments,
      summary: 'Void the label of a parcel',
      description: 'Possible until the carrier has collected it.',
      params: ofShipment,
      response: { 200: ShipmentView, ...problemResponses(400, 401, 403, 404, 409, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({ status: 200, body: await cancelShipment(deed, request.params.shipmentId) })),
  });
};

/** Scans. */
const trackingRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  app.route({
    method: 'GET',
    url: '/v1/shipments/:shipmentId/tracking-events',
    config: { access: { scope: 'shipments:read' } },
    schema: {
      operationId: 'readTrackingEvents',
      tags: shipments,
      summary: 'Read the scans of a parcel',
      description: 'Newest first by the time they happened; every one that was ever reported.',
      params: ofShipment,
      querystring: z.strictObject(pageQuery),
      response: { 200: TrackingEventPage, ...problemResponses(400, 401, 403, 404) },
    },
    handler: async (request, reply) =>
      linkNext(request, reply, await read(services, request, (deed) => readTrackingEvents(deed, request.params.shipmentId, request.query))),
  });

  app.route({
    method: 'POST',
    url: '/v1/shipments/:shipmentId/tracking-events',
    config: { access: { scope: 'shipments:write', kinds: handlers } },
    schema: {
      operationId: 'reportScan',
      tags: shipments,
      summary: 'Report a scan by hand',
      description: 'Counts like a scan of the carrier. The same scan reported again answers 200 with the first.',
      params: ofShipment,
      body: ScanInput,
      response: { 200: TrackingEventView, 201: TrackingEventView, ...problemResponses(400, 401, 403, 404, 413, 415, 422, 409) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => {
        const { isNew, event } = await reportScan(deed, request.params.shipmentId, request.body);
        return { status: isNew ? 201 : 200, body: event };
      }),
  });
};

/** Everything of mail-in that is called with an API key. */
export const mailInRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, options) => {
  await app.register(jobRoutes, options);
  await app.register(shipmentRoutes, options);
  await app.register(trackingRoutes, options);
  await app.register(orphanRoutes, options);
  await app.register(claimRoutes, options);
};
