// What is away and comes back by itself is said once for each time, not once for each try.
import type { Logger } from 'pino';

/** Keeps whether a backend of the queue answers, as it is taken to at first. */
export function outageLog(log: Logger, backend: string): { up(): void; down(error: unknown): void; isUp(): boolean } {
  let isUp = true;
  return {
    isUp: () => isUp,
    up() {
      if (!isUp) log.info({ backend }, 'the queue answers again');
      isUp = true;
    },
    down(error) {
      if (isUp) log.warn({ err: error, backend }, 'the queue does not answer; what is due stays in PostgreSQL');
      isUp = false;
    },
  };
}
