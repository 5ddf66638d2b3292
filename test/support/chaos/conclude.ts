// How every gate over a plant ends: no new call, everything that is due goes out, and then all of it is recomputed.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Load, type LoadOptions, startLoad } from './load.ts';
import { LEASE_SECONDS, type Plant } from './plant.ts';
import { leftIn, writtenIn } from './rows.ts';
import { type Verdict, verdictOn } from './verdict.ts';

/** What every gate tells. */
export interface Conclusion {
  backend: string;
  acknowledged: number;
  /** Calls that were sent more than once before they were acknowledged. */
  repeatedCalls: number;
  answers: Record<string, number>;
  /** Answers that no good client may get. */
  wrong: string[];
  /** Processes that ended though nobody had killed them. */
  ends: string[];
  /** Calls at the partner's with a signature that is none. */
  unsigned: number;
  slowestMs: number;
  /** From the end of the load until nothing was left to do. */
  drainSeconds: number;
  verdict: Verdict;
}

const DRAIN_MS = 120_000;

/** Starts clients that go to the API of their number, and after a failure to the other one, unless `options` say otherwise. */
export function loadOn({ apis, key }: Plant, options: Omit<LoadOptions, 'key' | 'choose'> & Partial<Pick<LoadOptions, 'choose'>>): Load {
  const either = (nth: number, failed: string | null): string =>
    (apis.find(({ baseUrl }, place) => (failed === null ? nth % apis.length === place : baseUrl !== failed)) ?? apis[0])?.baseUrl ?? '';
  return startLoad({ choose: either, key, ...options });
}

/** Waits until nothing is left to do, or for so long that the rest counts as unsettled: the figures of an hour are not to be lost for it. */
async function drained({ owner }: Plant, tell: (text: string) => void): Promise<number> {
  const began = performance.now();
  let said = 0;
  for (;;) {
    const left = await leftIn(owner).catch(() => null);
    const seconds = (performance.now() - began) / 1000;
    if (left !== null && left.due + left.lanes + left.delivered === 0) return seconds;
    if (seconds >= said) {
      tell(`${seconds.toFixed(0)} s after the load: ${JSON.stringify(left)}`);
      said += 2;
    }
    if (seconds * 1000 > DRAIN_MS) return seconds;
    await sleep(50);
  }
}

/** Ends the load and holds everything that ever happened on this plant against what was acknowledged. */
export async function concluded(plant: Plant, load: Load, tell: (text: string) => void): Promise<Conclusion> {
  await load.stop();
  plant.acknowledged.push(...load.tickets);
  const drainSeconds = await drained(plant, tell);
  const { backend, owner, receivers, endpoints, ends, acknowledged } = plant;
  return {
    ...{
      backend,
      acknowledged: load.acknowledged(),
      repeatedCalls: load.repeated(),
      answers: Object.fromEntries(load.answers),
      wrong: load.wrong,
      ends,
    },
    ...{ unsigned: receivers.unsigned(), slowestMs: load.slowest(), drainSeconds },
    verdict: verdictOn(await writtenIn(owner), acknowledged, receivers.arrivals, endpoints, LEASE_SECONDS * 1_000),
  };
}

/** Answers and broken lines other than success. */
export const failedIn = ({ answers }: Conclusion): Record<string, number> =>
  Object.fromEntries(Object.entries(answers).filter(([answer]) => !/^(read )?20[01]$/.test(answer)));
