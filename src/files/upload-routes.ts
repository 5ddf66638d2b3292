// Adding a photo or document to a ticket: bytes first, then the row that names them.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { actorOf } from '#access/authenticate.ts';
import { perform, read } from '#access/perform.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id } from '#platform/schema.ts';
import { Problem } from '#problems.ts';
import type { Services } from '#services.ts';
import { addFile, keepBytes } from './add-file.ts';
import { FileUpload, FileView } from './file.ts';
import { mustSeeTicket } from './find-files.ts';
import { RECEIVE_AND_CLEAN_MS, takeForms } from './form-routes.ts';
import { prepareFile } from './prepare-file.ts';

/** Uploads. */
export const uploadRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  const forms = await takeForms(app, services.config, services.config.FILE_MAX_BYTES);

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
    preValidation: forms.receive,
    handler: (request, reply) =>
      forms.with(request, async (upload) => {
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
      }),
  });
};
