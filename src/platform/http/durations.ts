// How long requests take, by route and status, as a Prometheus histogram.
import { Histogram } from '@prometheus-io/client';
import type { FastifyInstance } from 'fastify';
import plugin from 'fastify-plugin';
import { metrics } from '../metrics.ts';
import { onEnd } from './ends.ts';

const durations = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Time from the request to the end of the answer, or until the caller hung up: status 499 where the answer had not begun.',
  labelNames: ['method', 'route', 'status'] as const,
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  registers: [metrics],
});

/** Measures every call of the application. Routes are patterns: a path would bring serials into the metrics. */
export const requestDurations = plugin((app: FastifyInstance, _options: object, done: () => void) => {
  onEnd(app, (request, _reply, { status, ms }) => {
    const route = request.routeOptions.url ?? 'unknown';
    durations.labels({ method: request.method, route, status: String(status) }).observe(ms / 1000);
  });
  done();
});
