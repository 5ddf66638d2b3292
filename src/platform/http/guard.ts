// Keeps the service answering under more than it can serve: sheds load early, the public side first, and limits rates.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '#problems.ts';
import { addressKey, createLimiter, type LimitStore } from './limiter.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Health, reference and streams: neither shed nor counted. */
    unguarded?: true;
    /** Shed like any other, but the route itself says whose calls are counted. */
    countsItself?: true;
  }
}

type Class = 'public' | 'machine';

/** Calls in progress at most. With eight connections and a few milliseconds each, this many wait well below a second. */
const IN_PROGRESS: Record<Class, number> = { public: 128, machine: 256 };
/** How long a call waits for its turn of the event loop (ms) beyond which calls are refused: the public ones first. */
const MAX_DELAY_MS: Record<Class, number> = { public: 150, machine: 500 };
const SAMPLE_MS = 500;
const RESOLUTION_MS = 10;

const POLICIES = {
  key: { name: 'default', points: 6_000, seconds: 60 },
  address: { name: 'public', points: 1_200, seconds: 60 },
} as const;

const classOf = (request: FastifyRequest): Class => (request.routeOptions.config.access === 'public' ? 'public' : 'machine');

const guarded = (request: FastifyRequest): boolean => request.routeOptions.config.unguarded !== true && !request.is404;

const overloaded = (): Problem =>
  new Problem('overloaded', 'More is asked than can be served. Try again shortly.', { headers: { 'retry-after': '1' } });

/**
 * How long a call waits that comes at any moment of a sample, in ms: it meets a long turn more often than a short one, and half of it. A
 * plain mean counts turns: one of 400 ms among ten short ones would pass for a loop that is hardly late.
 */
function expectedWait({ mean, stddev }: { mean: number; stddev: number }): number {
  return Number.isNaN(mean) ? 0 : ((mean + stddev ** 2 / mean) / 1e6 - RESOLUTION_MS) / 2;
}

/** Watches the event loop. The least of three samples counts: a bad one is a start or a long task, three in a row are load. */
function watchDelay(app: FastifyInstance): () => number {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let samples = [0, 0, 0];
  const timer = setInterval(() => {
    samples = [...samples.slice(1), expectedWait(histogram)];
    histogram.reset();
  }, SAMPLE_MS).unref();
  app.addHook('onClose', async () => {
    clearInterval(timer);
    histogram.disable();
  });
  return () => Math.min(...samples);
}

/** Refuses with 503 what cannot be served in time. Call it before authentication: a refusal must cost nothing. */
export function shedLoad(app: FastifyInstance): void {
  const delay = watchDelay(app);
  const inProgress: Record<Class, number> = { public: 0, machine: 0 };
  app.addHook('onRequest', (request, reply, done) => {
    if (!guarded(request)) return done();
    const kind = classOf(request);
    if (inProgress[kind] >= IN_PROGRESS[kind] || delay() > MAX_DELAY_MS[kind]) return done(overloaded());
    inProgress[kind] += 1;
    // 'close' comes once, after 'finish' or where the caller hung up, which leaves no 'finish'.
    reply.raw.once('close', () => void (inProgress[kind] -= 1));
    done();
  });
}

/** Counts calls: of a machine by its key, of the public by address. Call it after authentication. */
export function limitRates(app: FastifyInstance, limits: LimitStore, keyId: (request: FastifyRequest) => string | null): void {
  if (!limits.on) return;
  const perKey = createLimiter({ limits }, POLICIES.key);
  const perAddress = createLimiter({ limits }, POLICIES.address);
  app.addHook('onRequest', async (request, reply) => {
    if (!guarded(request) || request.routeOptions.config.countsItself === true) return;
    const key = keyId(request);
    reply.headers(await (key === null ? perAddress.consume(addressKey(request.ip)) : perKey.consume(key)));
  });
}
