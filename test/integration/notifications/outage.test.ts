// PostgreSQL is away for longer than the lease, between a call and the note that it was made: the receiver is called once all the same.
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServices, type Services } from '#services.ts';
import { startWork } from '#work.ts';
import { eventually, type Outgoing, openOutgoing } from '../../support/outgoing.ts';
import { openSlowLine, type SlowLine } from '../../support/slow-line.ts';

/** Not shorter: a machine that stands still for as long before the outage begins would call twice. */
const LEASE_MS = 2_000;
/** From the beginning of an outage until the line breaks, and from then until it is over: together longer than the lease. */
const [CUT_AFTER_MS, DARK_MS] = [600, 2_000];
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

/** A call that has arrived and waits for its answer. */
async function calling(path: string, subject: string): Promise<{ endpoint: string; answered(): void }> {
  const endpoint = await out.endpoint(path);
  const [arrived, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  out.receiver.answer(path, (_call, response) => {
    arrived.resolve();
    void answer.promise.then(() => response.writeHead(204).end());
  });
  // Nothing had got through to it before: that it works again is noted as well.
  if (subject.includes('failing'))
    await sql`update webhook_endpoints set failing_since = now(), last_failed_at = now() where id = ${endpoint}`.execute(out.app.owner);
  await out.tell(endpoint, subject, [1]);
  await arrived.promise;
  return { endpoint, answered: () => answer.resolve() };
}

async function calledOnce(path: string, subject: string): Promise<void> {
  await eventually(async () => expect(await out.rows(subject)).toMatchObject([{ state: 'sent', attempts: 1 }]));
  // Longer than a relay waits before it hands out what nobody has told of.
  await sleep(1_500);
  expect(out.receiver.to(path)).toHaveLength(1);
  expect(await out.rows(subject)).toMatchObject([{ state: 'sent', attempts: 1 }]);
}

test.for(['held back', 'cut off', 'cut off from one that was failing'] as const)('%s', { timeout: 30_000 }, async (what) => {
  const path = `/${what.replaceAll(' ', '-')}`;
  const { endpoint, answered } = await calling(path, what);
  line.weather('dark');
  answered();
  await sleep(CUT_AFTER_MS);
  if (what.startsWith('cut off')) line.cut();
  await sleep(DARK_MS);
  line.weather('fair');
  await calledOnce(path, what);
  const { failing_since: failing } = await out.app.owner
    .selectFrom('webhook_endpoints')
    .select('failing_since')
    .where('id', '=', endpoint)
    .executeTakeFirstOrThrow();
  expect(failing).toBeNull();
});
