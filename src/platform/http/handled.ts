// How long a call has been handled, by which the room for calls is measured: its body has come by then, and what it waits for other calls is no part of it.
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** In ms of the process; null before, and while it waits for other calls. */
    handledFrom: number | null;
  }
}

/** Its handler is called now. */
export function beginHandling(request: FastifyRequest): void {
  request.handledFrom = performance.now();
}

/** For so many ms until now; null where that is not to be counted. */
export const handledMs = ({ handledFrom }: FastifyRequest): number | null => (handledFrom === null ? null : performance.now() - handledFrom);

/** It waits for other calls until what this answers is called, and begins anew then; where its turn never comes it does not count. */
export function standInLine(request: FastifyRequest): () => void {
  const isTimed = typeof request.handledFrom === 'number';
  request.handledFrom = null;
  return () => {
    if (isTimed) beginHandling(request);
  };
}
