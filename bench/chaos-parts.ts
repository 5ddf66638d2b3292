// The parts of bench/chaos.ts: what each plays, how much of it by itself, and how its figures read.
import { openPlant, type Plant } from '../test/support/chaos/plant.ts';
import { faultsIn, type Verdict } from '../test/support/chaos/verdict.ts';
import { openTroubled, playBrownOuts } from '../test/support/gates/brown-outs.ts';
import { playKills } from '../test/support/gates/kills.ts';

/** How a part is played. */
export interface Turn {
  backend: 'redis' | 'postgres';
  much: number;
  seed: number;
  tell(text: string): void;
  /** What closes everything that was started. */
  onOpen(close: () => Promise<void>): void;
}

/** What came of it: figures for programs, words for people, and what is wrong. */
export interface Played {
  figures: object;
  body: string;
  faults: string[];
}

/** One part. `amount`: how much, where nobody says. */
export interface Part {
  amount: number;
  play(turn: Turn): Promise<Played>;
}

const DRAIN_SECONDS = 15;
const WRITERS = Number(process.env['CHAOS_WRITERS'] ?? 3);

async function onPlant<T>({ onOpen }: Turn, opening: Promise<Plant>, work: (plant: Plant) => Promise<T>): Promise<T> {
  const plant = await opening;
  onOpen(() => plant.close());
  try {
    return await work(plant);
  } finally {
    await plant.close();
  }
}

const tally = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} × ${name}`)
    .join(', ');

/** The verdict as a table row, and as faults. */
const judged = (verdict: Verdict): { table: string; faults: string[] } => {
  const {
    tickets,
    steps,
    messages,
    arrived,
    lost,
    unasked,
    gaps,
    illegal,
    astray,
    untold,
    overtold,
    unsettled,
    unsent,
    disorder,
    repeats,
    unexplained,
  } = verdict;
  const { ledger, dead } = verdict;
  return {
    table: `| tickets | steps | messages | arrived | lost | unasked | gaps | illegal | astray | untold | overtold | unsettled | ledger | sent, not arrived | disorder | arrived again, as documented | otherwise | dead letters |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
| ${[tickets, steps, messages, arrived, lost, unasked, gaps, illegal, astray, untold, overtold, unsettled, ledger, unsent, disorder, repeats, unexplained].join(' | ')} | ${tally(dead) || '0'} |`,
    faults: [...Object.entries(faultsIn(verdict)).map(([name, count]) => `${name} ${count}`), ...verdict.faults],
  };
};

const kills: Part = {
  amount: 1_000,
  async play(turn) {
    const figures = await onPlant(turn, openPlant(turn.backend), (plant) => playKills(plant, { kills: turn.much, writers: WRITERS, ...turn }));
    const { verdict, drainSeconds, wrong, ends, unsigned } = figures;
    const { table, faults } = judged(verdict);
    return {
      figures,
      body: `Two API and two worker processes over PostgreSQL with fsync, ${WRITERS} clients that repeat a call until it is answered. kill -9 of ${tally(figures.kills)} in ${figures.seconds.toFixed(0)} s (${((turn.much * 60) / figures.seconds).toFixed(0)} a minute, bounded by the time processes take to start).
${figures.acknowledged} calls acknowledged, ${figures.repeatedCalls} of them after a repeat; answers: ${tally(figures.answers)}. Drained **${drainSeconds.toFixed(1)} s** after the load stopped (goal ${DRAIN_SECONDS}; a lease is 3 s here, LEASE_SECONDS).

${table}`,
      faults: [
        ...faults,
        ...wrong.slice(0, 10),
        ...ends,
        ...(unsigned > 0 ? [`${unsigned} calls with a wrong signature`] : []),
        ...(drainSeconds > DRAIN_SECONDS ? [`drained in ${drainSeconds.toFixed(1)} s`] : []),
      ],
    };
  },
};

const LONGEST_MS = 8_000;

const brownOuts: Part = {
  amount: 20,
  async play(turn) {
    const troubled = await openTroubled(turn.backend);
    turn.onOpen(() => troubled.close());
    try {
      const weathers = [{ slowMs: 200 }, { slowMs: 1_000 }, 'dark'] as const;
      const figures = await playBrownOuts(troubled, { ...turn, writers: WRITERS, ms: turn.much * 1_000, weathers });
      const { verdict, drainSeconds, wrong, ends } = figures;
      const { table, faults } = judged(verdict);
      const rows = figures.brownOuts.map(
        ({ on, weather, calls, answers, slowest, backMs, poolsBackMs }) =>
          `| ${on} | ${weather} | ${calls} | ${tally(answers)} | ${(slowest / 1000).toFixed(2)} | ${(backMs / 1000).toFixed(2)} | ${(poolsBackMs / 1000).toFixed(2)} |`,
      );
      const late = figures.brownOuts.filter(({ slowest }) => slowest > LONGEST_MS);
      return {
        figures,
        body: `Every dependency behind a line of our own, in each weather for ${turn.much} s, under ${WRITERS} writers and two readers, with calls counted in Redis where there is one.

| on | weather | calls | answers | slowest s (goal ≤ 8) | first answer after, s | pools as before after, s |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

${figures.acknowledged} calls acknowledged, drained in ${drainSeconds.toFixed(1)} s.

${table}`,
        faults: [
          ...faults,
          ...wrong.slice(0, 10),
          ...ends,
          ...late.map(({ on, weather, slowest }) => `${on} ${weather}: a call of ${slowest.toFixed(0)} ms`),
        ],
      };
    } finally {
      await troubled.close();
    }
  },
};

/** By the name on the command line. */
export const parts = { kills, 'brown-outs': brownOuts } satisfies Record<string, Part>;
