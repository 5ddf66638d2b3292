// A1 in short: requests made of the contract and then spoilt, to an API that listens; any seed can be repeated (bench/fuzz.ts plays the long form).
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { playFuzz } from '../../support/fuzz/play.ts';
import { freshCallers, fuzzSettings } from '../../support/fuzz/range.ts';
import { seedOf } from '../../support/model/random.ts';

const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 2_000);
const seed = seedOf(process.env['FUZZ_SEED']);
let app: TestApp;
let port: number;

beforeAll(async () => {
  app = await startApp(fuzzSettings);
  await app.app.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = app.app.server.address() as AddressInfo);
});
afterAll(() => app?.close());

it(`${REQUESTS} malformed requests: no 5xx, nothing undocumented, nothing off schema (seed ${seed})`, { timeout: 120_000 }, async () => {
  const plan = { seed, from: 0, count: REQUESTS, lanes: 8, worldEvery: 5_000, most: 5 };
  const { faults, ...figures } = await playFuzz({ port, world: () => freshCallers(app) }, plan);
  expect(faults.join('\n\n')).toBe('');
  expect(figures).toMatchObject({ requests: REQUESTS, serverErrors: 0, undocumented: 0, offSchema: 0, unanswered: 0, leaks: 0 });
});
