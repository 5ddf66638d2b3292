// The live stream over real connections: what it shows, from where it goes on, and that nothing is missed or comes twice.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildApp } from '#app.ts';
import { createServices, type Services } from '#services.ts';
import type { TransitionInput } from '#tickets/transition.ts';
import { advanced, aTicket, bodies } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { takeSteps } from '../../support/many-steps.ts';
import { until } from '../../support/until.ts';
import { aFollowed, listening, passOf, streamBy, streamOf } from './streaming.ts';

let test: TestApp;
let base: string;
const canaries = { technician: 'CanaryTechnician', findings: 'CanaryFinding', faults: [], reproducible: 'always' };
/** A second process over the same database. */
let other: { services: Services; base: string; close(): Promise<void> };

beforeAll(async () => {
  test = await startApp();
  base = await listening(test.app);
  const services = createServices(test.services.config);
  const app = await buildApp(services);
  other = {
    services,
    base: await listening(app),
    async close() {
      await app.close();
      await services.close();
    },
  };
});
afterAll(async () => {
  await other?.close();
  await test?.close();
});

it('replays the history and follows it, with the words of the timeline and nothing else', async () => {
  const ticket = await aFollowed(test);
  const stream = await streamOf(base, ticket);
  await stream.count(1);
  await takeSteps(test.services, test.brandId, ticket.ticketId, 2);
  await stream.count(3);
  expect(stream.status).toBe(200);
  expect(stream.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'private, no-store',
    'content-language': 'en',
    'x-robots-tag': 'noindex',
    'referrer-policy': 'no-referrer',
  });
  const data = { status: 'created', label: 'Registered', at: expect.stringMatching(/Z$/) };
  expect(stream.events.map(({ id, event, data: sent }) => ({ id, event, data: sent }))).toEqual([
    { id: 1, event: 'step', data },
    { id: 2, event: 'change', data },
    { id: 3, event: 'change', data },
  ]);
  stream.close();
});

it('speaks the language that is asked for', async () => {
  const ticket = await aFollowed(test);
  const stream = await streamOf(base, ticket, '?locale=zh-CN');
  expect((await stream.count(1))[0]?.data.label).toBe('已登记');
  stream.close();
});

it("says nothing of the center's own business", async () => {
  const opened = await aTicket(test);
  const serial = opened.device.identifiers[0]?.value ?? '';
  const diagnosing = await advanced(test, await advanced(test, opened, bodies.receive(serial)), bodies.diagnose);
  const recorded = await advanced(test, diagnosing, { action: 'diagnosis.record', input: canaries } as TransitionInput);
  await advanced(test, recorded, bodies.quote);
  const stream = await streamBy(base, passOf(test, opened.id));
  await stream.count(4);
  expect(stream.events.map(({ id, event, data }) => [id, event, data.status])).toEqual([
    [1, 'step', 'created'],
    [2, 'step', 'received'],
    [3, 'step', 'diagnosing'],
    [5, 'step', 'quoted'],
  ]);
  expect(stream.text()).not.toMatch(/Canary|Zhao|Battery|39900|SERIAL/);
  stream.close();
});

it('goes on after Last-Event-ID, after the position of the page, and from the present where the history is shorter', async () => {
  const ticket = await aFollowed(test);
  await takeSteps(test.services, test.brandId, ticket.ticketId, 4);
  const [header, query, both, beyond] = await Promise.all([
    streamOf(base, ticket, '?locale=en', 3),
    streamOf(base, ticket, '?after=4'),
    streamOf(base, ticket, '?after=1', 4),
    streamOf(base, ticket, '?after=900'),
  ]);
  await header.count(2);
  await takeSteps(test.services, test.brandId, ticket.ticketId, 1);
  await Promise.all([header.count(3), query.count(2), both.count(2), beyond.count(1)]);
  expect([header.ids(), query.ids(), both.ids(), beyond.ids()]).toEqual([[4, 5, 6], [5, 6], [5, 6], [6]]);
  for (const stream of [header, query, both, beyond]) stream.close();
});

it.each(['x', '-1', '1.5', '12345678901'])('refuses the position %s', async (position) => {
  const ticket = await aFollowed(test);
  const stream = await streamOf(base, ticket, '', position);
  expect(stream.status).toBe(400);
});

