// A call whose caller hangs up is told of as every other is: by one line in the log, one measurement and one span. It is no outage.
import { once } from 'node:events';
import { connect } from 'node:net';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createLog } from '#platform/log.ts';
import { metrics } from '#platform/metrics.ts';
import type { SpanFacts, Tracing } from '#platform/tracing.ts';
import { aTicket, bodies } from '../../support/a-ticket.ts';
import { startApp, type TestApp, unique } from '../../support/app.ts';
import { until } from '../../support/until.ts';
import { aFollowed, listening, streamOf } from '../lookup/streaming.ts';

interface Line {
  msg: string;
  requestId: string;
  method?: string;
  route?: string;
  status?: number;
  actorId?: string | null;
}

let t: TestApp;
let base: string;
const lines: Line[] = [];
const spans: { name: string; facts: SpanFacts; failed: boolean }[] = [];
const log = createLog('test', 'info', { write: (line) => void lines.push(JSON.parse(line) as Line) });
/** Keeps what it is told. */
const tracing: Tracing = {
  begin: ({ name }) => ({ traceparent: '', end: (facts, failed) => void spans.push({ name, facts, failed }) }),
  close: async () => undefined,
};

beforeAll(async () => {
  t = await startApp({}, { log, tracing });
  base = await listening(t.app);
});
afterAll(() => t.close());
beforeEach(() => {
  lines.length = 0;
  spans.length = 0;
});

const linesOf = (route: string): Line[] => lines.filter((line) => line.route === route);
/** How often calls of a route were measured, by status. */
async function measured(route: string): Promise<Record<string, number>> {
  const rows = (await metrics.metrics())
    .split('\n')
    .filter((row) => row.startsWith('http_request_duration_seconds_count') && row.includes(`"${route}"`));
  return Object.fromEntries(rows.map((row) => [/status="(\d+)"/.exec(row)?.[1], Number(row.split(' ').at(-1))]));
}
async function told(route: string): Promise<void> {
  await until(
    () => linesOf(route).length > 0,
    5_000,
    () => JSON.stringify(lines),
  );
}

it('one who waits for an answer: 499, once, although the call is served to its end', async () => {
  const route = '/v1/tickets/:ticketId/transitions';
  const ticket = await aTicket(t);
  const ending = new AbortController();
  const waits = async (): Promise<boolean> => {
    const { rows } = await sql<{ n: number }>`
      select count(*)::integer as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(t.owner);
    return rows[0]?.n === 1;
  };
  await t.owner.transaction().execute(async (trx) => {
    await sql`select from tickets where id = ${ticket.id} for update`.execute(trx);
    const call = fetch(`${base}/v1/tickets/${ticket.id}/transitions`, {
      method: 'POST',
      signal: ending.signal,
      headers: {
        authorization: `Bearer ${t.keys.center}`,
        'content-type': 'application/json',
        'idempotency-key': unique('gone'),
        'if-match': `"v${ticket.version}"`,
      },
      body: JSON.stringify(bodies.receive(ticket.device.identifiers[0]?.value ?? '')),
    });
    await until(waits, 2_000);
    ending.abort();
    await expect(call).rejects.toThrow('aborted');
    await told(route);
  });
  const version = async (): Promise<number> =>
    (await t.owner.selectFrom('tickets').select('version').where('id', '=', ticket.id).executeTakeFirstOrThrow()).version;
  await until(async () => (await version()) === ticket.version + 1, 5_000);
  expect(linesOf(route)).toMatchObject([{ msg: 'broken off', method: 'POST', status: 499, actorId: expect.any(String) as string }]);
  expect(await measured(route)).toEqual({ 499: 1 });
  const name = `POST ${route}`;
  expect(spans.filter((span) => span.name === name)).toEqual([{ name, facts: { 'http.response.status_code': 499 }, failed: false }]);
});

it('one in the middle of its body: 499, and no word of a database that cannot answer', async () => {
  const route = '/v1/tickets/:ticketId/notes';
  const ticket = await aTicket(t);
  const socket = connect(Number(new URL(base).port), '127.0.0.1');
  const head = [`authorization: Bearer ${t.keys.center}`, `idempotency-key: ${unique('half')}`, 'content-type: application/json', 'host: localhost'];
  const begun = `POST /v1/tickets/${ticket.id}/notes HTTP/1.1\r\n${head.join('\r\n')}\r\ncontent-length: 500\r\n\r\n{"body":`;
  await new Promise((resolve) => void socket.write(begun, resolve));
  // Who comes after it has been answered: it has been heard.
  const other = await fetch(`${base}/v1/service-centers`, { headers: { authorization: `Bearer ${t.keys.center}` } });
  expect(other.status).toBe(200);
  socket.destroy();
  await told(route);
  // What is said of its error comes right behind.
  expect((await fetch(`${base}/livez`)).status).toBe(200);
  expect(linesOf(route)).toMatchObject([{ msg: 'broken off', method: 'POST', status: 499 }]);
  expect(lines.map(({ msg }) => msg)).not.toContain('request could not be served');
  expect(await measured(route)).toEqual({ 499: 1 });
});

it('one whose body breaks the protocol: what the connection was answered', async () => {
  const route = '/v1/tickets/:ticketId/notes';
  const ticket = await aTicket(t);
  const socket = connect(Number(new URL(base).port), '127.0.0.1');
  const head = [
    `authorization: Bearer ${t.keys.center}`,
    `idempotency-key: ${unique('broken')}`,
    'content-type: application/json',
    'host: localhost',
  ];
  socket.write(`POST /v1/tickets/${ticket.id}/notes HTTP/1.1\r\n${head.join('\r\n')}\r\ntransfer-encoding: chunked\r\n\r\nno chunk\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1.1 400 /);
  socket.destroy();
  await told(route);
  expect(linesOf(route)).toMatchObject([{ method: 'POST', status: 400 }]);
});

it('one who reads a stream: what was answered, once, however it ends', async () => {
  const route = '/t/:token/events';
  const stream = await streamOf(base, await aFollowed(t));
  await stream.count(1);
  expect(linesOf(route)).toEqual([]);
  stream.close();
  await told(route);
  expect(linesOf(route)).toMatchObject([{ msg: 'broken off', status: 200 }]);
  expect(await measured(route)).toEqual({ 200: 1 });
});

it('one who has the answer, or a refusal: once', async () => {
  const route = '/v1/alerts';
  await fetch(`${base}/v1/alerts`, { headers: { authorization: `Bearer ${t.keys.center}` } });
  await fetch(`${base}/v1/alerts`);
  await until(() => linesOf(route).length >= 2, 5_000);
  expect(linesOf(route)).toMatchObject([
    { msg: 'answered', status: 200 },
    { msg: 'answered', status: 401, actorId: null },
  ]);
  expect(await measured(route)).toEqual({ 200: 1, 401: 1 });
});
