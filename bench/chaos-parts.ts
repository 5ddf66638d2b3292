// The parts of bench/chaos.ts: what each plays, how much of it by itself, and what its goals are.
import { openPlant } from '../test/support/chaos/plant.ts';
import { playAliens } from '../test/support/gates/aliens.ts';
import { openTroubled, playBrownOuts } from '../test/support/gates/brown-outs.ts';
import { playKills } from '../test/support/gates/kills.ts';
import { playRestarts } from '../test/support/gates/restarts.ts';
import { playWipes } from '../test/support/gates/wipes.ts';
import { playWithoutRedis } from '../test/support/gates/without-redis.ts';
import { ending, failures, nodesOf, onPlant, type Part, tally, WRITERS } from './chaos-turn.ts';

const DRAIN_SECONDS = 15;
const LEASE_SECONDS = 3;

const kills: Part = {
  amount: 1_000,
  play: (turn) =>
    onPlant(openPlant(turn.backend), async (plant) => {
      const figures = await playKills(plant, { ...turn, kills: turn.much, writers: WRITERS });
      const { text, faults } = ending(figures, DRAIN_SECONDS);
      const done = Object.values(figures.kills).reduce((sum, count) => sum + count, 0);
      const minute = ((done * 60) / figures.seconds).toFixed(0);
      const short = done < turn.much ? [`${done} of ${turn.much} kills, then the time was up`] : [];
      const body = `${nodesOf(plant)} that repeat a call until it is answered; LEASE_SECONDS ${LEASE_SECONDS}. kill -9, and a return at once: ${tally(figures.kills)}, in ${figures.seconds.toFixed(0)} s (${minute} a minute, bounded by how long processes take to start).\n\n${text}`;
      return { figures, body, faults: [...short, ...faults] };
    }),
};

const wipes: Part = {
  amount: 100,
  async play(turn) {
    if (turn.backend !== 'redis') return null;
    return onPlant(openPlant(turn.backend), async (plant) => {
      const figures = await playWipes(plant, { ...turn, wipes: turn.much, writers: WRITERS });
      const { text, faults } = ending(figures, DRAIN_SECONDS);
      const goal = LEASE_SECONDS + 2;
      const late = figures.worstSeconds > goal ? [`${figures.worstSeconds.toFixed(1)} s until a lane was in hands again`] : [];
      const body = `${nodesOf(plant)}; FLUSHALL ${turn.much} times while lanes were handed out, ${figures.inFlight} of them in all. The last lane of a wipe was in hands again after ${figures.medianSeconds.toFixed(1)} s in the middle, **${figures.worstSeconds.toFixed(1)} s** at the worst (goal ${goal}: the lease, which is ${LEASE_SECONDS} s here, and 2).\n\n${text}`;
      return { figures, body, faults: [...faults, ...late] };
    });
  },
};

const aliens: Part = {
  amount: 10_000,
  play: (turn) =>
    onPlant(openPlant(turn.backend), async (plant) => {
      const settled = await playKills(plant, { ...turn, kills: 2, writers: WRITERS });
      const figures = await playAliens(plant, turn.much, turn.tell);
      const { foreign, untouched, stale, changed, arrived } = figures;
      const effects = changed + arrived + (foreign - untouched);
      const body = `Beside ${settled.verdict.messages} messages of a plant at rest, each hint with ten lanes that exist: ${foreign} hints of another database in the same Redis, ${stale} of this one with generations that are over, worked off by two workers. Rows changed: **${changed}**; messages that arrived: **${arrived}**; foreign hints taken: **${foreign - untouched}**.`;
      return { figures, body, faults: effects === 0 ? [] : [`${effects} effects`] };
    }),
};

const END_MS = 20_000;

const restarts: Part = {
  amount: 100,
  play: (turn) =>
    onPlant(openPlant(turn.backend, { DRAIN_SECONDS: '2' }), async (plant) => {
      const figures = await playRestarts(plant, { ...turn, signals: turn.much, writers: WRITERS });
      const { signals, longestMs, unclean, seconds } = figures;
      const { text, faults } = ending(figures, DRAIN_SECONDS);
      const longest = Math.max(longestMs.api, longestMs.worker);
      const body = `${nodesOf(plant)} behind a balancer that asks /readyz ten times a second and repeats nothing; DRAIN_SECONDS 2. SIGTERM to ${tally(signals)} in ${seconds.toFixed(0)} s. The longest end took **${(longestMs.api / 1000).toFixed(1)} s** (API) and **${(longestMs.worker / 1000).toFixed(1)} s** (worker; goal 20); ends with another code than 0: ${unclean.length}.\n\n${text}`;
      const again = figures.verdict.repeats > 0 ? [`${figures.verdict.repeats} messages were sent twice by workers that had time to end`] : [];
      return {
        figures,
        body,
        faults: [...faults, ...failures(figures), ...unclean, ...again, ...(longest > END_MS ? [`an end of ${longest.toFixed(0)} ms`] : [])],
      };
    }),
};

const LONGEST_MS = 8_000;

const brownOuts: Part = {
  amount: 20,
  play: (turn) =>
    onPlant(openTroubled(turn.backend), async (troubled) => {
      const weathers = [{ slowMs: 200 }, { slowMs: 1_000 }, 'dark'] as const;
      const figures = await playBrownOuts(troubled, { ...turn, writers: WRITERS, ms: turn.much * 1_000, weathers });
      const { text, faults } = ending(figures, DRAIN_SECONDS);
      const rows = figures.brownOuts.map(
        ({ on, weather, calls, answers, slowest, backMs, poolsBackMs }) =>
          `| ${on} | ${weather} | ${calls} | ${tally(answers)} | ${[slowest, backMs, poolsBackMs].map((ms) => (ms / 1000).toFixed(2)).join(' | ')} |`,
      );
      const late = figures.brownOuts.filter(({ slowest }) => slowest > LONGEST_MS);
      const body = `${nodesOf(troubled.plant)} and two readers; every dependency behind a line of ours, in each weather for ${turn.much} s. Calls are counted in Redis where there is one, so that it stands in the way of each.

| on | weather | calls | answers | slowest s (goal ≤ 8) | first good answer after, s | the APIs' pools as before after, s |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

At rest afterwards no connection of any process was busy (glassbench_db_connections). ${text}`;
      return {
        figures,
        body,
        faults: [...faults, ...late.map(({ on, weather, slowest }) => `${on} ${weather}: a call of ${slowest.toFixed(0)} ms`)],
      };
    }),
};

const withoutRedis: Part = {
  amount: 600,
  async play(turn) {
    if (turn.backend !== 'redis') return null;
    return onPlant(openPlant(turn.backend, { RATE_LIMITS: 'true' }), async (plant) => {
      const figures = await playWithoutRedis(plant, { ...turn, seconds: turn.much, writers: 2, pauseMs: 1_000 });
      // What came due in ten minutes is not sent in a moment: the goal for this part is that all of it is.
      const { text, faults } = ending(figures, 120);
      const body = `${nodesOf(plant).replace(/\d+ clients/, '2 clients')}; Redis killed for ${turn.much} s, counted calls included. ${figures.waited} messages waited when it came back.\n\n${text}`;
      return { figures, body, faults: [...faults, ...failures(figures)] };
    });
  },
};

/** By the name on the command line. */
export const parts = { kills, wipes, aliens, restarts, 'brown-outs': brownOuts, 'without-redis': withoutRedis } satisfies Record<string, Part>;
