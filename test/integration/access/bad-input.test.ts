// Odd values in every place of every route at once, with every kind of key: a clear refusal or an ordinary answer, never a mistake of ours.
// (fuzz.test.ts spoils one to three things of a right request at a time, over the wire.)
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { type Operation, operations } from '../../support/contract/contract.ts';
import { type Callers, rightCall } from '../../support/contract/right-call.ts';
import { freshCallers, fuzzSettings } from '../../support/fuzz/range.ts';
import { oddTexts, oddValues, spoilt } from '../../support/fuzz/spoil.ts';
import { type Random, random, seedOf } from '../../support/model/random.ts';

const ROUNDS = 25;
/** Pages that are drawn, and streams, cost a tenth of a second each and have little to get wrong. */
const FEW = 3;
const seldom = /^(print|streamProgress|playScenario)/;
const seed = seedOf(process.env['FUZZ_SEED']);
let t: TestApp;
let callers: Callers;
beforeAll(async () => {
  t = await startApp(fuzzSettings);
  callers = await freshCallers(t);
});
afterAll(() => t?.close());

function oddText(chance: Random): string {
  const value = chance.chance(0.6) ? chance.pick(oddTexts) : chance.pick(oddValues);
  return encodeURIComponent((typeof value === 'string' ? value : JSON.stringify(value)).toWellFormed().slice(0, 5_000));
}

/** The right call with a part of every kind spoilt, or right by chance. */
function badCall(operation: Operation, chance: Random): { key: string | null; url: string; headers: Record<string, string>; payload?: string } {
  const { world, adminKey } = callers;
  const right = rightCall(operation, callers);
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    chance.chance(0.7) ? encodeURIComponent(world.parameters[name] ?? 'x') : oddText(chance) || 'x',
  );
  const { queryParameters } = operation;
  const query = queryParameters.length > 0 && chance.chance(0.7) ? `?${chance.pick(queryParameters)}=${oddText(chance)}` : '';
  const key = operation.byLink ? right.key : chance.pick([world.keys.brand, world.keys.center, world.keys.courier, adminKey]);
  const headers = {
    ...right.headers,
    'if-match': chance.pick([`"v${world.ticketVersion}"`, '"v1"', '*', 'W/"v1"', '""', 'x'.repeat(300)]),
    ...(key === adminKey ? { 'glassbench-brand': world.brandId } : {}),
  };
  if (!operation.hasBody) return { key, url: path + query, headers };
  // A form is no form any more: its type is that of what is sent.
  return {
    key,
    url: path + query,
    headers: { ...headers, 'content-type': 'application/json' },
    payload: JSON.stringify(spoilt(operation.example, chance)),
  };
}

it(`answers no 5xx and nothing that the contract does not name (seed ${seed})`, { timeout: 180_000 }, async () => {
  const found: string[] = [];
  for (const [place, operation] of operations.entries()) {
    const chance = random(seed, place);
    const rounds = seldom.test(operation.name) ? FEW : ROUNDS;
    for (let round = 0; round < rounds; round += 1) {
      const { key, ...call } = badCall(operation, chance);
      // What is not in the contract makes the call throw.
      const answer = await t.call(key, { method: operation.method, ...call }).catch((error: unknown) => ({ statusCode: 0, body: String(error) }));
      if (answer.statusCode >= 500 || answer.statusCode === 0) {
        found.push(`${operation.name} round ${round}: ${answer.statusCode} ${JSON.stringify(call).slice(0, 600)} ${answer.body.slice(0, 300)}`);
      }
    }
  }
  expect(found.join('\n\n')).toBe('');
});
