// The service as its users meet it: real processes over a database, a queue and a mail server, started and stopped by pid.
import { freePort, startProcess } from './process.ts';
import { until } from './until.ts';

const START_MS = 30_000;
const STOP_MS = 25_000;
/** One that says nothing for so long is asked anew. */
const ANSWER_MS = 5_000;

/** A process that is ready. */
export interface Running {
  pid: number;
  /** Everything it has printed. */
  log(): string;
  /** SIGTERM, and the exit code; SIGKILL where it does not end in time. */
  stop(): Promise<number | null>;
  /** SIGKILL: no chance to tidy up. */
  kill(): Promise<void>;
  /** Resolves with the exit code once it has ended, whoever ended it; null where it was killed. */
  ended: Promise<number | null>;
}

/** Settings by the names of their environment variables. */
export type Settings = Record<string, string>;

/** Runs an entry of src/ to its end and answers what it printed; rejects with it unless the exit code is 0. */
export async function runEntry(entry: string, args: string[], settings: Settings): Promise<string> {
  const run = startProcess(entry, settings, args);
  const code = await run.ended;
  if (code !== 0) throw new Error(`${entry} ended with code ${code}: ${run.stdout()}${run.stderr()}`);
  return run.stdout();
}

/** Starts an entry of src/ and waits until `readyUrl` answers 200. */
export async function startEntry(entry: string, settings: Settings, readyUrl: string): Promise<Running> {
  const run = startProcess(entry, settings);
  const log = (): string => run.stdout() + run.stderr();
  const stop = async (): Promise<number | null> => {
    const late = setTimeout(() => run.child.kill('SIGKILL'), STOP_MS);
    const code = await run.stop();
    clearTimeout(late);
    return code;
  };
  const ready = (): Promise<boolean> => {
    if (run.child.exitCode !== null) throw new Error(`${entry} ended: ${log()}`);
    return fetch(readyUrl, { signal: AbortSignal.timeout(ANSWER_MS) }).then(
      ({ status }) => status === 200,
      () => false,
    );
  };
  try {
    await until(ready, START_MS, log);
  } catch (error) {
    await run.stop('SIGKILL');
    throw error;
  }
  return { pid: run.child.pid ?? 0, log, stop, kill: async () => void (await run.stop('SIGKILL')), ended: run.ended };
}

/** What an installation runs on. */
export interface Ground {
  databaseUrl: string;
  /** Absent: the queue lives in PostgreSQL. */
  redisUrl?: string;
  smtpUrl?: string;
  settings?: Settings;
}

/** API and worker over one database. */
export interface Installation {
  baseUrl: string;
  settings: Settings;
  api: Running;
  worker: Running;
  /** Starts a worker in the place of one that was killed. */
  restartWorker(): Promise<void>;
  restartApi(): Promise<void>;
  /** One more API process over the same database and queue, on a port of its own. */
  addApi(): Promise<Running & { baseUrl: string }>;
  /** Makes an admin key as an operator does: with the command line. */
  newAdminKey(): Promise<string>;
  stop(): Promise<void>;
}

/** What a trial of the product needs: short waits, a partner on loopback, no limits on one address that plays everyone. */
export const trialSettings = (ground: Ground): Settings => ({
  DATABASE_URL: ground.databaseUrl,
  ...(ground.redisUrl === undefined ? {} : { REDIS_URL: ground.redisUrl }),
  ...(ground.smtpUrl === undefined ? {} : { SMTP_URL: ground.smtpUrl }),
  SECRETS: 'for trials only and long enough to pass the check',
  LOG_LEVEL: 'info',
  WEBHOOKS_TO_PRIVATE: 'true',
  SETTLE_AFTER_SECONDS: '1',
  COALESCE_SECONDS: '0',
  SWEEP_EVERY_SECONDS: '0.5',
  DRAIN_SECONDS: '0',
  RATE_LIMITS: 'false',
  ...ground.settings,
});

async function newAdminKey(settings: Settings): Promise<string> {
  const printed = await runEntry('admin.ts', ['key', 'create', '--kind', 'admin', '--name', 'trial'], settings);
  const [key] = /gb_a_[\w-]+/.exec(printed) ?? [];
  if (key === undefined) throw new Error(`The command line printed no admin key: ${printed}`);
  return key;
}

/** Migrates, then starts an API and a worker on free ports. */
export async function startInstallation(ground: Ground): Promise<Installation> {
  const settings = trialSettings(ground);
  await runEntry('migrate.ts', [], settings);
  const [port, apiOps, workerOps] = [await freePort(), await freePort(), await freePort()];
  const baseUrl = `http://127.0.0.1:${port}`;
  const apiOn = (at: number, ops: number): Promise<Running> =>
    startEntry('api.ts', { ...settings, PORT: String(at), OPS_PORT: String(ops), PUBLIC_URL: baseUrl }, `http://127.0.0.1:${at}/readyz`);
  const api = (): Promise<Running> => apiOn(port, apiOps);
  const worker = (): Promise<Running> =>
    startEntry('worker.ts', { ...settings, OPS_PORT: String(workerOps), PUBLIC_URL: baseUrl }, `http://127.0.0.1:${workerOps}/readyz`);
  const started = await Promise.allSettled([api(), worker()]);
  const [first, second] = started;
  const added: Running[] = [];
  if (first.status === 'rejected' || second.status === 'rejected') {
    await Promise.all(started.map(async (one) => (one.status === 'fulfilled' ? await one.value.kill() : undefined)));
    throw first.status === 'rejected' ? first.reason : (second as PromiseRejectedResult).reason;
  }
  const installation: Installation = {
    baseUrl,
    settings,
    api: first.value,
    worker: second.value,
    async restartWorker() {
      installation.worker = await worker();
    },
    async restartApi() {
      installation.api = await api();
    },
    async addApi() {
      const at = await freePort();
      const running = await apiOn(at, await freePort());
      added.push(running);
      return { ...running, baseUrl: `http://127.0.0.1:${at}` };
    },
    newAdminKey: () => newAdminKey(settings),
    stop: async () => void (await Promise.all([installation.api, installation.worker, ...added].map((one) => one.stop()))),
  };
  return installation;
}
