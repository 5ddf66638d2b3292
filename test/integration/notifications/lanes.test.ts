// What is due reaches its receiver: in order, once, through failures of the receiver, of the queue and of the rows themselves; on both queues.
import { sql } from 'kysely';
import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enqueue } from '#platform/outbox.ts';
import { startWork, type Work } from '#work.ts';
import { eventually, numbersOf, type Outgoing, openOutgoingOn } from '../../support/outgoing.ts';
import { queueBackends } from '../../support/queue-backends.ts';
import { SECRET } from '../../support/sender.ts';
import { ANOTHER_HOUR, status } from '../../support/webhook-receiver.ts';

const states = async (out: Outgoing, subject: string): Promise<string[]> => (await out.rows(subject)).map(({ state }) => state);
const settled = (out: Outgoing, subject: string, ...expected: string[]): Promise<void> =>
  eventually(async () => expect(await states(out, subject)).toEqual(expected));

describe.each(queueBackends())('on %s', (backend) => {
  let out: Awaited<ReturnType<typeof openOutgoingOn>>;
  let work: Work;

  beforeAll(async () => {
    out = await openOutgoingOn(backend);
    // With the usual lease: under a short one a machine that stands still for a moment calls twice where one call is counted.
    work = await startWork(out.app.services);
  });
  afterAll(async () => {
    await work.close();
    await out.close();
  });

  test('a lane is delivered in order, signed, and comes to rest', async () => {
    const endpoint = await out.endpoint('/order');
    await out.tell(endpoint, 'tkt_order', [1, 2, 3, 4, 5]);
    await eventually(() => expect(numbersOf(out.receiver, '/order')).toEqual([1, 2, 3, 4, 5]));
    for (const call of out.receiver.to('/order'))
      expect(new Webhook(SECRET).verify(call.body, call.headers)).toMatchObject({ type: 'ticket.advanced' });
    await eventually(async () => expect((await out.lane('tkt_order')).state).toBe('idle'));
    expect(work.health()).toEqual({ queue: backend, up: true });
  });

  test('more than one run holds is delivered in order all the same', async () => {
    const endpoint = await out.endpoint('/many');
    const numbers = Array.from({ length: 120 }, (_, index) => index);
    await out.tell(endpoint, 'tkt_many', numbers);
    await eventually(() => expect(numbersOf(out.receiver, '/many')).toEqual(numbers));
  });

  test('a failed try comes again with the same id, and what follows waits behind it', async () => {
    const endpoint = await out.endpoint('/retry');
    out.receiver.answer('/retry', (call, response, calls) => (calls === 1 ? status(500, ANOTHER_HOUR) : status(204))(call, response, calls));
    await out.tell(endpoint, 'tkt_retry', [1, 2]);
    await eventually(async () => expect((await out.lane('tkt_retry')).state).toBe('waiting'));
    expect(numbersOf(out.receiver, '/retry')).toEqual([1]);
    await out.hurry();
    await settled(out, 'tkt_retry', 'sent', 'sent');
    expect(numbersOf(out.receiver, '/retry')).toEqual([1, 1, 2]);
    const [first, again] = out.receiver.to('/retry');
    expect(again?.id).toBe(first?.id);
  });

  test('Retry-After is honored where it asks for more than the schedule', async () => {
    const endpoint = await out.endpoint('/later');
    out.receiver.answer('/later', status(429, ANOTHER_HOUR));
    await out.tell(endpoint, 'tkt_later', [1]);
    await eventually(async () => expect((await out.lane('tkt_later')).state).toBe('waiting'));
    const { rows } = await sql<{ seconds: number }>`
      select extract(epoch from next_at - now())::float8 as seconds from lanes where subject = 'tkt_later'`.execute(out.app.owner);
    expect(rows[0]?.seconds).toBeGreaterThan(3_500);
  });

  test('a refused message is a dead letter, and the lane goes on', async () => {
    const endpoint = await out.endpoint('/dead');
    out.receiver.answer('/dead', (call, response, calls) => status(call.data['n'] === 1 ? 400 : 204)(call, response, calls));
    await out.tell(endpoint, 'tkt_dead', [1, 2]);
    await settled(out, 'tkt_dead', 'dead', 'sent');
    expect((await out.rows('tkt_dead'))[0]?.reason).toBe('status_400');
  });

  test('where the endpoint chose strict order, a dead letter stops the lane', async () => {
    const endpoint = await out.endpoint('/strict', { strict: true });
    out.receiver.answer('/strict', status(400));
    await out.tell(endpoint, 'tkt_strict', [1, 2]);
    await eventually(async () => expect((await out.lane('tkt_strict')).state).toBe('stopped'));
    expect(await states(out, 'tkt_strict')).toEqual(['dead', 'pending']);
    expect(numbersOf(out.receiver, '/strict')).toEqual([1]);
  });

  test('what was stopped behind a dead letter is skipped when its endpoint is deleted', async () => {
    const endpoint = await out.endpoint('/strict-deleted', { strict: true });
    out.receiver.answer('/strict-deleted', status(400));
    await out.tell(endpoint, 'tkt_strict_deleted', [1, 2]);
    await eventually(async () => expect((await out.lane('tkt_strict_deleted')).state).toBe('stopped'));
    const deleted = await out.app.call(out.app.keys.brand, { method: 'DELETE', url: `/v1/webhook-endpoints/${endpoint}` });
    expect(deleted.statusCode, deleted.body).toBe(200);
    await settled(out, 'tkt_strict_deleted', 'dead', 'skipped');
    expect(numbersOf(out.receiver, '/strict-deleted')).toEqual([1]);
  });

  test('410 disables the endpoint, and the rest is skipped with that reason', async () => {
    const endpoint = await out.endpoint('/gone');
    out.receiver.answer('/gone', status(410));
    await out.tell(endpoint, 'tkt_gone', [1, 2]);
    await settled(out, 'tkt_gone', 'dead', 'skipped');
    expect((await out.rows('tkt_gone')).map(({ reason }) => reason)).toEqual(['endpoint_gone', 'endpoint_disabled']);
    const row = await out.app.owner.selectFrom('webhook_endpoints').select('disabled_reason').where('id', '=', endpoint).executeTakeFirst();
    expect(row?.disabled_reason).toBe('endpoint_gone');
    expect(out.receiver.to('/gone')).toHaveLength(1);
  });

  test('a row whose worker died three times over it is poison: set aside, the lane goes on', async () => {
    const endpoint = await out.endpoint('/poison');
    const { app } = out;
    await app.owner.transaction().execute(async (trx) => {
      // Due, with three attempts of which nobody knows how they ended, before any worker can see it.
      await sql`insert into lanes (brand_id, subject, recipient, state, tail) values (${app.brandId}, 'tkt_poison', ${`endpoint:${endpoint}`}, 'idle', 0)`.execute(
        trx,
      );
      await sql`
        with row as (
          insert into outbox (brand_id, lane_id, subject, recipient, channel, message, facts, message_id, attempts, created_at)
          select brand_id, id, subject, recipient, 'webhook', 'ticket.advanced', '{"n": 1}', 'msg_poison', 3, now() from lanes where subject = 'tkt_poison'
          returning brand_id, id)
        insert into delivery_attempts (brand_id, outbox_id, attempt, started_at) select brand_id, id, n, now() from row, generate_series(1, 3) as n`.execute(
        trx,
      );
    });
    await out.tell(endpoint, 'tkt_poison', [2]);
    await settled(out, 'tkt_poison', 'dead', 'sent');
    expect((await out.rows('tkt_poison'))[0]?.reason).toBe('poison');
    expect(numbersOf(out.receiver, '/poison')).toEqual([2]);
  });

  test('one receiver that does not answer holds nobody else up', async () => {
    const [slow, quick] = [await out.endpoint('/slow'), await out.endpoint('/quick')];
    const open: (() => void)[] = [];
    out.receiver.answer('/slow', (_call, response) => void open.push(() => response.writeHead(204).end()));
    for (let lane = 0; lane < 30; lane += 1) await out.tell(slow, `tkt_slow_${lane}`, [lane]);
    await eventually(() => expect(open.length).toBeGreaterThan(0));
    await out.tell(quick, 'tkt_quick', [1]);
    await settled(out, 'tkt_quick', 'sent');
    // Not one of the slow calls has ended meanwhile, neither by its answer nor because it was given up.
    const { rows: ended } = await sql`
      select from outbox o join delivery_attempts a on a.outbox_id = o.id where o.subject like 'tkt_slow_%' and a.finished_at is not null`.execute(
      out.app.owner,
    );
    expect(ended).toEqual([]);
    out.receiver.answer('/slow', status(204));
    for (const letGo of open) letGo();
    await eventually(() => expect(new Set(numbersOf(out.receiver, '/slow')).size).toBe(30));
  });

  test('a stale hint changes nothing', async () => {
    const endpoint = await out.endpoint('/stale');
    await out.tell(endpoint, 'tkt_stale', [1]);
    await settled(out, 'tkt_stale', 'sent');
    const { deliverLane, openDelivery } = await import('#notifications/deliver-lane.ts');
    const { createThrottle } = await import('#notifications/throttle.ts');
    const lane = await out.app.owner.selectFrom('lanes').select(['id', 'generation']).where('subject', '=', 'tkt_stale').executeTakeFirstOrThrow();
    const { clock } = out.app.services;
    const parts = { db: out.app.owner, leaseMs: 1_000, throttle: createThrottle(), clock };
    const delivery = openDelivery(parts as unknown as Parameters<typeof openDelivery>[0]);
    for (const generation of [lane.generation - 1, lane.generation, lane.generation + 1]) {
      expect(await deliverLane(delivery, { lane: lane.id, generation, recipient: `endpoint:${endpoint}` })).toBe('stale');
    }
    expect(numbersOf(out.receiver, '/stale')).toEqual([1]);
  });

  test('what comes while a lane is being taken is seen by the end of the run, though the run does not know it', async () => {
    const { app } = out;
    const { openLaneBook } = await import('#notifications/lane-run-store.ts');
    const recipient = `endpoint:${await out.endpoint('/between')}`;
    // A lane in nobody's hands, with one row; no relay looks at it, for it counts as handed out.
    const { rows } = await sql<{ lane: number }>`
      with lane as (
        insert into lanes (brand_id, subject, recipient, state, tail, generation, lease_until)
        values (${app.brandId}, 'tkt_between', ${recipient}, 'enqueued', nextval('outbox_id_seq'), 7, now() + interval '1 hour') returning id, tail
      )
      insert into outbox (brand_id, id, lane_id, subject, recipient, channel, message, facts, message_id, created_at)
      select ${app.brandId}, tail, id, 'tkt_between', ${recipient}, 'webhook', 'ticket.advanced', '{"n": 1}', 'msg_between_1', now() from lane
      returning lane_id as lane`.execute(app.owner);
    const claim = { lane: rows[0]?.lane ?? 0, generation: 7, recipient };
    const book = openLaneBook(app.owner, 60_000);
    const locked = Promise.withResolvers<void>();
    const letGo = Promise.withResolvers<void>();
    const cause = app.owner.transaction().execute(async (trx) => {
      // Else the server ends it where the one that waits for it is late.
      await sql`set local idle_in_transaction_session_timeout = 0`.execute(trx);
      const due = { subject: 'tkt_between', recipient, channel: 'webhook', message: 'ticket.advanced', facts: { n: 2 }, eventSeq: 2 };
      await enqueue({ trx, brandId: app.brandId, now: new Date(), traceparent: null, enqueued: false }, [due]);
      locked.resolve();
      await letGo.promise;
    });
    await locked.promise;
    const taking = book.take(claim);
    // On a connection of its own: those of the pool are taken by the two that wait for each other.
    const watching = new pg.Client({ connectionString: app.databaseUrl });
    await watching.connect();
    await eventually(async () => {
      const { rows: waiting } = await watching.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%lanes seen%'`,
      );
      expect(waiting).toHaveLength(1);
    });
    await watching.end();
    letGo.resolve();
    await cause;
    const taken = await taking;
    expect(taken?.rows.map(({ facts }) => facts)).toEqual([{ n: 1 }]);
    expect(taken?.begun).toMatchObject({ attempt: 1, tried: 1, crashes: 0 });
    const [row] = taken?.rows ?? [];
    if (taken === undefined || row === undefined) throw new Error('the lane was not taken');
    const finished = { attempt: 1, statusCode: 204, detail: null, rendered: null, units: null, exchange: null };
    const settled = await book.settle({ lane: taken.lane, outboxId: row.id, verdict: { row: 'sent', lane: 'on' }, finished, emptied: true });
    expect(settled).toBe('more');
    await eventually(() => expect(numbersOf(out.receiver, '/between')).toEqual([2]));
  });

  test('two copies of one hint: one takes the lane', async () => {
    const { app } = out;
    const { openLaneBook } = await import('#notifications/lane-run-store.ts');
    const recipient = `endpoint:${await out.endpoint('/copies')}`;
    const { rows } = await sql<{ lane: number }>`
      insert into lanes (brand_id, subject, recipient, state, tail, generation, lease_until)
      values (${app.brandId}, 'tkt_copies', ${recipient}, 'enqueued', 0, 3, now() + interval '1 hour') returning id as lane`.execute(app.owner);
    const claim = { lane: rows[0]?.lane ?? 0, generation: 3, recipient };
    const book = openLaneBook(app.owner, 60_000);
    const taken = await Promise.all([book.take(claim), book.take({ ...claim })]);
    expect(taken.filter((one) => one !== undefined)).toHaveLength(1);
  });

  // It needs a Redis to be without; the PostgreSQL back end has none.
  test.runIf(backend === 'redis')('while Redis is down what is due waits, and it goes out when Redis is back', async () => {
    const endpoint = await out.endpoint('/down');
    await out.redis?.kill();
    await out.tell(endpoint, 'tkt_down', [1, 2]);
    await eventually(() => expect(work.health().up).toBe(false));
    expect(out.receiver.to('/down')).toEqual([]);
    await out.redis?.start();
    await eventually(() => expect(numbersOf(out.receiver, '/down')).toEqual([1, 2]));
    await eventually(() => expect(work.health().up).toBe(true));
  });

  describe('what was handed out is lost, and its lease is short', () => {
    beforeAll(async () => {
      await work.close();
      work = await startWork(out.app.services, { leaseMs: 3_000 });
    });

    test('every connection to PostgreSQL is cut: what is due goes out all the same', async () => {
      const endpoint = await out.endpoint('/cut');
      await out.tell(endpoint, 'tkt_cut', [1]);
      await sql`
        select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`.execute(out.app.owner);
      await eventually(() => out.tell(endpoint, 'tkt_cut', [2]));
      await eventually(async () => expect((await states(out, 'tkt_cut')).every((state) => state === 'sent')).toBe(true));
      expect(new Set(numbersOf(out.receiver, '/cut'))).toEqual(new Set([1, 2]));
    });

    // It needs a Redis to lose; the PostgreSQL back end has none.
    test.runIf(backend === 'redis')('a Redis that is wiped while hints wait loses nothing', async () => {
      const endpoint = await out.endpoint('/wiped');
      for (let lane = 0; lane < 40; lane += 1) {
        await out.tell(endpoint, `tkt_wiped_${lane}`, [lane]);
        if (lane % 10 === 5) await out.redis?.wipe();
      }
      await out.redis?.wipe();
      await eventually(() => expect(new Set(numbersOf(out.receiver, '/wiped')).size).toBe(40));
      expect(new Set(out.receiver.to('/wiped').map(({ id }) => id)).size).toBe(40);
    });
  });
});
