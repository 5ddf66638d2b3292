// The one route that takes a file: apart from the others, because only here may a body be a form, large, and slow to arrive.
import multipart from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { actorOf } from '#access/authenticate.ts';
import { readIdempotencyKey } from '#access/idempotency.ts';
import { perform, read } from '#access/perform.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id } from '#platform/schema.ts';
import { Problem } from '#problems.ts';
import type { Services } from '#services.ts';
import { addFile, keepBytes } from './add-file.ts';
import { FileUpload, FileView } from './file.ts';
import { mustSeeTicket } from './find-files.ts';
import { incomingFolder } from './places.ts';
import { prepareFile } from './prepare-file.ts';
import { formLimits, openReception, type Received, tooLarge } from './receive-upload.ts';

const RECEIVE_AND_CLEAN_MS = 180_000;
/** Boundaries and the other fields. */
const FORM_BYTES = 64 * 1024;
/** For how long, and how much of, what a refused caller still sends is thrown away: it should see the answer, not a reset connection. */
const LINGER_MS = 1_000;
const LINGER_BYTES = 16_000_000;

declare module 'fastify' {
  interface FastifyRequest {
    upload: Received | null;
  }
}

/** Ends a body that is not wanted any more. */
function stopReceiving({ raw }: FastifyRequest): void {
  if (raw.complete) return;
  let left = LINGER_BYTES;
  const end = (): void => void (raw.complete || raw.destroy());
  const timer = setTimeout(end, LINGER_MS).unref();
  raw.once('close', () => clearTimeout(timer));
  raw.unpipe();
  raw.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) end();
  });
}

/** Uploads. */
export const uploadRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  const { FILE_MAX_BYTES: maxBytes } = services.config;
  const reception = openReception(incomingFolder(services.config), maxBytes);
  app.removeAllContentTypeParsers();
  await app.register(multipart, { limits: formLimits });
  app.decorateRequest('upload', null);

  app.route({
    method: 'POST',
    url: '/v1/tickets/:ticketId/files',
    config: { access: { scope: 'tickets:write', kinds: ['center', 'brand'] }, takesFile: true },
    handlerTimeout: RECEIVE_AND_CLEAN_MS,
    schema: {
      operationId: 'addFile',
      tags: ['Files'],
      summary: 'Add a photo or document to a ticket',
      description:
        'One JPEG, PNG, WebP or PDF as multipart/form-data. Pictures are turned upright and lose all metadata (place, camera, time) before they are kept, so the checksum in the answer is that of what is kept. The type is told by the bytes; a declared type that differs is refused. The customer sees files with `visibility: customer`, by signed link only.',
      consumes: ['multipart/form-data'],
      params: z.strictObject({ ticketId: id('ticket') }),
      body: FileUpload,
      response: { 201: FileView, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    attachValidation: true,
    async preValidation(request) {
      try {
        readIdempotencyKey(request);
        if (!request.isMultipart()) throw new Problem('unsupported_media_type', 'Send the file as multipart/form-data.');
        if (Number(request.headers['content-length'] ?? 0) > maxBytes + FORM_BYTES) throw tooLarge(maxBytes);
        const upload = await reception.receive(actorOf(request).id, request.parts());
        request.upload = upload;
        // The checksum stands for the bytes, so that the same Idempotency-Key with another file is another request.
        const body: Record<string, unknown> = { ...upload.fields, file: `${upload.declared ?? ''};${upload.sha256.toString('hex')}` };
        request.body = body as FileUpload;
      } catch (error) {
        stopReceiving(request);
        throw error;
      }
    },
    async handler(request, reply) {
      const { upload } = request;
      if (upload === null) throw new Error('the route has received no file');
      try {
        if (request.validationError !== undefined) throw request.validationError;
        const { ticketId } = request.params;
        await read(services, request, (deed) => mustSeeTicket(deed, ticketId));
        const kept = await keepBytes(services.files, actorOf(request).brandId, ticketId, await prepareFile(upload));
        let needed = false;
        try {
          return await perform(services, request, reply, async (deed) => {
            const body = await addFile(deed, kept, request.body);
            needed = true;
            return { status: 201, body, headers: { location: `/v1/files/${body.id}` } };
          });
        } catch (error) {
          // Where the commit itself failed nobody knows: the sweep finds out.
          needed = !(error instanceof Problem);
          throw error;
        } finally {
          // Refused, or a repeat that was answered with the first one's file.
          if (!needed) await kept.forget();
        }
      } finally {
        await upload.discard();
      }
    },
  });
};
