// One line a response, made of an allow-list: the route's pattern, never the address that was asked for.
import type { FastifyInstance, FastifyRequest } from 'fastify';

const quiet = new Set(['/livez', '/readyz', '/startupz']);

declare module 'fastify' {
  interface FastifyRequest {
    /** What a route adds to its line: ids and codes. */
    trace: object | null;
  }
}

/** Who called, and the W3C traceparent of the trace that the call is a part of. */
export interface LoggedCaller {
  actorId: string | null;
  traceparent: string | null;
}

/** Logs each answer; health checks only at `debug`. */
export function logResponses(app: FastifyInstance, callerOf: (request: FastifyRequest) => LoggedCaller): void {
  app.decorateRequest('trace', null);
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? null;
    const { actorId, traceparent } = callerOf(request);
    const line = {
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      actorId,
      ...(traceparent === null ? {} : { traceId: traceparent.slice(3, 35) }),
      ...request.trace,
    };
    if (route !== null && quiet.has(route)) request.log.debug(line, 'answered');
    else request.log.info(line, 'answered');
    done();
  });
}
