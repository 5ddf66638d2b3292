// Thousands of random repairs: the lifecycle as it is written must decide every command as the design does, and every edge must be reached.
import { expect, it } from 'vitest';
import { coverage, edgesMissed, refusalsMissed, report } from '../../support/model/coverage.ts';
import { playPure } from '../../support/model/play-pure.ts';
import { seedOf } from '../../support/model/random.ts';

const SEQUENCES = 5_000;
const COMMANDS = 50;
/** So many are shown; the rest is like them. */
const SHOWN = 10;

it(`the pure lifecycle agrees with the model over ${SEQUENCES} sequences of ${COMMANDS} commands`, { timeout: 180_000 }, () => {
  const seed = seedOf(process.env['MODEL_SEED']);
  const run = coverage();
  for (let sequence = 0; sequence < SEQUENCES && run.disagreements.length < SHOWN; sequence += 1) playPure(seed, sequence, COMMANDS, run);
  console.log(report(seed, run));
  expect(run.disagreements, report(seed, run)).toEqual([]);
  expect(edgesMissed(run), `seed ${seed}: edges nobody took`).toEqual([]);
  expect(refusalsMissed(run), `seed ${seed}: refusals nobody provoked`).toEqual([]);
});
