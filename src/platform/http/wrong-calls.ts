// Limits what strangers may get wrong at routes whose callers prove themselves by what they send, without ever refusing who does.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Problem } from '#problems.ts';
import { toProblem } from './error-handler.ts';
import { addressKey, createLimiter, type LimitStore, type Policy } from './limiter.ts';

/** Said of what proves nothing. `malformed_request` is not among them: whose bytes cannot be read has proven where they come from. */
const WRONG: ReadonlySet<Problem['code']> = new Set([
  'signature_invalid',
  'not_found',
  'validation_failed',
  'unsupported_media_type',
  'body_too_large',
]);

/**
 * Counts, for the routes of this plugin, what is answered wrong against its address, whatever the answer is; beyond the policy it is 429. What proves
 * itself is not counted and always served: a provider shares its few addresses with its other customers, and what one of those gets wrong must
 * not keep the reports of our parcels away. So every push is looked at, also from an address that has used its calls up, but for those of which
 * `hopeless` can tell from path and header fields alone that they are wrong: their bodies are not read.
 */
export function limitWrongCalls(
  app: FastifyInstance,
  { limits }: { limits: LimitStore },
  policy: Policy,
  hopeless: (request: FastifyRequest) => boolean,
): void {
  const wrong = createLimiter({ limits }, policy);
  app.addHook('onRequest', (request, _reply, done) => {
    if (hopeless(request)) wrong.refuseSpent(addressKey(request.ip));
    done();
  });
  // The handler around this one answers what is thrown here.
  app.setErrorHandler(async (error, request) => {
    if (WRONG.has(toProblem(error).code)) await wrong.consume(addressKey(request.ip));
    throw error;
  });
}
