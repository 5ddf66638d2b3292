// The API of repair tickets: open, read, search, move, look back, note.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { perform, read } from '#access/perform.ts';
import { etagOf, expectedVersion } from '#platform/http/etag.ts';
import { linkNext, pageOf, pageQuery } from '#platform/http/page.ts';
import { ProblemDocument, problemDocument } from '#platform/http/problem-document.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id, int4 } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import { addNote } from './add-note.ts';
import { advanceMany } from './advance-many.ts';
import { advanceTicket } from './advance-ticket.ts';
import { findTickets, readHistory, readNotes, readTicket } from './find-tickets.ts';
import { openTicket } from './open-ticket.ts';
import { NoteInput, NoteView, TicketEvent, TicketInput, TicketSearch, TicketView } from './ticket.ts';
import { BatchItem, TransitionInput } from './transition.ts';

const tags = ['Tickets'];
const params = z.strictObject({ ticketId: id('ticket') });

const BatchResult = z
  .strictObject({
    ticketId: id('ticket'),
    status: int4(200, 599).meta({ description: 'The status the transition would have answered by itself.' }),
    ticket: TicketView.nullable(),
    problem: ProblemDocument.nullable(),
  })
  .meta({ id: 'TransitionResult' });

/** Tickets and their transitions. */
export const ticketRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  app.route({
    method: 'POST',
    url: '/v1/tickets',
    config: { access: { scope: 'tickets:write', kinds: ['center', 'brand'] } },
    schema: {
      operationId: 'openTicket',
      tags,
      summary: 'Open a repair ticket',
      description: 'For walk-in and drop-off repairs. Couriers open theirs by `POST /v1/mail-in-jobs`.',
      body: TicketInput,
      response: { 201: TicketView, ...problemResponses(400, 401, 403, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => {
        const ticket = await openTicket(deed, request.body);
        return { status: 201, body: ticket, headers: { etag: etagOf(ticket.version), location: `/v1/tickets/${ticket.id}` } };
      }),
  });

  app.route({
    method: 'GET',
    url: '/v1/tickets',
    config: { access: { scope: 'tickets:read' } },
    schema: {
      operationId: 'findTickets',
      tags,
      summary: 'Search tickets',
      description:
        'Last changed first; with `overdue`, `dueSoon` or `stuck`, longest due first. A center sees its own tickets, a brand all of its own.',
      querystring: TicketSearch,
      response: { 200: pageOf(TicketView, 'TicketPage'), ...problemResponses(400, 401, 403) },
    },
    handler: async (request, reply) => linkNext(request, reply, await read(services, request, (deed) => findTickets(deed, request.query))),
  });

  app.route({
    method: 'GET',
    url: '/v1/tickets/:ticketId',
    config: { access: { scope: 'tickets:read' } },
    schema: {
      operationId: 'readTicket',
      tags,
      summary: 'Read a ticket',
      description: 'With what your key may do next (`allowedActions`) and the `ETag` that a transition sends back as `If-Match`.',
      params,
      response: { 200: TicketView, ...problemResponses(400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      const ticket = await read(services, request, (deed) => readTicket(deed, request.params.ticketId));
      reply.header('etag', etagOf(ticket.version));
      return ticket;
    },
  });

  app.route({
    method: 'POST',
    url: '/v1/tickets/:ticketId/transitions',
    config: { access: { scope: 'tickets:write' } },
    schema: {
      operationId: 'advanceTicket',
      tags,
      summary: 'Move a ticket by one action of the lifecycle',
      description:
        'Needs `If-Match` with the ETag last read: 428 without, 412 when the ticket has moved on, 409 when the action is not possible from here.',
      params,
      body: TransitionInput,
      response: { 200: TicketView, ...problemResponses(400, 401, 403, 404, 409, 412, 413, 415, 422, 428) },
    },
    handler: (request, reply) => {
      const expected = expectedVersion(request);
      const { reason, notify, customerNote, ...command } = request.body as TransitionInput;
      return perform(services, request, reply, async (deed) => {
        const step = { ticketId: request.params.ticketId, expectedVersion: expected, command, reason, notify, customerNote };
        const ticket = await advanceTicket(deed, step);
        return { status: 200, body: ticket, headers: { etag: etagOf(ticket.version) } };
      });
    },
  });

  app.route({
    method: 'POST',
    url: '/v1/transitions',
    config: { access: { scope: 'tickets:write' } },
    schema: {
      operationId: 'advanceTickets',
      tags,
      summary: 'Move up to 100 tickets',
      description: 'Each item stands or falls by itself and gets the answer it would have got alone.',
      body: z.strictObject({ items: z.array(BatchItem).min(1).max(100) }).meta({ id: 'TransitionBatch' }),
      response: {
        200: z.strictObject({ results: z.array(BatchResult).max(100) }).meta({ id: 'TransitionBatchResult' }),
        ...problemResponses(400, 401, 403, 409, 413, 415, 422),
      },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => {
        const steps = request.body.items.map(({ ticketId, version, transition }) => {
          const { reason, notify, customerNote, ...command } = transition as TransitionInput;
          return { ticketId, expectedVersion: version, command, reason, notify, customerNote };
        });
        const results = (await advanceMany(deed, steps)).map((result, index) => ({
          ticketId: steps[index]?.ticketId ?? '',
          status: result.ok ? 200 : result.problem.status,
          ticket: result.ok ? result.ticket : null,
          problem: result.ok ? null : problemDocument(result.problem, request.id),
        }));
        return { status: 200, body: { results } };
      }),
  });

  app.route({
    method: 'GET',
    url: '/v1/tickets/:ticketId/history',
    config: { access: { scope: 'tickets:read' } },
    schema: {
      operationId: 'readHistory',
      tags,
      summary: 'Read the history of a ticket',
      description: 'Oldest first, complete, never changed afterwards.',
      params,
      querystring: z.strictObject(pageQuery),
      response: { 200: pageOf(TicketEvent, 'TicketEventPage'), ...problemResponses(400, 401, 403, 404) },
    },
    handler: async (request, reply) =>
      linkNext(request, reply, await read(services, request, (deed) => readHistory(deed, request.params.ticketId, request.query))),
  });

  app.route({
    method: 'POST',
    url: '/v1/tickets/:ticketId/notes',
    config: { access: { scope: 'tickets:write', kinds: ['center', 'brand'] } },
    schema: {
      operationId: 'addNote',
      tags,
      summary: 'Add a note',
      description: 'Internal, or for the customer to read with the ticket.',
      params,
      body: NoteInput,
      response: { 201: NoteView, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({ status: 201, body: await addNote(deed, request.params.ticketId, request.body) })),
  });

  app.route({
    method: 'GET',
    url: '/v1/tickets/:ticketId/notes',
    config: { access: { scope: 'tickets:read', kinds: ['center', 'brand'] } },
    schema: {
      operationId: 'readNotes',
      tags,
      summary: 'Read the notes of a ticket',
      description: 'Oldest first.',
      params,
      querystring: z.strictObject(pageQuery),
      response: { 200: pageOf(NoteView, 'NotePage'), ...problemResponses(400, 401, 403, 404) },
    },
    handler: async (request, reply) =>
      linkNext(request, reply, await read(services, request, (deed) => readNotes(deed, request.params.ticketId, request.query))),
  });
};
