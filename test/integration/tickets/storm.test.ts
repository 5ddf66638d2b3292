// The short form of bench/storm.ts: conflicting writers leave a history without a gap, and racing copies one effect each.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { seedOf } from '../../support/model/random.ts';
import { chained, conflicted, countTickets, ticketFor } from '../../support/storm-rows.ts';
import { type Ask, race } from '../../support/storms.ts';

let t: TestApp;
let ask: Ask;
const seed = seedOf(process.env['STORM_SEED']);

beforeAll(async () => {
  t = await startApp();
  ask = async ({ method, url, headers = {}, body }) => {
    const answer = await t.call(t.keys.center, { method, url, headers, ...(body === undefined ? {} : { payload: body }) });
    const { etag } = answer.headers;
    const replayed = answer.headers['idempotency-replayed'] === 'true';
    return { status: answer.statusCode, etag: etag === undefined ? null : String(etag), replayed, body: answer.body };
  };
});
afterAll(() => t.close());

it(`32 writers try 500 steps on one ticket: every version once, every loser 409 or 412 (seed ${seed})`, { timeout: 60_000 }, async () => {
  const fight = await conflicted(ask, { writers: 32, attempts: 500, seed });
  const history = await chained(t.owner, fight.ticketId);
  expect(fight.wrong).toEqual([]);
  expect(history.faults).toEqual([]);
  expect(fight.won).toBeGreaterThan(10);
  expect(fight.versions).toEqual(fight.versions.map((_, place) => place + 3));
  expect(history.versions).toBe(fight.won + 2);
});

it(`60 calls of 8 racing copies have 60 effects and equal answers (seed ${seed})`, { timeout: 60_000 }, async () => {
  const before = await countTickets(t.owner);
  const raced = await race(ask, (nth) => ({ url: '/v1/tickets', body: ticketFor(`RACE${seed}X${nth}`) }), { keys: 60, copies: 8, lanes: 8, seed });
  expect(raced.wrong).toEqual([]);
  expect(raced).toMatchObject({ unequal: 0, notOnce: 0, mismatchesTaken: 0 });
  expect((await countTickets(t.owner)) - before).toBe(60);
});
