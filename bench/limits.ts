// What the service makes of the machine it runs on: lookups, transitions and deliveries against the limit of each, in one run.
import { deliveryBackends, measureDeliveries } from './deliveries.ts';
import { measureLookups } from './limit-lookup.ts';
import { measureTransitions } from './limit-transition.ts';
import { median, record } from './support.ts';

const GOALS = { lookup: 0.9, sameSql: 0.6, pgbench: 0.45, delivery: 0.5 };
const [rounds = 5, seconds = 4, perRound = 800, lanes = 1_500] = process.argv.slice(2).map(Number);

const missed: string[] = [];
const check = (what: string, ratio: number | null, goal: number): void => {
  if (ratio !== null && ratio < goal) missed.push(`${what} ${ratio.toFixed(2)} < ${goal.toFixed(2)}`);
};

const transition = await measureTransitions(perRound);
check('transition of the same SQL', transition.ofSameSql, GOALS.sameSql);
check('transition of pgbench', transition.ofPgbench, GOALS.pgbench);
const lookup = await measureLookups(rounds, seconds);
check('lookup of bare Fastify + pg', lookup.ofBare, GOALS.lookup);
const deliveries: string[] = [];
for (const backend of deliveryBackends) {
  const { ours, noop, ratios } = await measureDeliveries(backend, { rounds: 2, lanes, seconds: 0 });
  check(`delivery on ${backend}`, median(ratios), GOALS.delivery);
  deliveries.push(`| ${backend} | ${Math.round(median(ours))} | ${Math.round(median(noop))} | **${median(ratios).toFixed(2)}** |`);
}

record(
  'Limits',
  `node bench/limits.ts ${rounds} ${seconds} ${perRound} ${lanes}`,
  `${missed.length === 0 ? 'Every goal is reached.' : `Short of: ${missed.join('; ')}.`}

### Lookup

${lookup.text}

### Transition

${transition.text}

### Delivery

${lanes} lanes with one event each to signed webhooks, against as many no-op jobs of BullMQ; more of it under "Deliveries".

| queue on | delivered/s | no-op jobs/s | ratio (goal ${GOALS.delivery.toFixed(2)}) |
|---|---|---|---|
${deliveries.join('\n')}`,
);
process.exitCode = missed.length === 0 ? 0 : 1;
