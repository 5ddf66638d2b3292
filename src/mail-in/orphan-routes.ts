// The API of what has no ticket yet: scans that were parked, and parcels that lie at a depot.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { perform, read } from '#access/perform.ts';
import { linkNext, pageOf, pageQuery } from '#platform/http/page.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id, instantInput } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import { findParkedEvents } from './find-shipments.ts';
import { findOrphans, matchOrphan, readOrphan, registerOrphan } from './manage-orphans.ts';
import { matchScans } from './match-orphans.ts';
import { OrphanInput, OrphanSearch, OrphanView } from './orphan.ts';
import { ShipmentView } from './shipment.ts';
import { CarrierName, ParcelStatus, TrackingEventPage, Waybill } from './tracking.ts';

const tags = ['Orphans'];
const kinds = ['center', 'brand', 'admin'] as const;
const ofOrphan = z.strictObject({ orphanId: id('orphan') });

/** Scans and parcels without a ticket. */
export const orphanRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  app.route({
    method: 'GET',
    url: '/v1/tracking-events',
    config: { access: { scope: 'shipments:read', kinds } },
    schema: {
      operationId: 'findOrphanEvents',
      tags,
      summary: 'List scans whose waybill belongs to no shipment',
      description: 'They are parked until a shipment with that waybill is created, or somebody says whose they are.',
      querystring: z.strictObject({
        ...pageQuery,
        orphan: z.literal('true').meta({ description: 'Only parked scans are listed here; the others stand with their shipment.' }),
        waybill: Waybill.optional(),
        carrier: CarrierName.optional(),
        status: ParcelStatus.optional(),
        occurredSince: instantInput().optional(),
      }),
      response: { 200: TrackingEventPage, ...problemResponses(400, 401, 403) },
    },
    handler: async (request, reply) => linkNext(request, reply, await read(services, request, (deed) => findParkedEvents(deed, request.query))),
  });

  app.route({
    method: 'POST',
    url: '/v1/tracking-events/match',
    config: { access: { scope: 'shipments:write', kinds } },
    schema: {
      operationId: 'matchOrphanEvents',
      tags,
      summary: 'Give parked scans a ticket',
      description: 'Makes an inbound parcel of the ticket out of their waybill; the scans are its own from now on, and move the ticket.',
      body: z
        .strictObject({ carrier: CarrierName, waybill: Waybill, ticketId: id('ticket') })
        .meta({ id: 'OrphanEventMatch', example: { carrier: 'easypost', waybill: 'EZ4000000004', ticketId: 'tkt_01kazy3v7me8rtkd8cz5nq2w4x' } }),
      response: { 201: ShipmentView, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => {
        const shipment = await matchScans(deed, request.body);
        return { status: 201, body: shipment, headers: { location: `/v1/shipments/${shipment.id}` } };
      }),
  });

  app.route({
    method: 'POST',
    url: '/v1/orphan-parcels',
    config: { access: { scope: 'shipments:write', kinds } },
    schema: {
      operationId: 'registerOrphanParcel',
      tags,
      summary: 'Register a parcel that nobody announced',
      description:
        'Where exactly one ticket that waits for a device can be meant, it is matched at once; otherwise when such a job arrives, or by hand.',
      body: OrphanInput,
      response: { 201: OrphanView, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => {
        const orphan = await registerOrphan(deed, request.body);
        return { status: 201, body: orphan, headers: { location: `/v1/orphan-parcels/${orphan.id}` } };
      }),
  });

  app.route({
    method: 'GET',
    url: '/v1/orphan-parcels',
    config: { access: { scope: 'shipments:read', kinds } },
    schema: {
      operationId: 'findOrphanParcels',
      tags,
      summary: 'List parcels without a ticket',
      description: 'Newest first; a center sees what lies with it. By waybill, serial or telephone number, also those that were matched.',
      querystring: OrphanSearch,
      response: { 200: pageOf(OrphanView, 'OrphanParcelPage'), ...problemResponses(400, 401, 403) },
    },
    handler: async (request, reply) => linkNext(request, reply, await read(services, request, (deed) => findOrphans(deed, request.query))),
  });

  app.route({
    method: 'GET',
    url: '/v1/orphan-parcels/:orphanId',
    config: { access: { scope: 'shipments:read', kinds } },
    schema: {
      operationId: 'readOrphanParcel',
      tags,
      summary: 'Read a parcel without a ticket',
      description: 'With the tickets of yours that could be meant.',
      params: ofOrphan,
      response: { 200: OrphanView, ...problemResponses(400, 401, 403, 404) },
    },
    handler: (request) => read(services, request, (deed) => readOrphan(deed, request.params.orphanId)),
  });

  app.route({
    method: 'POST',
    url: '/v1/orphan-parcels/:orphanId/match',
    config: { access: { scope: 'shipments:write', kinds } },
    schema: {
      operationId: 'matchOrphanParcel',
      tags,
      summary: 'Say whose parcel it is',
      description: 'Its waybill becomes an inbound parcel of the ticket. The device is received with `device.receive`, as always.',
      params: ofOrphan,
      body: z.strictObject({ ticketId: id('ticket') }).meta({ id: 'OrphanMatch', example: { ticketId: 'tkt_01kazy3v7me8rtkd8cz5nq2w4x' } }),
      response: { 200: OrphanView, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({
        status: 200,
        body: await matchOrphan(deed, request.params.orphanId, request.body.ticketId),
      })),
  });
};
