// How long requests take, by route and status, as a Prometheus histogram.
import { Histogram } from '@prometheus-io/client';
import type { FastifyInstance } from 'fastify';
import plugin from 'fastify-plugin';
import { metrics } from '../metrics.ts';

const durations = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Time from the request to the end of the answer.',
  labelNames: ['method', 'route', 'status'] as const,
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers: [metrics],
});

/** Measures every request of the application. Routes are patterns: a path would bring serials into the metrics. */
export const requestDurations = plugin((app: FastifyInstance, _options: object, done: () => void) => {
  app.addHook('onResponse', (request, reply, next) => {
    const route = request.routeOptions.url ?? 'unknown';
    durations.labels({ method: request.method, route, status: String(reply.statusCode) }).observe(reply.elapsedTime / 1000);
    next();
  });
  done();
});
