// The two places where the queue can live: every story is told on both.
import { describe } from 'vitest';
import { missingRedis, type OwnRedis, startRedis } from './queue-backends.ts';

/** One place of the queue. */
export interface Queue {
  name: 'PostgreSQL' | 'Redis';
  /** Starts what it needs beside the database. */
  start(): Promise<OwnRedis | null>;
}

// On the build machine the Redis half has to run: there the suite fails by the sentence that says what is missing.
const skipped = missingRedis !== null && process.env.CI !== 'true';
if (skipped) process.stderr.write(`${missingRedis}\n`);

/** Both, whether or not they can be started here. */
export const queues: readonly [Queue, Queue] = [
  { name: 'PostgreSQL', start: () => Promise.resolve(null) },
  { name: 'Redis', start: startRedis },
];

/** Describes a story once per queue. */
export function onBothQueues(title: string, tell: (queue: Queue) => void): void {
  for (const queue of queues) {
    // Skipped where there is no redis-server to start; the run prints how to get one, and the build machine fails without.
    describe.skipIf(queue.name === 'Redis' && skipped)(`${title}, queue on ${queue.name}`, () => {
      tell(queue);
    });
  }
}