it('misses no step and repeats none, while steps are taken and the line breaks again and again', async () => {
  const ticket = await aFollowed(test);
  const seen: number[] = [];
  let steps = 0;
  let breaks = 0;
  let taken = false;
  // However quick the steps are beside the reader: they go on until the line has broken often enough.
  const taking = (async () => {
    for (; steps < 60 || breaks < 8; steps += 1) await takeSteps(other.services, test.brandId, ticket.ticketId, 1, steps);
    taken = true;
  })();
  const isOver = (): boolean => taken && seen.at(-1) === steps + 1;
  while (!isOver()) {
    // Now one process, now the other.
    const from = breaks % 2 === 0 ? base : other.base;
    const stream = await streamOf(from, ticket, '', seen.at(-1) ?? 0);
    await until(() => stream.events.length > 0 || isOver(), 5_000);
    seen.push(...stream.ids());
    stream.close();
    breaks += 1;
  }
  await taking;
  expect(seen).toEqual(Array.from({ length: steps + 1 }, (_, index) => index + 1));
  expect(breaks).toBeGreaterThanOrEqual(8);
});

it('sends what another process wrote, at once', async () => {
  const ticket = await aFollowed(test);
  const stream = await streamBy(base, ticket.pass);
  await stream.count(1);
  // The connection that hears hints is opened by the first stream.
  await takeSteps(other.services, test.brandId, ticket.ticketId, 1);
  await stream.count(2);
  const took: number[] = [];
  for (let n = 1; n <= 10; n += 1) {
    await takeSteps(other.services, test.brandId, ticket.ticketId, 1, n);
    const committed = performance.now();
    const events = await stream.count(n + 2);
    took.push((events.at(-1)?.cameAt ?? Infinity) - committed);
  }
  expect(Math.max(...took)).toBeLessThan(1_000);
  stream.close();
});

it('finds by itself what no hint told of', async () => {
  const ticket = await aFollowed(test);
  const stream = await streamBy(base, ticket.pass);
  await stream.count(1);
  const silent = { ...other.services, live: { ...other.services.live, publish: () => undefined } };
  await takeSteps(silent, test.brandId, ticket.ticketId, 1);
  await stream.count(2, 8_000);
  expect(stream.ids()).toEqual([1, 2]);
  stream.close();
});

it('ends in the language of HTTP what has no ticket: no credential, a wrong one, one that is over, one of the wrong kind', async () => {
  const ticket = await aFollowed(test);
  const over = passOf(test, ticket.ticketId, new Date(Date.now() - 31 * 60_000));
  const answers = await Promise.all([
    streamBy(base, 'x'),
    streamBy(base, over),
    streamBy(base, `${ticket.pass}x`),
    streamBy(base, ticket.secret),
    streamOf(base, { ...ticket, secret: ticket.pass }),
    streamOf(base, { ...ticket, secret: `lnk_${'A'.repeat(22)}` }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 401]);
});

it('shows one ticket alone, and ends with its pass', async () => {
  const [mine, theirs] = await Promise.all([aFollowed(test), aFollowed(test)]);
  const nearlyOver = passOf(test, mine.ticketId, new Date(Date.now() - 30 * 60_000 + 1_500));
  const [stream, brief] = await Promise.all([streamBy(base, mine.pass), streamBy(base, nearlyOver)]);
  await takeSteps(test.services, test.brandId, theirs.ticketId, 2);
  await takeSteps(test.services, test.brandId, mine.ticketId, 1);
  await stream.count(2);
  expect(stream.ids()).toEqual([1, 2]);
  await brief.over(3_000);
  expect(stream.ended()).toBe(false);
  stream.close();
});

it('ends the stream of a link that was made anew', async () => {
  const ticket = await aFollowed(test);
  const stream = await streamOf(base, ticket);
  await stream.count(1);
  const renewed = await test.call(test.keys.center, { method: 'POST', url: `/v1/tickets/${ticket.ticketId}/link` });
  expect(renewed.statusCode).toBe(201);
  await stream.over(8_000);
  expect((await streamOf(base, ticket)).status).toBe(401);
});

it('is asked for by GET alone', async () => {
  const head = await test.app.inject({ method: 'HEAD', url: '/v1/lookup/progress/stream' });
  expect([head.statusCode, head.headers['allow']]).toEqual([405, 'GET']);
});
