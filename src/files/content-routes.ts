// The bytes of files: with a key, or for whoever holds a signed link.
import { finished } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { actorOf } from '#access/authenticate.ts';
import { read } from '#access/perform.ts';
import { problemResponses } from '#platform/http/problem-responses.ts';
import { id } from '#platform/schema.ts';
import type { Services } from '#services.ts';
import { FileContent } from './file.ts';
import { mediaTypes } from './file-types.ts';
import { fileRow } from './find-files.ts';
import { type Content, contentOf, linkedContent } from './read-content.ts';

/** A large picture over a slow phone; a reader that is slower is cut off, so that it does not hold a place for ever. */
const SEND_MS = 120_000;

const params = z.strictObject({ fileId: id('file') });
const bytes = {
  description: 'The bytes, to show or, where it is a PDF, to download; never cached.',
  content: Object.fromEntries(mediaTypes.map((type) => [type, { schema: FileContent }])) as Record<
    (typeof mediaTypes)[number],
    { schema: typeof FileContent }
  >,
};

/** However the answer ends, read to its end, by a HEAD or because nobody listens any more, the file is closed with it. */
function send(reply: FastifyReply, { headers, bytes: stream }: Content): never {
  finished(reply.raw, () => void stream.destroy());
  return reply.headers(headers).send(stream) as never;
}

/** Files themselves. */
export const contentRoutes: FastifyPluginAsyncZod<{ services: Services }> = async (app, { services }) => {
  app.route({
    method: 'GET',
    url: '/v1/files/:fileId/content',
    config: { access: { scope: 'tickets:read', kinds: ['center', 'brand'] } },
    handlerTimeout: SEND_MS,
    schema: {
      operationId: 'downloadFile',
      tags: ['Files'],
      summary: 'Read the bytes of a file',
      description: 'With your key; `contentUrl` of the file needs none.',
      params,
      response: { 200: bytes, ...problemResponses(400, 401, 403, 404) },
    },
    async handler(request, reply) {
      const row = await read(services, request, (deed) => fileRow(deed, request.params.fileId));
      const content = await contentOf(services, actorOf(request).brandId, row);
      return send(reply, content);
    },
  });

  app.route({
    method: 'GET',
    url: '/f/:fileId',
    config: { access: 'public' },
    handlerTimeout: SEND_MS,
    schema: {
      operationId: 'showLinkedFile',
      tags: ['Files'],
      summary: 'Read the bytes of a file by signed link',
      description: 'The address stands in `contentUrl`. A link that is wrong or over is answered like a file that does not exist.',
      params,
      querystring: z.strictObject({
        expires: z.string().max(20).meta({ description: 'As in the link.', example: '1795324500' }),
        signature: z.string().max(100).meta({ description: 'As in the link.', example: 's01kam3w0xf8q9r2s4t6v8w0x1y' }),
      }),
      response: { 200: bytes, ...problemResponses(400, 404) },
    },
    async handler(request, reply) {
      const content = await linkedContent(services, request.params.fileId, request.query);
      return send(reply, content);
    },
  });
};
