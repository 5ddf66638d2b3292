// The API of what is known about files: list, read, change, remove.
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { actorOf } from '#access/authenticate.ts';
import { perform, read } from '#access/perform.ts';
import { linkNext, pageOf, pageQuery } from '#platform/http/page.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import { changeFile, removeFile } from './change-file.ts';
import { FileChange, FileKind, FileView, FileVisibility } from './file.ts';
import { listFiles, readFile } from './find-files.ts';
import { keyOf } from './keys.ts';

const tags = ['Files'];
const one = '/v1/files/:fileId';
const params = z.strictObject({ fileId: id('file') });
const mayRead = { scope: 'tickets:read', kinds: ['center', 'brand'] } as const;
const mayWrite = { scope: 'tickets:write', kinds: ['center', 'brand'] } as const;

/** Files of tickets. */
export const fileRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  app.route({
    method: 'GET',
    url: '/v1/tickets/:ticketId/files',
    config: { access: mayRead },
    schema: {
      operationId: 'listFiles',
      tags,
      summary: 'List the files of a ticket',
      description: 'Oldest first, without those that were removed.',
      params: z.strictObject({ ticketId: id('ticket') }),
      querystring: z.strictObject({ kind: FileKind.optional(), visibility: FileVisibility.optional(), ...pageQuery }),
      response: { 200: pageOf(FileView, 'FilePage'), ...problemResponses(400, 401, 403, 404) },
    },
    handler: async (request, reply) =>
      linkNext(request, reply, await read(services, request, (deed) => listFiles(deed, request.params.ticketId, request.query))),
  });

  app.route({
    method: 'GET',
    url: one,
    config: { access: mayRead },
    schema: {
      operationId: 'readFile',
      tags,
      summary: 'Read what is known of a file',
      description: 'With its checksum and a signed link to its bytes.',
      params,
      response: { 200: FileView, ...problemResponses(400, 401, 403, 404) },
    },
    handler: (request) => read(services, request, (deed) => readFile(deed, request.params.fileId)),
  });

  app.route({
    method: 'PATCH',
    url: one,
    config: { access: mayWrite },
    schema: {
      operationId: 'changeFile',
      tags,
      summary: 'Change who sees a file, or its caption',
      description: 'Only what is sent changes. Links that a customer holds stop at once where the file is made internal.',
      params,
      body: FileChange,
      response: { 200: FileView, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 422) },
    },
    handler: (request, reply) =>
      perform(services, request, reply, async (deed) => ({ status: 200, body: await changeFile(deed, request.params.fileId, request.body) })),
  });

  app.route({
    method: 'DELETE',
    url: one,
    config: { access: mayWrite },
    schema: {
      operationId: 'removeFile',
      tags,
      summary: 'Remove a file',
      description: 'Its bytes are deleted and no link shows it any more; that it was there, and its checksum, stay on record.',
      params,
      response: { 200: FileView, ...problemResponses(400, 401, 403, 404, 409, 422) },
    },
    handler: async (request, reply) => {
      const { fileId } = request.params;
      let removed: FileView | null = null;
      const done = await perform(services, request, reply, async (deed) => {
        removed = await removeFile(deed, fileId);
        return { status: 200, body: removed };
      });
      // After the commit; what cannot be deleted now goes with the sweep.
      const { ticketId } = (removed as FileView | null) ?? {};
      if (ticketId !== undefined) await services.files.remove(keyOf({ brandId: actorOf(request).brandId, ticketId, fileId })).catch(() => undefined);
      return done;
    },
  });
};
