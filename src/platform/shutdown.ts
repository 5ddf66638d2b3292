// Ends a process in order: answer "not ready", let what runs finish, close what was opened last first, leave nothing behind.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';

/** One thing to close, and how long it may take. What comes after it is closed even where it fails. */
export interface Step {
  name: string;
  withinMs: number;
  run(): Promise<unknown>;
}

interface Options {
  log: Logger;
  /** How long /readyz answers 503 before anything closes, so that load balancers notice. */
  drainMs: number;
  /** False where a person presses Ctrl-C: there is nobody to wait for. */
  drainOnInterrupt: boolean;
}

/** What a process has opened, and how it is closed again. */
export interface Shutdown {
  /** Closed before everything that was added earlier. */
  add(step: Step): void;
  /** Called when the end begins. */
  onDrain(drain: () => void): void;
  /** Closes all; false where a step failed or was late. */
  close(): Promise<boolean>;
}

/** npm passes a Ctrl-C on that the terminal has already sent to us: this soon it is the same one. */
const SAME_SIGNAL_MS = 500;

async function closeOne(log: Logger, step: Step): Promise<boolean> {
  const deadline = new AbortController();
  try {
    const late = sleep(step.withinMs, true, { signal: deadline.signal }).catch(() => false);
    const tooLate = await Promise.race([step.run().then(() => false), late]);
    if (tooLate) log.error({ part: step.name, ms: step.withinMs }, 'did not close in time');
    return !tooLate;
  } catch (error) {
    log.error({ err: error, part: step.name }, 'closing failed');
    return false;
  } finally {
    deadline.abort();
  }
}

/** Listens for SIGINT and SIGTERM, and for errors nobody caught (exit code 1); a second signal exits at once. */
export function openShutdown({ log, drainMs, drainOnInterrupt }: Options): Shutdown {
  const opened: Step[] = [];
  const drains: (() => void)[] = [];
  let since: number | null = null;

  const close = async (): Promise<boolean> => {
    let clean = true;
    for (let step = opened.pop(); step !== undefined; step = opened.pop()) clean = (await closeOne(log, step)) && clean;
    return clean;
  };
  const end = async (reason: string, wait: boolean, code: number): Promise<never> => {
    since = Date.now();
    log.info({ signal: reason }, 'stopping');
    for (const drain of drains) drain();
    if (wait) await sleep(drainMs);
    const clean = await close();
    log.info('stopped');
    process.exit(clean ? code : 1);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (since === null) void end(signal, signal === 'SIGTERM' || drainOnInterrupt, 0);
    else if (Date.now() - since > SAME_SIGNAL_MS) process.exit(1);
  };
  const onError = (error: unknown): void => {
    log.fatal({ err: error }, 'an error that nobody caught');
    if (since === null) void end('error', false, 1);
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  process.on('uncaughtException', onError).on('unhandledRejection', onError);
  return { add: (step) => void opened.push(step), onDrain: (drain) => void drains.push(drain), close };
}
