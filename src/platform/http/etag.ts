// Optimistic concurrency over HTTP: a strong ETag per version, and If-Match on every transition.
import type { FastifyRequest } from 'fastify';
import { Problem } from '#problems.ts';

/** `"v12"`, the strong ETag of version 12. */
export const etagOf = (version: number): string => `"v${version}"`;

/** The version a caller has seen. Throws precondition_required without If-Match, stale_version where it can match no version of ours. */
export function expectedVersion(request: FastifyRequest): number {
  const header = request.headers['if-match'];
  if (header === undefined) {
    throw new Problem('precondition_required', 'Send the ETag you last read as If-Match, e.g. If-Match: "v3".');
  }
  const version = /^"v([1-9]\d{0,8})"$/.exec(header.trim())?.[1];
  if (version === undefined) {
    throw new Problem('stale_version', 'If-Match must be exactly one ETag as we gave it, e.g. "v3"; lists, weak tags and * are refused.');
  }
  return Number(version);
}
