// Ends a process in order: answer "not ready", let what runs finish, close in steps with deadlines, leave nothing behind.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';

/** One thing to close. Later steps run even where an earlier one fails or takes too long. */
export interface Step {
  name: string;
  withinMs: number;
  run(): Promise<unknown>;
}

interface Options {
  log: Logger;
  /** Called first: /readyz answers 503 from now on. */
  drain(): void;
  /** How long load balancers get to notice. */
  drainMs: number;
  /** An interactive Ctrl-C has no load balancer to wait for. */
  drainOnInterrupt: boolean;
  steps(): Step[];
}

/** npm passes a Ctrl-C on that the terminal has already sent to us: this soon it is the same one. */
const SAME_SIGNAL_MS = 300;

async function close(log: Logger, step: Step): Promise<boolean> {
  const deadline = new AbortController();
  try {
    const late = sleep(step.withinMs, 'late' as const, { signal: deadline.signal }).catch(() => 'closed' as const);
    const ended = await Promise.race([step.run().then(() => 'closed' as const), late]);
    if (ended === 'late') log.error({ part: step.name, ms: step.withinMs }, 'did not close in time');
    return ended === 'closed';
  } catch (error) {
    log.error({ err: error, part: step.name }, 'closing failed');
    return false;
  } finally {
    deadline.abort();
  }
}

/** Closes on SIGINT and SIGTERM, and on an error nobody caught (exit code 1); a second signal exits at once. */
export function closeOnSignal(options: Options): void {
  let since: number | null = null;
  const end = async (reason: string, drain: boolean, code: number): Promise<void> => {
    options.log.info({ signal: reason }, 'stopping');
    options.drain();
    if (drain) await sleep(options.drainMs);
    let clean = true;
    for (const step of options.steps()) clean = (await close(options.log, step)) && clean;
    options.log.info('stopped');
    options.log.flush();
    process.exit(clean ? code : 1);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (since !== null) {
      if (Date.now() - since > SAME_SIGNAL_MS) process.exit(1);
      return;
    }
    since = Date.now();
    void end(signal, signal === 'SIGTERM' || options.drainOnInterrupt, 0);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const onError = (error: unknown): void => {
    options.log.fatal({ err: error }, 'an error that nobody caught');
    if (since !== null) return;
    since = Date.now();
    void end('error', false, 1);
  };
  process.on('uncaughtException', onError);
  process.on('unhandledRejection', onError);
}
