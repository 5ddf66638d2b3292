// S7: canaries of personal data in every field, through a whole story with its failures, appear in nothing that operators keep or partners see.
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lanePage, openLaneWatch } from '#notifications/watch-lanes.ts';
import { openPool } from '#platform/db/connect.ts';
import { openQueueBoard } from '#platform/http/queue-board.ts';
import { createLog } from '#platform/log.ts';
import { metrics } from '#platform/metrics.ts';
import { migrateQueue } from '#platform/queue.ts';
import { openTracing, type Tracing } from '#platform/tracing.ts';
import { epochOf, startWork } from '#work.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { label } from '../../support/mail-in.ts';
import { type MailSink, startMailSink } from '../../support/mail-sink.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../../support/otlp-receiver.ts';
import { eventually } from '../../support/outgoing.ts';
import { type OwnRedis, queueBackends, startRedis } from '../../support/queue-backends.ts';
import { type Receiver, startReceiver } from '../../support/webhook-receiver.ts';

/** What is looked for, in the spellings it could come out in. */
const canary = {
  name: 'Kanarienvogel Wang',
  phone: '+8613977731847',
  // Refused by the mail server, by name.
  email: '550@kanarie.example',
  address: '77 Kanariegasse, Shanghai',
  serial: 'KNRYSN7713XQ',
  imei: '490154203237518',
  fault: 'fault-kanarie-one',
  note: 'note-kanarie-two',
  customerText: 'hold-kanarie-three',
  taker: 'taker-kanarie-four',
  ownerEmail: 'owner@kanarie.example',
  reason: 'reason-kanarie-five',
  unknown: 'unknown-kanarie-six',
  openid: 'oKanarieOpenId7',
} as const;
const marks = [/kanari/i, /13977731847|139 7773 1847/, /KNRYSN7713XQ/i, /490154203237518/, /oKanarieOpenId7/];

const found = (where: string, text: string): string[] =>
  marks.filter((mark) => mark.test(text)).map((mark) => `${mark} in ${where}: …${around(text, mark)}…`);
const around = (text: string, mark: RegExp): string => {
  const at = text.search(mark);
  return text.slice(Math.max(0, at - 120), at + 80);
};

