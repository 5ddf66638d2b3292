// R11: a row that kills every worker that touches it is set aside after three of them, and its lane and all others go on.
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import type { Config } from '#config.ts';
import { boundToUs, endsWithUs } from '../at-end.ts';
import type { Sender } from '../sender.ts';
import { until } from '../until.ts';
import type { Receiver } from '../webhook-receiver.ts';

export interface PoisonFigures {
  crashes: number;
  end: string;
  /** What came after it on its lane, and on another. */
  behind: string[];
  beside: string[];
}

const program = path.resolve(import.meta.dirname, '../lane-worker.ts');
const WITHIN_MS = 120_000;
const MOST = 10;

/** A worker process with the settings of this configuration; it may be at work before it says so. */
function spawnLaneWorker({ DATABASE_URL, REDIS_URL, SECRETS, WEBHOOKS_TO_PRIVATE }: Config): ChildProcess {
  const settings = { DATABASE_URL, SECRETS, WEBHOOKS_TO_PRIVATE: String(WEBHOOKS_TO_PRIVATE), LOG_LEVEL: 'silent' };
  const redis = REDIS_URL === undefined ? {} : { REDIS_URL };
  return endsWithUs(
    spawn(...boundToUs(process.execPath, [program]), {
      env: { PATH: process.env['PATH'], ...settings, ...redis },
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
}

/** Starts one and waits until it works. */
export async function startLaneWorker(config: Config): Promise<ChildProcess> {
  const child = spawnLaneWorker(config);
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`the worker ended with code ${code}`)));
  });
  return child;
}

/** Kills it without a word. */
export const killed = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });

/** Starts worker after worker, each killed by the call that carries the poison. */
export async function playPoison(ground: Sender & { receiver: Receiver }, config: Config): Promise<PoisonFigures> {
  let worker: ChildProcess | null = null;
  let crashes = 0;
  ground.receiver.answer('/poison', (call, response) => {
    if (call.data['n'] !== 1) return void response.writeHead(204).end();
    crashes += 1;
    worker?.kill('SIGKILL');
  });
  const [poisoned, beside] = [await ground.endpoint('/poison'), await ground.endpoint('/beside')];
  await ground.tell(poisoned, 'tkt_poisoned', [1, 2]);
  await ground.tell(beside, 'tkt_beside', [1]);
  const states = async (subject: string): Promise<string[]> =>
    (await ground.rows(subject)).map(({ state, reason }) => (reason === null ? state : `${state}: ${reason}`));
  const over = async (): Promise<boolean> => (await states('tkt_poisoned')).every((state) => state !== 'pending');
  for (let started = 0; started < MOST && !(await over()); started += 1) {
    // Known before it works: its first call may come before it has said that it does, and has to kill this one.
    const running = spawnLaneWorker(config);
    worker = running;
    await until(async () => {
      if (running.exitCode !== null) throw new Error(`the worker ended with code ${running.exitCode}`);
      return running.signalCode !== null || (await over());
    }, WITHIN_MS);
  }
  if (worker !== null) {
    await until(async () => (await states('tkt_beside')).every((state) => state === 'sent'), WITHIN_MS);
    await killed(worker);
  }
  const [end = '', ...behind] = await states('tkt_poisoned');
  return { crashes, end, behind, beside: await states('tkt_beside') };
}
