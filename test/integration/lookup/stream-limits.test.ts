// The ends of a live stream: too many, too long, too slow, and a process that stops.
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type EventStream, openEventStream } from '#platform/http/event-stream.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { comesWithin } from '../../support/in-time.ts';
import { takeSteps } from '../../support/many-steps.ts';
import { until } from '../../support/until.ts';
import { aFollowed, listening, passOf, streamBy, streamOf } from './streaming.ts';

let test: TestApp | undefined;
afterEach(async () => {
  await test?.close();
  test = undefined;
});

async function started(env: Record<string, string> = {}): Promise<{ app: TestApp; base: string }> {
  const app = await startApp(env);
  test = app;
  return { app, base: await listening(app.app) };
}

describe('a stream', () => {
  it('ends after its time with when to come again, and goes on from there', async () => {
    const { app, base } = await started({ STREAM_SECONDS: '0.4' });
    const ticket = await aFollowed(app);
    const stream = await streamOf(base, ticket);
    await stream.over(2_000);
    expect(stream.retry()).toBeGreaterThanOrEqual(1_000);
    expect(stream.retry()).toBeLessThanOrEqual(5_000);
    expect(stream.headers.connection).toBe('close');
    await takeSteps(app.services, app.brandId, ticket.ticketId, 1);
    const next = await streamOf(base, ticket, '', stream.ids().at(-1) ?? 0);
    await next.count(1);
    expect(next.ids()).toEqual([2]);
  });

  it('is refused beyond six for one ticket, by whichever door, until one of them ends', async () => {
    const { app, base } = await started();
    const ticket = await aFollowed(app);
    const open = await Promise.all(Array.from({ length: 6 }, (_, n) => (n % 2 === 0 ? streamOf(base, ticket) : streamBy(base, ticket.pass))));
    const seventh = await streamBy(base, passOf(app, ticket.ticketId));
    await seventh.over();
    expect([seventh.status, seventh.headers['retry-after'], JSON.parse(seventh.text())]).toEqual([
      429,
      '30',
      expect.objectContaining({ code: 'too_many_requests' }),
    ]);
    const elsewhere = await streamOf(base, await aFollowed(app));
    expect(elsewhere.status).toBe(200);
    open[0]?.close();
    const again = await until(async () => {
      const stream = await streamOf(base, ticket);
      return stream.status === 200 ? stream : null;
    }, 2_000);
    for (const stream of [...open, elsewhere, again]) stream.close();
  });

  it('is refused by a process that has as many as it takes', async () => {
    const { app, base } = await started({ STREAMS_MAX: '2' });
    const tickets = await Promise.all([aFollowed(app), aFollowed(app), aFollowed(app)]);
    const [one, two] = await Promise.all(tickets.slice(0, 2).map((ticket) => streamOf(base, ticket)));
    const third = await streamOf(base, tickets[2] as (typeof tickets)[number]);
    await third.over();
    expect([third.status, third.headers['retry-after'], JSON.parse(third.text())]).toEqual([
      503,
      '30',
      expect.objectContaining({ code: 'overloaded' }),
    ]);
    one?.close();
    two?.close();
  });

  it('never holds up the end of the process', async () => {
    const { app, base } = await started();
    const tickets = await Promise.all(Array.from({ length: 10 }, () => aFollowed(app)));
    const streams = await Promise.all(tickets.map((ticket) => streamOf(base, ticket)));
    await Promise.all(streams.map((stream) => stream.count(1)));
    // One that does not read what it is sent.
    const still = await new Promise<IncomingMessage>((resolve) => get(`${base}/t/${tickets[0]?.secret}/events`, { agent: false }, resolve));
    still.pause().on('error', () => undefined);
    expect(await comesWithin(1_000, app.app.close())).toBe(true);
    await Promise.all(streams.map((stream) => stream.over(1_000)));
    expect(streams.map((stream) => (stream.retry() ?? 0) >= 1_000)).toEqual(streams.map(() => true));
  });

  it('costs little: two hundred of them', async () => {
    const { app, base } = await started();
    const tickets = await Promise.all(Array.from({ length: 40 }, () => aFollowed(app)));
    const before = process.memoryUsage().rss;
    const streams = await Promise.all(tickets.flatMap((ticket) => Array.from({ length: 5 }, () => streamOf(base, ticket))));
    await Promise.all(streams.map((stream) => stream.count(1)));
    const each = (process.memoryUsage().rss - before) / streams.length;
    for (const { ticketId } of tickets) await takeSteps(app.services, app.brandId, ticketId, 1);
    await Promise.all(streams.map((stream) => stream.count(2)));
    expect(streams.map((stream) => stream.ids())).toEqual(streams.map(() => [1, 2]));
    process.stderr.write(`200 open streams with their readers: ${Math.round(each / 1024)} kB each\n`);
    expect(each).toBeLessThan(300 * 1024);
    for (const stream of streams) stream.close();
  });
});

describe('a slow reader', () => {
  const big = { id: 1, event: 'step', data: { filler: 'x'.repeat(20_000) } };

  /** A server with one stream, and a client that does not read it; `pingMs` is the interval at which the server looks. */
  async function unread(pingMs: number): Promise<{
    stream: EventStream;
    raw: ServerResponse;
    client: IncomingMessage;
    drained: () => number;
    closed: () => boolean;
    stop(): Promise<void>;
  }> {
    let drains = 0;
    let closed = false;
    const opened = Promise.withResolvers<{ stream: EventStream; raw: ServerResponse }>();
    const server = createServer((_, raw) => {
      const options = { headers: {}, lastsMs: 60_000, pingMs, onDrain: () => void (drains += 1), onClose: () => void (closed = true) };
      opened.resolve({ raw, stream: openEventStream(raw, options) });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = await new Promise<IncomingMessage>((resolve) => {
      get(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { agent: false }, resolve);
    });
    client.pause().on('error', () => undefined);
    return {
      ...(await opened.promise),
      client,
      drained: () => drains,
      closed: () => closed,
      stop: () => new Promise((resolve) => void server.close(() => resolve())),
    };
  }

  it('is sent nothing more until it has caught up', async () => {
    // Nobody looks meanwhile: who is behind at that moment is let go, however soon they would have caught up.
    const { stream, raw, client, drained, closed, stop } = await unread(60_000);
    let sent = 1;
    while (stream.send(big)) sent += 1;
    expect(raw.writableLength).toBeLessThan(sent * 21_000);
    expect(drained()).toBe(0);
    client.resume();
    await until(() => drained() > 0, 2_000);
    expect(closed()).toBe(false);
    await stream.end();
    expect(closed()).toBe(true);
    await stop();
  });

  it('is let go when it is behind for a whole interval', async () => {
    const { stream, raw, closed, stop } = await unread(200);
    // As much as the network itself takes, and a little more.
    for (let n = 0; n < 1_000; n += 1) {
      stream.send(big);
      if (raw.writableLength > 100_000) break;
      await sleep(1);
    }
    await until(closed, 2_000);
    expect(raw.destroyed).toBe(true);
    await stop();
  });
});
