// Traces at a collector of our own: what they tell of a transition and its delivery, whose trace is continued, and that they can be off.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrateQueue } from '#platform/queue.ts';
import { openTracing, type Tracing } from '#platform/tracing.ts';
import { startWork } from '#work.ts';
import { advanced, aTicket, bodies } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { factOf, type OtlpReceiver, type Span, startOtlpReceiver } from '../../support/otlp-receiver.ts';
import { eventually } from '../../support/outgoing.ts';
import { cloneDatabase } from '../../support/postgres.ts';
import { freePort, startProcess } from '../../support/process.ts';
import { readBy, secretOf } from '../lookup/by-link.ts';

const theirTrace = '0af7651916cd43dd8448eb211c80319c';
const theirSpan = 'b7ad6b7169203331';
const traceparent = `00-${theirTrace}-${theirSpan}-01`;
const STEP = 'POST /v1/tickets/:ticketId/transitions';

let collector: OtlpReceiver;
beforeAll(async () => {
  collector = await startOtlpReceiver();
});
afterAll(() => collector.close());

const spansOf = (name: string): Span[] => collector.spans.filter((span) => span.name === name);
const lastOf = (name: string): Span => {
  const span = spansOf(name).at(-1);
  if (span === undefined) throw new Error(`no span is called ${name}`);
  return span;
};

describe('with a collector', () => {
  let tracing: Tracing;
  let t: TestApp;
  beforeAll(async () => {
    tracing = await openTracing(collector.url, 1);
    t = await startApp({}, { tracing });
    await migrateQueue(t.databaseUrl);
  });
  afterAll(async () => {
    await tracing.close();
    await t.close();
  });

  it('a transition is a part of its caller’s trace, and what was delivered of it is linked to it', async () => {
    const work = await startWork(t.services);
    const ticket = await aTicket(t);
    const received = bodies.receive(ticket.device.identifiers[0]?.value ?? '');
    const answer = await t.call(t.keys.center, {
      method: 'POST',
      url: `/v1/tickets/${ticket.id}/transitions`,
      headers: { 'if-match': `"v${ticket.version}"`, traceparent },
      payload: received,
    });
    expect(answer.statusCode, answer.body).toBe(200);
    await eventually(() => {
      const step = lastOf(STEP);
      expect(step).toMatchObject({ traceId: theirTrace, parentSpanId: theirSpan, kind: 2 });
      expect(Number(step.endTimeUnixNano)).toBeGreaterThan(Number(step.startTimeUnixNano));
      expect(['http.request.method', 'http.route', 'http.response.status_code'].map((key) => factOf(step, key))).toEqual([
        'POST',
        '/v1/tickets/:ticketId/transitions',
        200,
      ]);
      const delivery = collector.spans.find(({ links }) => links?.some(({ spanId }) => spanId === step.spanId));
      expect(delivery?.links).toMatchObject([{ traceId: theirTrace, spanId: step.spanId }]);
      // A trace of its own: the twelfth try comes five days later.
      expect(delivery?.traceId).not.toBe(theirTrace);
      expect(['glassbench.message', 'glassbench.attempt', 'glassbench.outcome'].map((key) => factOf(delivery, key))).toEqual(['received', 1, 'sent']);
    });
    await work.close();
  });

  it('continues the trace of nobody but a caller with a key', async () => {
    const ticket = await aTicket(t);
    const headers = { traceparent };
    expect((await readBy(t, secretOf(t, ticket.id), '', headers)).statusCode).toBe(200);
    await t.call(null, { url: `/v1/lookup/${ticket.device.identifiers[0]?.value}`, headers });
    expect((await t.call('gb_s_wrong', { url: `/v1/tickets/${ticket.id}`, headers })).statusCode).toBe(401);
    await t.call(t.keys.center, { url: `/v1/tickets/${ticket.id}/history`, headers: { traceparent: `${traceparent}x` } });
    await eventually(() => {
      const names = ['GET /v1/link/ticket', 'GET /v1/lookup/:serial', 'GET /v1/tickets/:ticketId', 'GET /v1/tickets/:ticketId/history'];
      for (const name of names) {
        const { traceId, parentSpanId } = lastOf(name);
        expect([name, traceId === theirTrace, parentSpanId ?? '']).toEqual([name, false, '']);
      }
      expect(factOf(lastOf('GET /v1/tickets/:ticketId'), 'http.response.status_code')).toBe(401);
    });
  });

  it('follows a caller that does not want to be traced', async () => {
    const before = spansOf('GET /v1/tickets').length;
    await t.call(t.keys.center, { url: '/v1/tickets', headers: { traceparent: traceparent.replace(/01$/, '00') } });
    await t.call(t.keys.center, { url: '/v1/tickets' });
    await eventually(() => expect(spansOf('GET /v1/tickets').length).toBe(before + 1));
  });
});

it('costs the service nothing when the collector is away', async () => {
  const tracing = await openTracing(`http://127.0.0.1:${await freePort()}`, 1);
  const t = await startApp({}, { tracing });
  const ticket = await aTicket(t);
  expect((await advanced(t, ticket, bodies.receive(ticket.device.identifiers[0]?.value ?? ''))).status).toBe('received');
  await tracing.close().catch(() => undefined);
  await t.close();
});

describe('of a started process', () => {
  /** Says which packages of OpenTelemetry the process loads; the client of the metrics brings the small one with nothing but interfaces. */
  const spy = `import{registerHooks}from'node:module';registerHooks({load(url,context,next){const name=/@opentelemetry.(?!api.)[^/]+/.exec(url);if(name)process.stderr.write('LOADED '+name+'\\n');return next(url,context)}})`;

  async function called(more: Record<string, string>): Promise<string> {
    const database = await cloneDatabase(inject('postgres'));
    const port = await freePort();
    const settings = {
      DATABASE_URL: database.url,
      SECRETS: 'for tests only and long enough for the check',
      PORT: String(port),
      OPS_PORT: '0',
      DRAIN_SECONDS: '0',
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(spy)}`,
      ...more,
    };
    const api = startProcess('api.ts', settings);
    await api.says('listening');
    expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200);
    expect(await api.stop(), api.stdout()).toBe(0);
    await database.drop();
    return api.stderr();
  }

  it('nothing of OpenTelemetry is loaded without an endpoint', async () => {
    expect(await called({})).not.toContain('LOADED');
  });

  it('with an endpoint it sends its spans before it ends', async () => {
    const before = spansOf('GET /livez').length;
    expect(await called({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url })).toContain('LOADED');
    expect(spansOf('GET /livez').length).toBe(before + 1);
  });
});
