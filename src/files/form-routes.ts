// What routes that take a file have in common: only they may have a body that is a form, large, and slow to arrive.
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { actorOf } from '#access/authenticate.ts';
import { readIdempotencyKey } from '#access/idempotency.ts';
import type { Config } from '#config.ts';
import { placeAt } from '#platform/http/known-fields.ts';
import { Problem } from '#problems.ts';
import { incomingFolder } from './places.ts';
import { formLimits, openReception, type Received, tooLarge } from './receive-upload.ts';

/** From the first byte to the answer. */
export const RECEIVE_AND_CLEAN_MS = 180_000;
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

/** What a route takes its file with. */
export interface Forms {
  /** The route's `preValidation`; it goes with `attachValidation`, so that the file is taken away again where the form does not fit. */
  receive(request: FastifyRequest): Promise<void>;
  /** Works with what has arrived, and takes it away afterwards. */
  with<T>(request: FastifyRequest, work: (upload: Received) => Promise<T>): Promise<T>;
}

/** Makes this plugin's routes take forms with one file of at most `maxBytes`, and no other body. */
export async function takeForms(app: FastifyInstance, config: Config, maxBytes: number): Promise<Forms> {
  const reception = openReception(incomingFolder(config), maxBytes);
  app.removeAllContentTypeParsers();
  await app.register(multipart, { limits: formLimits });
  app.decorateRequest('upload', null);
  return {
    async receive(request) {
      try {
        readIdempotencyKey(request);
        if (!request.isMultipart()) throw new Problem('unsupported_media_type', 'Send the file as multipart/form-data.');
        if (Number(request.headers['content-length'] ?? 0) > maxBytes + FORM_BYTES) throw tooLarge(maxBytes);
        const known = placeAt(request.routeOptions.schema?.body as z.ZodType, {}, []).fields;
        const upload = await reception.receive(actorOf(request).id, request.parts(), new Set(known));
        request.upload = upload;
        // The checksum stands for the bytes, so that the same Idempotency-Key with another file is another request.
        request.body = { ...upload.fields, file: `${upload.declared ?? ''};${upload.sha256.toString('hex')}` };
      } catch (error) {
        stopReceiving(request);
        throw error;
      }
    },
    async with(request, work) {
      const { upload } = request;
      if (upload === null) throw new Error('the route has received no file');
      try {
        if (request.validationError !== undefined) throw request.validationError;
        return await work(upload);
      } finally {
        await upload.discard();
      }
    },
  };
}
