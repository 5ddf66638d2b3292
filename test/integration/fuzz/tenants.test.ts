// S1 in short: a share of every tenant's questions about every other's things, with the application's own check and without it (bench/fuzz.ts asks all).
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { openApp } from '../../support/app-over.ts';
import { fill, type World } from '../../support/contract/world.ts';
import { fuzzSettings } from '../../support/fuzz/range.ts';
import { playTenants, withoutChecks } from '../../support/fuzz/tenants.ts';
import { random, seedOf } from '../../support/model/random.ts';

/** Of calls about a thing that is there, and of those with an id of the wrong kind. */
const SHARES = { named: 1 / 3, others: 1 / 80 };
const seed = seedOf(process.env['FUZZ_SEED']);
let app: TestApp;
let worlds: World[];
beforeAll(async () => {
  app = await startApp(fuzzSettings);
  worlds = [await fill(app, app), await fill(app, await app.addBrand()), await fill(app, await app.addBrand())];
});
afterAll(() => app?.close());

const played = async (asked: TestApp) => {
  const chance = random(seed, 1);
  const figures = await playTenants(asked, worlds, { chosen: (named) => chance.chance(named ? SHARES.named : SHARES.others), everyOperation: false });
  expect(figures.calls).toBeGreaterThan(200);
  expect(figures).toMatchObject({ leaks: [], served: [], changed: [], serverErrors: [] });
};

it(`three tenants learn nothing of each other and change nothing (seed ${seed})`, { timeout: 60_000 }, () => played(app));

it(`nor where only row-level security stands between them (seed ${seed})`, { timeout: 60_000 }, async () => {
  const unchecked = await openApp({ url: app.databaseUrl, drop: async () => undefined }, fuzzSettings);
  const rewritten = withoutChecks(unchecked.services.db.pool);
  await played(unchecked);
  await unchecked.close();
  expect(rewritten()).toBeGreaterThan(100);
});
