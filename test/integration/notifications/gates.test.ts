// The gates of reliability.md in their short form: the same programs run long by hand in bench/ (retries, dead-letters, poison, ssrf, signatures).
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWork, type Work } from '#work.ts';
import { disorderOf, playDeadLetters } from '../../support/gates/dead-letters.ts';
import { playPoison } from '../../support/gates/poison.ts';
import { judge, playRetry, retryWays } from '../../support/gates/retries.ts';
import { playSignatures } from '../../support/gates/signatures.ts';
import { playSsrf } from '../../support/gates/ssrf.ts';
import { seedOf } from '../../support/model/random.ts';
import { movingClock } from '../../support/moving-clock.ts';
import { eventually, type Outgoing, openOutgoing, openOutgoingOn } from '../../support/outgoing.ts';
import { queueBackends } from '../../support/queue-backends.ts';
import { status } from '../../support/webhook-receiver.ts';

test('S5: no spelling, name or redirect leads inside', async () => {
  const figures = await playSsrf();
  expect(figures).toMatchObject({ connections: 0, dialsInside: 0, wrong: [] });
  expect(figures.spellings).toBeGreaterThanOrEqual(80);
});

test('S6: no call with a bit turned over is accepted, and every other one is', async () => {
  const seed = seedOf(process.env['GATE_SEED']);
  expect(await playSignatures(500, seed), `GATE_SEED=${seed}`).toMatchObject({ refused: 0, accepted: 0, foreign: 0 });
});

describe('R9', () => {
  const clock = movingClock('2026-11-22T05:00:00.000Z');
  let out: Outgoing;
  let work: Work;
  beforeAll(async () => {
    out = await openOutgoing({}, { clock });
    work = await startWork(out.app.services);
  });
  afterAll(async () => {
    await work.close();
    await out.close();
  });

  // Each by itself: for every try the relay has to look, and all of them together took half of a test's time on a quiet machine.
  test.each(retryWays)('a message is tried 12 times over 5 days, or as its receiver asks: %s', async (way) => {
    expect(judge([await playRetry({ ...out, owner: out.app.owner, clock }, way)])).toEqual([]);
  });
});

describe.each(queueBackends())('on %s', (backend) => {
  let out: Outgoing;
  beforeAll(async () => {
    out = await openOutgoingOn(backend);
  });
  afterAll(async () => {
    await out.close();
  });

  test('R11: a row that kills its workers is set aside after three of them', async () => {
    const figures = await playPoison(out, out.app.services.config);
    expect(figures).toMatchObject({ end: 'dead: poison', behind: ['sent'], beside: ['sent'] });
    expect(figures.crashes).toBeLessThanOrEqual(3);
  }, 120_000);

  test('R10: dead letters are all replayed, in order', async () => {
    const work = await startWork(out.app.services);
    const replay = async (endpointId: string) =>
      (await out.app.call(out.app.keys.brand, { method: 'POST', url: '/v1/deliveries/replays', payload: { endpointId } })).json<{
        replayed: number;
        more: boolean;
      }>();
    const figures = await playDeadLetters(out, 200, replay);
    expect(figures).toMatchObject({ dead: 200, replayed: 200, missing: 0, disorder: 0, unsent: 0 });
    await work.close();
  });

  test('R8: lanes keep their order, and a receiver that is down holds up nobody else', async () => {
    const work = await startWork(out.app.services);
    out.receiver.answer('/down', status(503));
    const [down, ...well] = [await out.endpoint('/down'), await out.endpoint('/well-1'), await out.endpoint('/well-2')];
    await out.fill('down', 30, 3, [down ?? '']);
    await out.fill('well', 40, 20, well);
    const calls = () => out.receiver.calls.filter(({ path }) => path.startsWith('/well-'));
    await eventually(() => expect(calls()).toHaveLength(800));
    expect(disorderOf(calls().map(({ data }) => ({ lane: String(data['lane']), n: Number(data['n']) })))).toBe(0);
    await work.close();
  });
});
