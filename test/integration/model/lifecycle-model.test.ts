// Random repairs over the API: every answer, every view and every row must be as the model says, and no other ticket may change.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { coverage, report } from '../../support/model/coverage.ts';
import { playMany } from '../../support/model/play-real.ts';
import { seedOf } from '../../support/model/random.ts';
import { modelClock, type Site, siteOf } from '../../support/model/site.ts';

const SEQUENCES = Number(process.env['MODEL_SEQUENCES'] ?? 40);
const COMMANDS = 50;

let test: TestApp;
let site: Site;
beforeAll(async () => {
  test = await startApp({}, { clock: modelClock });
  const { app, services, owner, brandId, adminKey, keys } = test;
  const centerKey = async (centerId: string): Promise<string> => (await test.addKey({ kind: 'center', brandId, centerId })).text;
  site = await siteOf({ app, services, owner, brandId, adminKey, brandKey: keys.brand, centerKey });
});
afterAll(() => test.close());

it(`the API and the database agree with the model over ${SEQUENCES} sequences of ${COMMANDS} commands`, { timeout: 600_000 }, async () => {
  const seed = seedOf(process.env['MODEL_SEED']);
  const run = coverage();
  await playMany(site, { seed, sequences: SEQUENCES, commands: COMMANDS, lanes: 4, shown: 5 }, run);
  console.log(report(seed, run));
  expect(run.disagreements, report(seed, run)).toEqual([]);
  expect(run.sequences).toBe(SEQUENCES);
});
