// R12: processes are restarted one after the other while people work, as a release does it: no call fails, and every process ends by itself in time.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Conclusion, concluded, loadOn } from '../chaos/conclude.ts';
import type { Plant, Process } from '../chaos/plant.ts';
import { until } from '../until.ts';

/** What the restarts came to. */
export interface RestartFigures extends Conclusion {
  seed: number;
  signals: Record<Process['kind'], number>;
  seconds: number;
  /** From SIGTERM to the end, the longest, by kind. */
  longestMs: Record<Process['kind'], number>;
  /** Exit codes other than 0. */
  unclean: string[];
}

const LOOK_MS = 100;
const READY_MS = 60_000;

interface Balancer {
  choose(nth: number): string;
  ready(one: Process): boolean;
  stop(): void;
}

/** Sends calls where /readyz says so, as every load balancer does; nowhere else is a call sent after that. */
function balance(apis: readonly Process[]): Balancer {
  const ready = new Set<Process>(apis);
  let looking = true;
  const look = async (one: Process): Promise<void> => {
    while (looking) {
      const ok = await fetch(`${one.baseUrl}/readyz`, { signal: AbortSignal.timeout(2_000) }).then(
        async (answer) => (await answer.text()) !== '' && answer.status === 200,
        () => false,
      );
      if (ok) ready.add(one);
      else ready.delete(one);
      await sleep(LOOK_MS);
    }
  };
  for (const one of apis) void look(one);
  return {
    choose(nth) {
      const now = [...ready];
      return (now[nth % now.length] ?? apis[0])?.baseUrl ?? '';
    },
    ready: (one) => ready.has(one),
    stop: () => void (looking = false),
  };
}

/** Restarts APIs in turn, and workers meanwhile, until `signals` SIGTERMs were sent; at least every second goes to an API. */
export async function playRestarts(
  plant: Plant,
  { signals, seed, writers, tell }: { signals: number; seed: number; writers: number; tell(text: string): void },
): Promise<RestartFigures> {
  const { apis, workers } = plant;
  const began = performance.now();
  const balancer = balance(apis);
  const load = loadOn(plant, { name: 'restarts', choose: balancer.choose, writers, seed, pauseMs: 60 });
  const sent = { api: 0, worker: 0 };
  const longestMs = { api: 0, worker: 0 };
  const unclean: string[] = [];
  const restart = async (one: Process): Promise<void> => {
    sent[one.kind] += 1;
    const since = performance.now();
    const code = await one.terminate();
    longestMs[one.kind] = Math.max(longestMs[one.kind], performance.now() - since);
    if (code !== 0) unclean.push(`${one.name}: ${code}`);
    await one.start();
  };
  const total = (): number => sent.api + sent.worker;
  const apiLoop = async (): Promise<void> => {
    for (let nth = 0; total() < signals; nth += 1) {
      await until(
        () => apis.every((one) => balancer.ready(one)),
        READY_MS,
        () => 'an API that is not ready',
      );
      await restart(apis[nth % apis.length] as Process);
      if (nth % 5 === 4) tell(`${total()} signals, ${load.acknowledged()} acknowledged, answers ${JSON.stringify([...load.answers])}`);
    }
  };
  const workerLoop = async (): Promise<void> => {
    for (let nth = 0; total() < signals - 1; nth += 1) {
      if (sent.worker < sent.api) await restart(workers[nth % workers.length] as Process);
      else await sleep(LOOK_MS);
    }
  };
  await Promise.all([apiLoop(), workerLoop()]);
  const seconds = (performance.now() - began) / 1000;
  const conclusion = await concluded(plant, load, tell);
  balancer.stop();
  return { seed, signals: sent, seconds, longestMs, unclean, ...conclusion };
}
