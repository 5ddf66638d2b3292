// Load is shed when the event loop stays behind, not when it was late once: a start or a long task refuses nobody.
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { shedLoad } from '#platform/http/guard.ts';

let app: FastifyInstance;

beforeEach(async () => {
  app = fastify();
  shedLoad(app);
  app.setErrorHandler((error, _request, reply) => reply.code((error as { status: number }).status).send());
  app.get('/', { config: { access: 'public' } }, async () => 'served');
  await app.ready();
});
afterEach(() => app.close());

const status = async (): Promise<number> => (await app.inject('/')).statusCode;

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

it('serves on after one long task', async () => {
  await sleep(600);
  block(900);
  await setImmediate();
  expect(await status()).toBe(200);
});

it('refuses while the loop stays behind, and serves again afterwards', async () => {
  const seen: number[] = [];
  for (const end = performance.now() + 4_000; performance.now() < end; ) {
    block(400);
    await sleep(1);
    seen.push(await status());
  }
  expect(seen.at(0)).toBe(200);
  expect(seen.at(-1)).toBe(503);
  await sleep(1_200);
  expect(await status()).toBe(200);
});
