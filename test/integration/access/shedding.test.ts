// Load is shed when the event loop stays behind, not when it was late once, and by how long calls take that are served, not by what is nowhere.
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { shedLoad } from '#platform/http/guard.ts';
import { standInLine } from '#platform/http/handled.ts';

let app: FastifyInstance;

beforeEach(async () => {
  app = fastify();
  shedLoad(app);
  app.setErrorHandler((error, _request, reply) => reply.code((error as { status: number }).status).send());
  app.get('/', { config: { access: 'public' } }, async () => 'served');
  app.get('/slow', { config: { access: { scope: 'tickets:read' } } }, () => sleep(150, 'served'));
  app.get('/in-line', { config: { access: { scope: 'tickets:read' } } }, async (request) => {
    const myTurn = standInLine(request);
    await sleep(150);
    if (request.url.endsWith('late')) return 'too late';
    myTurn();
    return 'served';
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send());
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

it('refuses while the loop does not come round at all', async () => {
  const seen: number[] = [];
  for (const end = performance.now() + 4_000; performance.now() < end; ) {
    // Due again before the timers have had their turn: what watches the loop has none meanwhile.
    const due = sleep(1);
    block(400);
    await due;
    seen.push(await status());
  }
  expect(seen.at(-1)).toBe(503);
});

it('does not take a crowd of slow calls for served soon because somebody asks for what is nowhere', async () => {
  const many = (count: number, url: string) => Promise.all(Array.from({ length: count }, async () => (await app.inject(url)).statusCode));
  const [crowd] = await Promise.all([many(96, '/slow'), many(400, '/nowhere')]);
  expect(new Set(crowd)).toEqual(new Set([200]));
  // Half of the room is left; so few refusals are no flood.
  expect(Object.groupBy(await many(60, '/slow'), (code) => code)[503]).toHaveLength(12);
});

it('does not take calls that wait for each other for calls that are served late', async () => {
  const many = (count: number, url: (n: number) => string) =>
    Promise.all(Array.from({ length: count }, async (_, n) => (await app.inject(url(n))).statusCode));
  expect(new Set(await many(96, (n) => (n % 2 === 0 ? '/in-line' : '/in-line?late')))).toEqual(new Set([200]));
  expect(new Set(await many(96, () => '/in-line'))).toEqual(new Set([200]));
});
