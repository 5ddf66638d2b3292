// Health of a process: alive, ready to be sent work, started on the schema it was written for.
import type { FastifyPluginAsync } from 'fastify';
import { Problem } from '#problems.ts';
import { within } from '../deadline.ts';

/** What a process answers about itself. */
export interface Health {
  /** Until what it answers is called, /readyz answers 503: a process that is not at work yet is none to wait for, or to send work to. */
  starting(): () => void;
  /** From now on /readyz answers 503, so that no new work is sent here. */
  drain(): void;
  /** Asks this too from now on: `degraded` where it is not up. */
  watch(isUp: () => boolean): void;
  /** `degraded`: served, but something behind it is away. */
  ready(): Promise<'ready' | 'degraded' | 'starting' | 'draining' | 'unavailable'>;
  /** Whether the database has at least the migrations that this code needs. */
  started(): Promise<boolean>;
}

/** The small questions a process asks; each rejects or answers false where the answer is no. */
export interface Checks {
  database(): Promise<unknown>;
  /** Redis, where there is one. */
  queue?(): Promise<unknown>;
  migrations(): Promise<readonly string[]>;
  expected(): readonly string[];
}

/** What has not answered by then is away: one question that stays without any answer would keep all who ask later waiting with it. */
const CHECK_MS = 3_000;

const succeeds = async (check: () => Promise<unknown>): Promise<boolean> => {
  try {
    return (await within(CHECK_MS, 'a check', check())) !== false;
  } catch {
    return false;
  }
};

/** How long an answer counts, in ms: whoever asks often, and from outside anybody can, asks the database no more often than this. */
const FOR_A_MOMENT_MS = 500;

/** Asks once for all who ask meanwhile, and for those who come within a moment of the answer. `ask` does not reject. */
function forAMoment<T>(ask: () => Promise<T>): () => Promise<T> {
  let last: { answer: Promise<T>; until: number } | null = null;
  return () => {
    if (last !== null && performance.now() < last.until) return last.answer;
    const asked = { answer: ask(), until: Number.POSITIVE_INFINITY };
    last = asked;
    void asked.answer.then(() => {
      asked.until = performance.now() + FOR_A_MOMENT_MS;
    });
    return asked.answer;
  };
}

/** Puts the questions together. */
export function createHealth(checks: Checks): Health {
  let state: 'starting' | 'open' | 'draining' = 'open';
  const watched: (() => boolean)[] = [];
  const reached = forAMoment(async (): Promise<'ready' | 'degraded' | 'unavailable'> => {
    if (!(await succeeds(checks.database))) return 'unavailable';
    const isQueueUp = checks.queue === undefined || (await succeeds(checks.queue));
    return isQueueUp && watched.every((isUp) => isUp()) ? 'ready' : 'degraded';
  });
  const started = forAMoment(async () => {
    try {
      const done = new Set(await within(CHECK_MS, 'reading the migrations', checks.migrations()));
      return checks.expected().every((name) => done.has(name));
    } catch {
      return false;
    }
  });
  return {
    starting() {
      state = 'starting';
      return () => {
        if (state === 'starting') state = 'open';
      };
    },
    drain() {
      state = 'draining';
    },
    watch: (isUp) => void watched.push(isUp),
    ready: async () => (state === 'open' ? reached() : state),
    started,
  };
}

/** /livez, /readyz and /startupz, for the public server and for the ops port. */
export const healthRoutes: FastifyPluginAsync<{ health: Health }> = async (app, { health }) => {
  const config = { access: 'public', unguarded: true } as const;
  const schema = { hide: true };
  app.get('/livez', { config, schema }, async () => ({ status: 'alive' }));
  app.get('/readyz', { config, schema }, async () => {
    const status = await health.ready();
    if (status === 'starting') throw new Problem('unavailable', 'This process is starting.');
    if (status === 'draining') throw new Problem('unavailable', 'This process is shutting down.');
    if (status === 'unavailable') throw new Problem('unavailable', 'The database cannot be reached.');
    return { status };
  });
  app.get('/startupz', { config, schema }, async () => {
    if (!(await health.started())) throw new Problem('unavailable', 'The database is not on the schema this release needs.');
    return { status: 'started' };
  });
};
