// What the service makes of the machine it runs on: lookups, transitions and deliveries against the limit of each, in one run.
// Prints its seed, which says in which order serials are looked up (nothing else is left to chance), how it goes, and its figures as JSON.
// node bench/limits.ts [rounds] [seconds of lookups] [steps a round] [lanes]; LIMITS_SEED repeats a run.
import { seedOf } from '../test/support/model/random.ts';
import { type DeliveryFigures, deliveryBackends, measureDeliveries } from './deliveries.ts';
import { measureLookups } from './limit-lookup.ts';
import { measureTransitions } from './limit-transition.ts';
import { median, record } from './support.ts';

const GOALS = { lookup: 0.9, sameSql: 0.6, pgbench: 0.45, delivery: 0.5 };
const [rounds = 5, seconds = 4, perRound = 800, lanes = 1_500] = process.argv.slice(2).map(Number);
const seed = seedOf(process.env['LIMITS_SEED']);
console.log(`seed ${seed}`);

const missed: string[] = [];
const check = (what: string, ratio: number | null, goal: number): void => {
  if (ratio !== null && ratio < goal) missed.push(`${what} ${ratio.toFixed(2)} < ${goal.toFixed(2)}`);
};

const { text: transitionText, ...transition } = await measureTransitions(perRound);
check('transition of the same SQL', transition.ofSameSql, GOALS.sameSql);
check('transition of pgbench', transition.ofPgbench, GOALS.pgbench);
const { text: lookupText, ...lookup } = await measureLookups(rounds, seconds, seed);
check('lookup of bare Fastify + pg', lookup.ofBare, GOALS.lookup);
const deliveries: DeliveryFigures[] = [];
for (const backend of deliveryBackends) {
  const figures = await measureDeliveries(backend, { rounds: 2, lanes, seconds: 0 });
  check(`delivery on ${backend}`, median(figures.ratios), GOALS.delivery);
  deliveries.push(figures);
}
console.log(JSON.stringify({ seed, lookup, transition, deliveries, missed }));

record(
  'Limits',
  `LIMITS_SEED=${seed} node bench/limits.ts ${rounds} ${seconds} ${perRound} ${lanes}`,
  `${missed.length === 0 ? 'Every goal is reached.' : `Short of: ${missed.join('; ')}.`}

### Lookup

${lookupText}

### Transition

${transitionText}

### Delivery

${lanes} lanes with one event each to signed webhooks, against as many no-op jobs of BullMQ; more of it under "Deliveries".

| queue on | delivered/s | no-op jobs/s | ratio (goal ${GOALS.delivery.toFixed(2)}) |
|---|---|---|---|
${deliveries
  .map(
    ({ backend, ours, noop, ratios }) =>
      `| ${backend} | ${Math.round(median(ours))} | ${Math.round(median(noop))} | **${median(ratios).toFixed(2)}** |`,
  )
  .join('\n')}`,
);
process.exitCode = missed.length === 0 ? 0 : 1;
