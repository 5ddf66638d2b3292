// Keeps the service answering under more than it can serve: sheds load early, the public side first, and limits rates.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter } from '@prometheus-io/client';
import type { FastifyContextConfig, FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '#problems.ts';
import { metrics } from '../metrics.ts';
import { refuseEarly } from './early-refusal.ts';
import { beginHandling, handledMs } from './handled.ts';
import { addressKey, createLimiter, type LimitStore } from './limiter.ts';
import { openRoom, type Room, type RoomPlan } from './room.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Health, reference and streams: neither shed nor counted. */
    unguarded?: true;
    /** Shed like any other, but the route itself says whose calls are counted. */
    countsItself?: true;
    /** Takes its time whatever else is asked, by drawing or by waiting on purpose: says nothing of the load. */
    takesItsTime?: true;
  }
}

type Class = 'public' | 'machine';

/**
 * Calls in progress. What keeps coming is let in as far as it is served soon: enough for the eight connections to be busy, and few enough that
 * neither they nor the event loop make anybody wait, not even for a refusal. With twice these times a flood is served no faster, and every answer
 * takes twice as long. A machine that is busy with something else is no flood: what a page or a client asks at once finds room there too.
 */
const ROOMS: Record<Class, RoomPlan> = {
  public: { first: 64, most: 96, calm: 24, least: 8, soonMs: 25 },
  machine: { first: 96, most: 128, calm: 48, least: 16, soonMs: 40 },
};
/** How long a call waits for its turn of the event loop (ms) beyond which calls are refused: the public ones first. */
const MAX_DELAY_MS: Record<Class, number> = { public: 150, machine: 500 };
const SAMPLE_MS = 500;
const RESOLUTION_MS = 10;
const REPORT_MS = 1_000;

const POLICIES = {
  key: { name: 'default', points: 6_000, seconds: 60 },
  address: { name: 'public', points: 1_200, seconds: 60 },
} as const;

/** Null: never refused. What carriers and providers push is signed and counted by its route: that of machines. */
const classOf = ({ access, unguarded, countsItself }: FastifyContextConfig): Class | null => {
  if (unguarded === true) return null;
  return access === 'public' && countsItself !== true ? 'public' : 'machine';
};

const guarded = (request: FastifyRequest): boolean => request.routeOptions.config.unguarded !== true && !request.is404;

const refusals = new Counter({
  name: 'glassbench_calls_refused_total',
  help: 'Calls that were refused before anything was done for them; http_request_duration_seconds does not count them.',
  labelNames: ['class'] as const,
  registers: [metrics],
});

const overloaded = (): Problem =>
  new Problem('overloaded', 'More is asked than can be served. Try again shortly.', { headers: { 'retry-after': '1' } });

/**
 * How long a call waits that comes at any moment of a sample, in ms: it meets a long turn more often than a short one, and half of it. A
 * plain mean counts turns: one of 400 ms among ten short ones would pass for a loop that is hardly late. Where nothing was counted in a sample
 * of `sampleMs`, the loop has not come round in all of it: its timers kept it.
 */
function expectedWait({ mean, stddev }: { mean: number; stddev: number }, sampleMs: number): number {
  return Number.isNaN(mean) ? sampleMs / 2 : ((mean + stddev ** 2 / mean) / 1e6 - RESOLUTION_MS) / 2;
}

/** Watches the event loop. The least of three samples counts: a bad one is a start or a long task, three in a row are load. */
function watchDelay(app: FastifyInstance): () => number {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let samples = [0, 0, 0];
  let since = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    samples = [...samples.slice(1), expectedWait(histogram, now - since)];
    since = now;
    histogram.reset();
  }, SAMPLE_MS).unref();
  app.addHook('onClose', async () => {
    clearInterval(timer);
    histogram.disable();
  });
  return () => Math.min(...samples);
}

/** Says once a second how many were refused early: a line for each would cost more than the refusal. */
function countRefusals(app: FastifyInstance): (kind: Class) => void {
  let count = 0;
  const tell = (): void => {
    app.log.warn({ code: 'overloaded', count }, 'calls refused');
    count = 0;
  };
  return (kind) => {
    if (count === 0) setTimeout(tell, REPORT_MS).unref();
    count += 1;
    refusals.labels({ class: kind }).inc();
  };
}

/** Refuses with 503 what cannot be served in time. Call it before authentication and before any route: a refusal must cost nothing. */
export function shedLoad(app: FastifyInstance): void {
  const delay = watchDelay(app);
  const rooms: Record<Class, Room> = { public: openRoom(ROOMS.public), machine: openRoom(ROOMS.machine) };
  const tooMuch = (kind: Class): boolean => {
    const refused = rooms[kind].full() || delay() > MAX_DELAY_MS[kind];
    if (refused) rooms[kind].refused();
    return refused;
  };
  const count = countRefusals(app);
  refuseEarly(app, overloaded(), classOf, (kind) => {
    const refused = tooMuch(kind);
    if (refused) count(kind);
    return refused;
  });
  app.decorateRequest('handledFrom', null);
  app.addHook('onRequest', (request, reply, done) => {
    const kind = request.is404 ? null : classOf(request.routeOptions.config);
    if (kind === null) return done();
    if (tooMuch(kind)) return done(overloaded());
    rooms[kind].enter();
    // 'close' comes once, after 'finish' or where the caller hung up, which leaves no 'finish'.
    reply.raw.once('close', () => rooms[kind].leave());
    done();
  });
  app.addHook('preHandler', (request, _reply, done) => {
    // What a file takes is the line of its sender; what is nowhere takes no time, and was let in without asking for room.
    const { takesFile, takesItsTime } = request.routeOptions.config;
    if (!request.is404 && takesFile !== true && takesItsTime !== true) beginHandling(request);
    done();
  });
  app.addHook('onSend', (request, _reply, _payload, done) => {
    const kind = classOf(request.routeOptions.config);
    const ms = handledMs(request);
    if (ms !== null && kind !== null) rooms[kind].served(ms);
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
