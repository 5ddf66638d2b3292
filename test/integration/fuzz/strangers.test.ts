// S2 and S3 in short: what a stranger can find out of a brand that shows nothing without a proof (bench/fuzz.ts measures the times and asks from 10,000 addresses).
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { playGuesses } from '../../support/fuzz/guesses.ts';
import { openQuestion, playOracle, wrongProof } from '../../support/fuzz/oracle.ts';
import { fillTickets, type ManyTickets } from '../../support/many-tickets.ts';
import { random, seedOf } from '../../support/model/random.ts';

const seed = seedOf(process.env['FUZZ_SEED']);
let app: TestApp;
let port: number;
let many: ManyTickets;
beforeAll(async () => {
  app = await startApp({ TRUST_PROXY: '1' });
  many = await fillTickets(app.databaseUrl, app.services.seal, 200, 'proof');
  await app.app.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = app.app.server.address() as AddressInfo);
});
afterAll(() => app?.close());

it('known and unknown serials are answered with the same bytes', { timeout: 60_000 }, async () => {
  const strangers = many.serials.map((serial) => `${serial}Q`);
  expect(await playOracle(port, many.serials, strangers, openQuestion)).toMatchObject({ pairs: 200, answers: 1 });
  expect(await playOracle(port, many.serials.slice(100, 150), strangers, wrongProof)).toMatchObject({ pairs: 50, answers: 1 });
});

it(`a proof guessed from a hundred addresses is compared five times at most (seed ${seed})`, { timeout: 60_000 }, async () => {
  const agent = new Agent({ connections: 32 });
  const [serial = ''] = many.serials;
  const figures = await playGuesses([port], agent, serial, 100, 32, random(seed, 2));
  await agent.close();
  expect(figures).toMatchObject({ guesses: 100, others: {} });
  const rows = await app.owner.selectFrom('lookup_failures').select('failures').where('brand_id', '=', many.brandId).execute();
  expect(Math.max(...rows.map(({ failures }) => failures))).toBeLessThanOrEqual(5);
});
