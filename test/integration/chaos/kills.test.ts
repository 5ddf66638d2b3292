// R1 in its short form: ten kills on each queue at moments of a seed's choice. bench/chaos.ts runs the long one, with the bound on the time to drain.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlant, type Plant } from '../../support/chaos/plant.ts';
import { faultsIn } from '../../support/chaos/verdict.ts';
import { playKills } from '../../support/gates/kills.ts';
import { seedOf } from '../../support/model/random.ts';
import { queueBackends } from '../../support/queue-backends.ts';

const KILLS = 10;

describe.each(queueBackends())('on %s', (backend) => {
  const seed = seedOf(process.env['CHAOS_SEED']);
  let plant: Plant;
  beforeAll(async () => {
    plant = await openPlant(backend);
  }, 120_000);
  afterAll(() => plant?.close(), 60_000);

  test('R1: killed parts lose nothing, repeat nothing and leave no gap', async () => {
    const told: string[] = [];
    const figures = await playKills(plant, { kills: KILLS, seed, writers: 2, tell: (text) => void told.push(text) });
    const { verdict, wrong, ends, unsigned } = figures;
    expect({ wrong, ends, unsigned, faults: verdict.faults, found: faultsIn(verdict) }, `CHAOS_SEED=${seed}\n${told.join('\n')}`).toEqual({
      ...{ wrong: [], ends: [], unsigned: 0, faults: [], found: {} },
    });
    expect(figures.acknowledged).toBeGreaterThan(KILLS);
    expect(verdict.arrived).toBeGreaterThan(0);
    // Processes start again and again: seconds each on a quiet machine, many on a busy one.
  }, 600_000);
});
