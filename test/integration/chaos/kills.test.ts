// R1, R2, R3 and the half of R14 without Redis in their short form, one after the other on one installation: ten kills on each queue and so on.
// bench/chaos.ts runs the long ones, with the bounds on time that a busy machine does not keep.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Conclusion, failedIn } from '../../support/chaos/conclude.ts';
import { openPlant, type Plant } from '../../support/chaos/plant.ts';
import { faultsIn } from '../../support/chaos/verdict.ts';
import { playAliens } from '../../support/gates/aliens.ts';
import { playKills } from '../../support/gates/kills.ts';
import { playWipes } from '../../support/gates/wipes.ts';
import { playWithoutRedis } from '../../support/gates/without-redis.ts';
import { seedOf } from '../../support/model/random.ts';
import { queueBackends } from '../../support/queue-backends.ts';

// Processes start again and again: seconds each on a quiet machine, many on a busy one.
const LONG_MS = 600_000;

describe.each(queueBackends())('on %s', (backend) => {
  const seed = seedOf(process.env['CHAOS_SEED']);
  const told: string[] = [];
  const tell = (text: string): void => void told.push(text);
  let plant: Plant;
  beforeAll(async () => {
    plant = await openPlant(backend);
  }, 120_000);
  afterAll(() => plant?.close(), 60_000);

  /** Nothing is wrong with what was written and what arrived. */
  const expectWhole = ({ verdict, wrong, ends, unsigned, acknowledged }: Conclusion): void => {
    const none = { wrong: [], ends: [], unsigned: 0, faults: [], found: {} };
    expect({ wrong, ends, unsigned, faults: verdict.faults, found: faultsIn(verdict) }, `CHAOS_SEED=${seed}\n${told.join('\n')}`).toEqual(none);
    expect(acknowledged).toBeGreaterThan(0);
    expect(verdict.arrived).toBeGreaterThan(0);
  };

  test('R1: killed parts lose nothing, repeat nothing and leave no gap', { timeout: LONG_MS }, async () => {
    expectWhole(await playKills(plant, { kills: 10, seed, writers: 2, tell }));
  });

  test('R3: hints of another database, and of another time, have no effect', { timeout: LONG_MS }, async () => {
    const figures = await playAliens(plant, 500, tell);
    expect(figures).toEqual({ foreign: backend === 'redis' ? 500 : 0, untouched: figures.foreign, stale: 500, changed: 0, arrived: 0 });
  });

  // There is no Redis to lose where the queue lives in PostgreSQL.
  test.skipIf(backend === 'postgres')('R2: a Redis that is wiped again and again loses nothing', { timeout: LONG_MS }, async () => {
    const figures = await playWipes(plant, { wipes: 5, seed, writers: 2, tell });
    expectWhole(figures);
    expect(figures.inFlight).toBeGreaterThan(0);
  });

  // There is no Redis to be without where the queue lives in PostgreSQL.
  test.skipIf(backend === 'postgres')('R14: half a minute without Redis holds up no call', { timeout: LONG_MS }, async () => {
    const figures = await playWithoutRedis(plant, { seconds: 30, seed, writers: 1, pauseMs: 1_500, tell });
    expectWhole(figures);
    expect(failedIn(figures)).toEqual({});
    expect(figures.waited).toBeGreaterThan(0);
  });
});
