// One span a request. It is begun after authentication, because only a caller with a key has its trace continued.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { noTracing, type OpenSpan, type Tracing, traceparentIn } from '../tracing.ts';
import { onEnd } from './ends.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Null where traces are off, and before the caller is known. */
    span: OpenSpan | null;
  }
}

/** Who calls, as the traces see it. */
export interface TracedCaller {
  id: string;
  /** A machine with a key, whose trace is continued. */
  trusted: boolean;
}

/** Traces requests; call it after authentication. What was refused before it gets a span of its own trace. */
export function traceRequests(app: FastifyInstance, tracing: Tracing, callerOf: (request: FastifyRequest) => TracedCaller | null): void {
  app.decorateRequest('span', null);
  if (tracing === noTracing) return;
  const begin = (request: FastifyRequest, elapsedMs: number): OpenSpan | null => {
    const caller = callerOf(request);
    const route = request.routeOptions.url ?? 'unknown';
    return tracing.begin({
      name: `${request.method} ${route}`,
      kind: 'server',
      startedAt: Date.now() - elapsedMs,
      parent: caller?.trusted === true ? traceparentIn(request.headers['traceparent']) : null,
      facts: {
        'http.request.method': request.method,
        'http.route': route,
        'glassbench.request_id': request.id,
        ...(caller === null ? {} : { 'glassbench.actor_id': caller.id }),
      },
    });
  };
  app.addHook('onRequest', (request, reply, done) => {
    request.span = begin(request, reply.elapsedTime);
    done();
  });
  onEnd(app, (request, _reply, { status, ms }) => {
    const span = request.span ?? begin(request, ms);
    span?.end({ 'http.response.status_code': status }, status >= 500);
  });
}
