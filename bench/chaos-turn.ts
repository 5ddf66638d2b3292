// What the parts of bench/chaos.ts share: how one is played on a plant, and how its figures read.
import { type Conclusion, failedIn } from '../test/support/chaos/conclude.ts';
import type { Plant } from '../test/support/chaos/plant.ts';
import { faultsIn } from '../test/support/chaos/verdict.ts';

/** How a part is played. */
export interface Turn {
  backend: 'redis' | 'postgres';
  much: number;
  seed: number;
  tell(text: string): void;
  /** Whether to come to an end with what there is. */
  enough(): boolean;
}

/** What came of it: figures for programs, words for people, and what is wrong. */
export interface Played {
  figures: object;
  body: string;
  faults: string[];
}

/** One part. `amount`: how much, where nobody says. `play`: null where there is nothing to break on this back end. */
export interface Part {
  amount: number;
  play(turn: Turn): Promise<Played | null>;
}

/** Clients at once. */
export const WRITERS = Number(process.env['CHAOS_WRITERS'] ?? 3);

/** Plays on a plant that is closed afterwards in any case. */
export async function onPlant<P extends { close(): Promise<void> }, T>(opening: Promise<P>, work: (plant: P) => Promise<T>): Promise<T> {
  const plant = await opening;
  try {
    return await work(plant);
  } finally {
    await plant.close();
  }
}

/** Counts in words. */
export const tally = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} × ${name}`)
    .join(', ') || 'none';

/** How every part ends: what the clients saw, and the verdict over everything that was written and arrived. */
export function ending(conclusion: Conclusion, drainGoal: number): { text: string; faults: string[] } {
  const { verdict, drainSeconds, wrong, ends, unsigned, acknowledged, repeatedCalls, answers, slowestMs } = conclusion;
  const { tickets, steps, messages, arrived, lost, unasked, gaps, illegal, astray, untold, overtold, unsettled, unsent, disorder, repeats } = verdict;
  const { ledger, unexplained, unmarked, dead } = verdict;
  const text = `${acknowledged} calls acknowledged, ${repeatedCalls} of them after a repeat, the slowest answer after ${(slowestMs / 1000).toFixed(2)} s; answers: ${tally(answers)}. Drained **${drainSeconds.toFixed(1)} s** after the load stopped (goal ${drainGoal}).

| tickets | steps | messages | arrived | lost | unasked | gaps | illegal | astray | untold | overtold |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
| ${[tickets, steps, messages, arrived, lost, unasked, gaps, illegal, astray, untold, overtold].join(' | ')} |

| unsettled | ledger wrong | sent, not arrived | arrived, not marked | disorder | arrived again, as documented | arrived again otherwise | dead letters |
| --- | --- | --- | --- | --- | --- | --- | --- |
| ${[unsettled, ledger, unsent, unmarked, disorder, repeats, unexplained].join(' | ')} | ${tally(dead)} |`;
  const faults = [
    ...Object.entries(faultsIn(verdict)).map(([name, count]) => `${name} ${count}`),
    ...verdict.faults,
    ...wrong.slice(0, 10),
    ...ends,
    ...(unsigned > 0 ? [`${unsigned} calls with a wrong signature`] : []),
    ...(drainSeconds > drainGoal ? [`drained in ${drainSeconds.toFixed(1)} s, goal ${drainGoal}`] : []),
  ];
  return { text, faults };
}

/** For parts in which no call may fail at all. */
export const failures = (conclusion: Conclusion): string[] =>
  Object.entries(failedIn(conclusion)).map(([answer, count]) => `${count} calls ended as ${answer}`);

/** Processes, as the first sentence of every section names them. */
export const nodesOf = ({ apis, workers }: Plant): string =>
  `${apis.length} API and ${workers.length} worker processes over PostgreSQL with fsync, ${WRITERS} clients`;