describe.each(queueBackends())('on %s', (backend) => {
  let redis: OwnRedis | undefined;
  let app: TestApp;
  let sink: MailSink;
  let receiver: Receiver;
  let collector: OtlpReceiver;
  let tracing: Tracing;
  const logged: string[] = [];
  const problems: string[] = [];

  const call: TestApp['call'] = async (key, options) => {
    const answer = await app.call(key, {
      ...options,
      headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', ...options.headers },
    });
    if (answer.statusCode >= 400) problems.push(answer.body);
    expect(answer.statusCode).toBeLessThan(500);
    return answer;
  };

  beforeAll(async () => {
    if (backend === 'redis') redis = await startRedis();
    [sink, receiver, collector] = await Promise.all([startMailSink(), startReceiver(), startOtlpReceiver()]);
    tracing = await openTracing(collector.url, 1);
    const log = createLog('canaries', 'trace', { write: (line) => void logged.push(line) });
    const env = { SMTP_URL: sink.url, WEBHOOKS_TO_PRIVATE: 'true', ...(redis === undefined ? {} : { REDIS_URL: redis.url }) };
    app = await startApp(env, { log, tracing });
    await migrateQueue(app.databaseUrl);
  });
  afterAll(async () => {
    await app.close();
    await Promise.all([sink.close(), receiver.close(), collector.close()]);
    await redis?.stop();
  });

  /** One repair with everything personal that can be said, and everything that can go wrong beside it. */
  async function story(): Promise<void> {
    const { keys } = app;
    const consent = { method: 'signature', takenBy: canary.taker, givenAt: '2026-11-20T09:30:00+08:00', textVersion: 'backup-1', locale: 'en' };
    const contact = { name: canary.name, phone: canary.phone, email: canary.email, address: canary.address, locale: 'en' };
    const order = {
      centerId: app.centerId,
      device: { kind: 'phone', maker: 'Aurora', model: 'A5', serial: canary.serial, imei: canary.imei },
      contact,
      faultReported: canary.fault,
      returnMethod: 'ship',
      jurisdiction: 'CN',
      label: label(),
      intake: { contactVerified: true, backupConsent: consent },
    };
    for (const path of ['/good', '/bad']) {
      receiver.answer(`/bad`, (_call, response) => response.writeHead(500).end(`we know ${canary.name}`));
      const payload = { url: `${receiver.url}${path}`, events: ['ticket.opened', 'ticket.advanced', 'note.added'], ownerEmail: canary.ownerEmail };
      expect((await call(keys.brand, { method: 'POST', url: '/v1/webhook-endpoints', payload })).statusCode).toBe(201);
    }
    await eventually(async () => {
      const active = await app.owner.selectFrom('webhook_endpoints').select('id').where('verified_at', 'is not', null).execute();
      expect(active).toHaveLength(2);
    });
    const opened = await call(keys.courier, { method: 'POST', url: '/v1/mail-in-jobs', payload: order });
    expect(opened.statusCode, opened.body).toBe(201);
    const { ticketId: id } = opened.json<{ ticketId: string }>();
    const url = `/v1/tickets/${id}`;
    const version = async (): Promise<number> => (await call(keys.center, { method: 'GET', url })).json<{ version: number }>().version;
    const step = async (action: string, input: object, more: object = {}) =>
      call(keys.center, {
        method: 'POST',
        url: `${url}/transitions`,
        headers: { 'if-match': `"v${await version()}"` },
        payload: { action, input, ...more },
      });
    const bodies = {
      serialScanned: canary.serial,
      accessories: [],
      condition: [{ area: 'screen', grade: 'used', note: canary.note }],
      powersOn: true,
    };
    expect((await step('device.receive', { ...bodies, receivedBy: canary.taker }, { customerNote: canary.note })).statusCode).toBe(200);
    expect((await step('diagnosis.start', { technician: canary.taker })).statusCode).toBe(200);
    const resumeBy = new Date(Date.now() + 86_400_000).toISOString();
    const held = await step('hold.open', { reason: 'device_lock', resumeBy, customerText: canary.customerText });
    expect(held.statusCode, held.body).toBe(200);
    expect(
      (await call(keys.center, { method: 'POST', url: `${url}/notes`, payload: { visibility: 'internal', body: canary.note } })).statusCode,
    ).toBe(201);
    // What is refused: by the schema, by the lifecycle, by the version, by the key, by the path.
    await step('repair.start', { technician: canary.taker });
    await step('diagnosis.start', { technician: canary.taker, [canary.unknown]: canary.unknown });
    await step('diagnosis.start', { technician: canary.taker }, { [canary.name]: canary.phone, [canary.email]: 1 });
    await step('ticket.cancel', { requestedBy: canary.unknown }, { reason: canary.reason });
    await step(canary.unknown, { openid: canary.openid });
    await call(keys.center, {
      method: 'POST',
      url: `${url}/transitions`,
      headers: { 'if-match': '"v1"' },
      payload: { action: 'hold.resume', input: { note: canary.note } },
    });
    await call(keys.courier, { method: 'POST', url: '/v1/mail-in-jobs', payload: order });
    await call(keys.courier, {
      method: 'POST',
      url: '/v1/mail-in-jobs',
      payload: { ...order, contact: { ...contact, email: canary.name, locale: canary.unknown, [canary.phone]: canary.name } },
    });
    await call(keys.courier, {
      method: 'POST',
      url: '/v1/mail-in-jobs',
      payload: `{"contact":{"name":"${canary.name}"`,
      headers: { 'content-type': 'application/json' },
    });
    for (const path of [
      `/v1/tickets/${canary.serial}`,
      `/v1/tickets?serial=${canary.serial}&phone=${canary.phone}`,
      `/${canary.name}`,
      `/v1/tickets?${canary.unknown}=1&${canary.serial}=${canary.phone}`,
      `/v1/deliveries/${canary.unknown}`,
    ]) {
      await call(keys.center, { method: 'GET', url: encodeURI(path) });
    }
    await call(`gb_s_${canary.openid}`, { method: 'GET', url });
    await call(keys.center, { method: 'GET', url, headers: { traceparent: `00-${canary.openid}-01`, 'user-agent': canary.name } });
    for (const serial of [canary.serial, canary.imei, `${canary.serial}X`]) await call(null, { method: 'GET', url: `/v1/lookup/${serial}` });
    const proofs = [{ ticketCode: canary.unknown }, { phoneLast4: '1847' }, { phone: canary.phone }];
    for (const proof of proofs) await call(null, { method: 'POST', url: '/v1/lookup', payload: { identifier: canary.serial, proof } });
  }

  /** Everything that BullMQ keeps, as text. */
  async function jobs(): Promise<string> {
    if (redis === undefined) {
      const db = new Kysely<never>({ dialect: new PostgresDialect({ pool: openPool({ url: app.databaseUrl, max: 1, name: 'test-jobs' }) }) });
      const { rows } = await sql<{ name: string }>`select table_name as name from information_schema.tables where table_schema = 'bullmq'`.execute(
        db,
      );
      let text = '';
      for (const { name } of rows) text += JSON.stringify((await sql`select to_jsonb(t) from ${sql.table(`bullmq.${name}`)} t`.execute(db)).rows);
      await db.destroy();
      return text;
    }
    const client = new Redis(redis.url);
    let text = '';
    for (const key of await client.keys('*')) text += `${key} ${(await client.dump(key).catch(() => null)) ?? ''}`;
    client.disconnect();
    return text;
  }

  test('0 found in logs, metrics, traces, job data, problem documents, boards and what partners are sent', async () => {
    const { services } = app;
    const seen: string[] = [];
    const work = await startWork(services, { leaseMs: 2_000 });
    // One look after the other: on a busy machine those of every tenth of a second would be many connections at once.
    const over = new AbortController();
    const peeking = (async () => {
      while (!over.signal.aborted) {
        seen.push(await jobs().catch(() => ''));
        await sleep(100);
      }
    })();
    await story();
    await eventually(async () => {
      const dead = await app.owner.selectFrom('outbox').select('id').where('state', '=', 'dead').execute();
      expect(dead.length).toBeGreaterThan(0);
    });
    await eventually(() => expect(receiver.to('/good').length).toBeGreaterThan(3));
    await eventually(() => expect(receiver.to('/bad').length).toBeGreaterThan(0));
    over.abort();
    await peeking;
    seen.push(await jobs());
    await work.close();
    await tracing.close();
    const { REDIS_URL: redisUrl, DATABASE_URL: databaseUrl = '' } = services.config;
    const board = await openQueueBoard('/queues', { redisUrl, databaseUrl, epoch: await epochOf(services.db.of('*')) });
    await board.close();
    const rows = await app.owner.selectFrom('outbox').select(['facts', 'traceparent', 'subject', 'recipient', 'dead_reason', 'channel']).execute();
    const attempts = await app.owner.selectFrom('delivery_attempts').select(['detail', 'outcome']).execute();
    const replays = await app.owner.selectFrom('replays').selectAll().execute();
    expect(rows.some(({ traceparent }) => traceparent !== null)).toBe(true);
    expect(logged.length).toBeGreaterThan(20);
    expect(problems.length).toBeGreaterThan(8);
    expect(collector.spans.map(({ name }) => name)).toEqual(expect.arrayContaining(['deliver webhook', 'GET /v1/lookup/:serial']));
    expect(seen.join('').length).toBeGreaterThan(100);
    const places: Record<string, string> = {
      logs: logged.join(''),
      metrics: await metrics.metrics(),
      'job data': seen.join('\n'),
      'problem documents': problems.join('\n'),
      traces: JSON.stringify(rows.map(({ traceparent }) => traceparent)) + collector.bodies.join('\n'),
      ledger: JSON.stringify([
        attempts,
        replays,
        rows.map(({ subject, recipient, dead_reason, channel }) => [subject, recipient, dead_reason, channel]),
      ]),
      'facts for partners': JSON.stringify(rows.filter(({ channel }) => channel === 'webhook').map(({ facts }) => facts)),
      'calls to partners': receiver.calls.map(({ body, headers }) => body + JSON.stringify(headers)).join('\n'),
      lanes: lanePage(await openLaneWatch(services)()),
    };
    expect(Object.entries(places).flatMap(([where, text]) => found(where, text))).toEqual([]);
  });
});
