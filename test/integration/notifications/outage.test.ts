// PostgreSQL is away for longer than the lease, between a call and the note that it was made: the receiver is called once all the same.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServices, type Services } from '#services.ts';
import { startWork } from '#work.ts';
import { eventually, type Outgoing, openOutgoing } from '../../support/outgoing.ts';
import { openSlowLine, type SlowLine } from '../../support/slow-line.ts';

const LEASE_MS = 600;
let out: Outgoing;
let line: SlowLine;
let services: Services;
let work: Awaited<ReturnType<typeof startWork>>;

beforeAll(async () => {
  out = await openOutgoing();
  const { config } = out.app.services;
  const there = new URL(config.DATABASE_URL ?? '');
  line = await openSlowLine(Number(there.port));
  there.hostname = '127.0.0.1';
  there.port = String(line.port);
  services = createServices({ ...config, DATABASE_URL: there.href });
  work = await startWork(services, { leaseMs: LEASE_MS });
});
afterAll(async () => {
  await work.close();
  await services.close();
  await line.close();
  await out.close();
});

test.for(['held back', 'cut off'] as const)('%s', { timeout: 30_000 }, async (what) => {
  const path = `/${what.replace(' ', '-')}`;
  const endpoint = await out.endpoint(path);
  const [arrived, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  out.receiver.answer(path, (_call, response) => {
    arrived.resolve();
    void answer.promise.then(() => response.writeHead(204).end());
  });
  await out.tell(endpoint, what, [1]);
  await arrived.promise;
  line.weather('dark');
  answer.resolve();
  await sleep(LEASE_MS);
  if (what === 'cut off') line.cut();
  await sleep(2_000);
  line.weather('fair');
  await eventually(async () => expect(await out.rows(what)).toMatchObject([{ state: 'sent', attempts: 1 }]));
  // Longer than a relay waits before it hands out what nobody has told of.
  await sleep(1_500);
  expect(out.receiver.to(path)).toHaveLength(1);
  expect(await out.rows(what)).toMatchObject([{ state: 'sent', attempts: 1 }]);
});
