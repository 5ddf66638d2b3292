// The API of mail-in jobs: booked one by one or in batches, read with what a courier needs, and taken back.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { perform, read } from '#access/perform.ts';
import { etagOf } from '#platform/http/etag.ts';
import { linkNext, pageOf, pageQuery } from '#platform/http/page.ts';
import { problemDocument } from '#platform/http/problem-document.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id, text } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import { Status } from '#tickets/status.ts';
import { bookMailInJob } from './book-mail-in-job.ts';
import { bookMany, MailInJobBatch, MailInJobResult } from './book-many-jobs.ts';
import { findMailInJobs, readMailInJob } from './find-mail-in-jobs.ts';
import { MailInJobInput, MailInJobView } from './mail-in-job.ts';
import { withdrawJob } from './withdraw-job.ts';

const jobs = ['Jobs'];
const ofTicket = z.strictObject({ ticketId: id('ticket') });
const handlers = ['courier', 'center', 'brand'] as const;
/** A hundred bookings with everything in them. */
const BATCH_BYTES = 256 * 1024;

/** Mail-in jobs. */
export const jobRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  app.route({
    method: 'POST',
    url: '/v1/mail-in-jobs',
    config: { access: { scope: 'jobs:write', kinds: handlers } },
    schema: {
      operationId: 'bookMailInJob',
      tags: jobs,
      summary: 'Book a device in for repair by mail',
      description:
        'Opens the ticket. With `label` its inbound parcel too, and with `intake` beside it the ticket waits for the device at once; both can follow later.',
      body: MailInJobInput,
      response: { 201: MailInJobView, ...problemResponses(400, 401, 403, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => {
        const job = await bookMailInJob(deed, request.body);
        return { status: 201, body: job, headers: { etag: etagOf(job.version), location: `/v1/mail-in-jobs/${job.ticketId}` } };
      }),
  });

  app.route({
    method: 'POST',
    url: '/v1/mail-in-jobs/batch',
    bodyLimit: BATCH_BYTES,
    config: { access: { scope: 'jobs:write', kinds: handlers } },
    schema: {
      operationId: 'bookMailInJobs',
      tags: jobs,
      summary: 'Book up to 100 devices in',
      description:
        'Each item stands or falls by itself and gets the answer it would have got alone, in its place. Sent again with the same Idempotency-Key it answers the same and books nothing.',
      body: MailInJobBatch,
      response: {
        200: z.strictObject({ results: z.array(MailInJobResult).max(100) }).meta({ id: 'MailInJobBatchResult' }),
        ...problemResponses(400, 401, 403, 409, 413, 415, 422),
      },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => {
        const results = (await bookMany(deed, request.body.items)).map((one) => ({
          status: one.ok ? 201 : one.problem.status,
          job: one.ok ? one.job : null,
          problem: one.ok ? null : problemDocument(one.problem, request.id),
        }));
        return { status: 200, body: { results } };
      }),
  });

  app.route({
    method: 'GET',
    url: '/v1/mail-in-jobs',
    config: { access: { scope: 'shipments:read' } },
    schema: {
      operationId: 'findMailInJobs',
      tags: jobs,
      summary: 'List mail-in jobs',
      description: 'Last changed first. A courier sees its own jobs, a center those of its tickets, a brand all of its own.',
      querystring: z.strictObject({ ...pageQuery, status: Status.optional() }),
      response: { 200: pageOf(MailInJobView, 'MailInJobPage'), ...problemResponses(400, 401, 403) },
    },
    handler: async (request, reply) => linkNext(request, reply, await read(services, request, (deed) => findMailInJobs(deed, request.query))),
  });

  app.route({
    method: 'GET',
    url: '/v1/mail-in-jobs/:ticketId',
    config: { access: { scope: 'shipments:read' } },
    schema: {
      operationId: 'readMailInJob',
      tags: jobs,
      summary: 'Read a mail-in job',
      description: 'By the id of its ticket.',
      params: ofTicket,
      response: { 200: MailInJobView, ...problemResponses(400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      const job = await read(services, request, (deed) => readMailInJob(deed, request.params.ticketId));
      reply.header('etag', etagOf(job.version));
      return job;
    },
  });

  app.route({
    method: 'POST',
    url: '/v1/mail-in-jobs/:ticketId/cancel',
    config: { access: { scope: 'jobs:write', kinds: handlers } },
    schema: {
      operationId: 'cancelMailInJob',
      tags: jobs,
      summary: 'Take a booking back',
      description: 'Possible until the carrier has collected the parcel (409 afterwards). The ticket ends and its label is void.',
      params: ofTicket,
      body: z.strictObject({ reason: text(500) }).meta({ id: 'MailInJobCancel', example: { reason: 'Booked twice' } }),
      response: { 200: MailInJobView, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => {
        const job = await withdrawJob(deed, request.params.ticketId, request.body.reason);
        return { status: 200, body: job, headers: { etag: etagOf(job.version) } };
      }),
  });
};
