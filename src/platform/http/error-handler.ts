// Turns whatever goes wrong below a route, in Fastify itself or in PostgreSQL into a problem document.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { isRetryable, isUnavailable } from '#platform/db/failures.ts';
import { Problem } from '#problems.ts';
import { PROBLEM_TYPE, problemDocument } from './problem-document.ts';

const retrySoon = { headers: { 'retry-after': '1' } };

/** Fastify's own errors, by code. What is missing here and below 500 counts as malformed. */
const framework: Record<string, () => Problem> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new Problem('body_too_large', 'Send at most 64 kB.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new Problem('unsupported_media_type', 'Send the body as application/json.'),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => new Problem('malformed_request', 'The body is empty. Send JSON, or leave the content type away.'),
  FST_ERR_CTP_INVALID_JSON_BODY: () => new Problem('malformed_request', 'The body is not valid JSON.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => new Problem('malformed_request', 'The body is not as long as Content-Length says.'),
  // Of QUERY, which nothing here is asked with, before the router is.
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: () => new Problem('malformed_request', 'Say the Content-Type of the body.'),
  FST_ERR_BAD_URL: () => new Problem('malformed_request', 'The address is not a valid URL. Check its percent-encoding.'),
  FST_ERR_MAX_PARAM_LENGTH: () => new Problem('uri_too_long', 'A part of the address is too long.'),
  FST_ERR_NOT_FOUND: () => new Problem('not_found', 'Nothing is served under this address.'),
  FST_ERR_HANDLER_TIMEOUT: () =>
    new Problem('unavailable', 'The answer took too long. Try again; with the same Idempotency-Key it is safe.', retrySoon),
};

/** What an error means to the caller. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isUnavailable(error) || isRetryable(error)) {
    return new Problem('unavailable', 'The database cannot answer just now. Try again; with the same Idempotency-Key it is safe.', retrySoon);
  }
  const { code, statusCode } = (error ?? {}) as Partial<FastifyError>;
  const known = code === undefined ? undefined : framework[code];
  if (known !== undefined) return known();
  // Only errors that Fastify or node's HTTP server made count as the caller's fault; anything else below 500 is a mistake of ours.
  if (code?.startsWith('FST_ERR_CTP') === true || (error instanceof SyntaxError && statusCode === 400)) {
    return new Problem('malformed_request', 'The request could not be read.');
  }
  return new Problem('internal', 'The request failed on our side; nothing was changed. Name the request id when you report it.');
}

/** On every answer, unless a route says otherwise. */
export const commonHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' };

/** Answers a problem; its own headers (ETag, Retry-After, Allow) go with it. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  // Hooks do not run for what the router refuses: the headers of every answer are set here once more.
  reply.headers({ ...commonHeaders, ...problem.extras.headers });
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  if (problem.status === 503 && !reply.hasHeader('retry-after')) reply.header('retry-after', '1');
  return reply
    .code(problem.status)
    .header('content-type', PROBLEM_TYPE)
    .serializer((body: unknown) => body as string)
    .send(JSON.stringify(problemDocument(problem, request.id)));
}

/** Who hangs up in the middle of a body leaves an ECONNRESET behind, which is no news of the database. */
const isHalfSent = ({ raw }: FastifyRequest): boolean => raw.aborted && !raw.complete;

/** Fastify's error handler. */
export function errorHandler(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error);
  if (problem.code === 'internal') request.log.error({ err: error }, 'request failed');
  else if (problem.code === 'unavailable' && !isHalfSent(request)) request.log.warn({ err: error }, 'request could not be served');
  return sendProblem(request, reply, problem);
}
