// One line a call, made of an allow-list: the route's pattern, never the address that was asked for.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { onEnd } from './ends.ts';

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

/** Logs how each call ended; health checks only at `debug`. */
export function logEnds(app: FastifyInstance, callerOf: (request: FastifyRequest) => LoggedCaller): void {
  app.decorateRequest('trace', null);
  onEnd(app, (request, _reply, { status, isWhole, ms }) => {
    const route = request.routeOptions.url ?? null;
    const { actorId, traceparent } = callerOf(request);
    const line = {
      method: request.method,
      route,
      status,
      ms: Math.round(ms * 10) / 10,
      actorId,
      ...(traceparent === null ? {} : { traceId: traceparent.slice(3, 35) }),
      ...request.trace,
    };
    const how = isWhole ? 'answered' : 'broken off';
    if (route !== null && quiet.has(route)) request.log.debug(line, how);
    else request.log.info(line, how);
  });
}
