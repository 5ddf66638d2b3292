// The one question: asked once, some days after the device is back, of nobody who is unhappy already; answered by link or on the page.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Scorecard } from '#service-centers/scorecard.ts';
import { askSurveys } from '#surveys/ask-surveys.ts';
import { advanced, handedOver } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { movingTime, told } from '../../support/moving-time.ts';
import { postBy, secretOf } from '../lookup/by-link.ts';
import { headingOf, open, pageOf, submit } from '../pages/browsing.ts';

let app: TestApp;
const time = movingTime();

const asked = async (ticketId: string): Promise<number> => (await told(app, ticketId)).filter((message) => message === 'survey').length;

beforeAll(async () => {
  app = await startApp({}, { clock: time.clock });
});
afterAll(() => app?.close());

test('is asked three days after the device is back, once, and not of those who dispute or cannot be reached', async () => {
  const happy = await handedOver(app);
  const unhappy = await handedOver(app);
  const silent = await handedOver(app, { contact: { name: 'Li Na', phone: '+8613800009999' } });
  await advanced(app, unhappy, { action: 'delivery.dispute', input: { what: 'fault_not_fixed', details: 'Still dark' } });
  time.later(2.9);
  expect(await askSurveys(app.services)).toBe(0);
  time.later(0.2);
  const counts = await Promise.all([askSurveys(app.services), askSurveys(app.services)]);
  expect([counts[0] + counts[1], await askSurveys(app.services)]).toEqual([1, 0]);
  expect(await Promise.all([happy, unhappy, silent].map(({ id }) => asked(id)))).toEqual([1, 0, 0]);
});

test('is not asked where the policy says so', async () => {
  await app.call(app.keys.brand, { method: 'PUT', url: `/v1/policy`, payload: { surveyDays: 0 } });
  const ticket = await handedOver(app);
  await app.call(app.keys.brand, { method: 'PUT', url: `/v1/policy`, payload: { surveyDays: 3 } });
  time.later(10);
  expect([await askSurveys(app.services), await asked(ticket.id)]).toEqual([0, 0]);
});

test('is answered by link and on the page, the last answer counts, and the scorecard adds them up', async () => {
  const tickets = [await handedOver(app), await handedOver(app), await handedOver(app)] as const;
  const early = await postBy(app, secretOf(app, tickets[0].id), 'survey', { score: 9 });
  expect([early.statusCode, early.json<{ code: string }>().code]).toEqual([404, 'not_found']);
  time.later(4);
  expect(await askSurveys(app.services)).toBe(3);

  const first = await postBy(app, secretOf(app, tickets[0].id), 'survey', { score: 10, reason: 'Quick' });
  expect([first.statusCode, first.json()]).toEqual([200, { score: 10, reason: 'Quick', answeredAt: time.now().toISOString() }]);
  expect((await postBy(app, secretOf(app, tickets[0].id), 'survey', { score: 11 })).statusCode).toBe(400);

  const page = pageOf(app, tickets[1].id);
  expect(headingOf((await open(app, `${page}/survey`)).body)).toBe('How did the repair go?');
  const sent = await submit(app, `${page}/survey`, { score: '3', reason: '<b>Slow</b>' });
  expect([sent.statusCode, sent.headers.location]).toEqual([303, `${page}/survey`]);
  expect(headingOf((await open(app, `${page}/survey`)).body)).toBe('Thank you, we have your answer');
  const again = await open(app, `${page}/survey?again=yes&lang=zh-CN`);
  expect(again.body).toMatch(/value="3" required checked[^]*&lt;b&gt;Slow&lt;\/b&gt;/);
  expect(headingOf(again.body)).toBe('这次维修怎么样？');
  // As long as the page lets it be: a browser counts the end of a line once and sends it as two characters.
  const long = `${'慢'.repeat(990)}${'\r\n'.repeat(5)}完`;
  expect((await submit(app, `${page}/survey`, { score: '3', reason: long })).statusCode).toBe(303);
  expect((await open(app, `${page}/survey?again=yes`)).body).toContain(`${'慢'.repeat(990)}${'\n'.repeat(5)}完</textarea>`);
  expect((await submit(app, `${page}/survey`, { score: '7', reason: ' \r\n' })).statusCode).toBe(303);
  expect((await open(app, `${pageOf(app, (await handedOver(app)).id)}/survey`)).statusCode).toBe(404);

  const card = await app.call(app.keys.center, { method: 'GET', url: `/v1/service-centers/${app.centerId}/scorecard` });
  // Four were asked so far; a 10 and a 7 came back.
  expect(card.json<Scorecard>().survey).toEqual({ asked: 4, answered: 2, nps: 50 });
});
