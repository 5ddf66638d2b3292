// A worker as a whole: it starts although its queue is away, sweeps what falls due, leaves other databases' jobs alone, and stops in time.
// oxlint-disable-next-line no-restricted-imports -- forges jobs that our own queue never adds
import { Queue as BullQueue } from 'bullmq';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWork } from '#work.ts';
import { advanced, aTicket, bodies } from '../../support/a-ticket.ts';
import { eventually, numbersOf, type Outgoing, openOutgoing, openOutgoingOn } from '../../support/outgoing.ts';
import { missingRedis, type OwnRedis, queueBackends, startRedis } from '../../support/queue-backends.ts';
import { until } from '../../support/until.ts';

describe.each(queueBackends())('on %s', (backend) => {
  let out: Outgoing;
  beforeAll(async () => {
    out = await openOutgoingOn(backend, { SWEEP_EVERY_SECONDS: '0.5', SETTLE_AFTER_SECONDS: '0.1' });
  });
  afterAll(async () => {
    await out.close();
  });

  test('two workers share the sweeps and the lanes: a delivered ticket is closed once', async () => {
    const workers = [await startWork(out.app.services), await startWork(out.app.services)];
    const ticket = await aTicket(out.app);
    const received = await advanced(out.app, ticket, bodies.receive(ticket.device.identifiers[0]?.value ?? ''));
    const ready = await advanced(out.app, received, { action: 'ticket.cancel', input: { requestedBy: 'customer' }, reason: 'Changed their mind' });
    await advanced(out.app, ready, { action: 'device.hand_over', input: { identityCheck: 'ticket_code', handedOverBy: 'Chen' } });
    await eventually(async () => {
      const rows = await out.app.owner
        .selectFrom('outbox')
        .select(['message', 'state', 'attempts'])
        .where('subject', '=', ticket.id)
        .orderBy('id')
        .execute();
      expect(rows.map(({ message }) => message)).toEqual(['created', 'received', 'cancelled', 'delivered', 'closed']);
      expect(rows.every(({ state, attempts }) => state === 'sent' && attempts === 1)).toBe(true);
    });
    const began = Date.now();
    await Promise.all(workers.map((work) => work.close()));
    expect(Date.now() - began).toBeLessThan(5_000);
  });

  // In Redis a schedule is spread over structures that nobody can leave as a killed worker does.
  test.runIf(backend === 'postgres')('a sweep whose turn was taken by a worker that died is due again within seconds', async () => {
    const work = await startWork(out.app.services);
    const standing = sql<{ standing: boolean }>`
      select count(*) > 0 and max(next_run_ms) < extract(epoch from now()) * 1000 as standing from bullmq.scheduler where scheduler_id = 'sweep-settle-delivered'`;
    const stands = async (): Promise<boolean> => (await standing.execute(out.app.owner)).rows[0]?.standing ?? false;
    // Whoever runs just then plans the next one: what is left without a job stands still.
    await until(async () => {
      await sql`delete from bullmq.job where scheduler_id = 'sweep-settle-delivered'`.execute(out.app.owner);
      await sql`
        update bullmq.scheduler set next_run_ms = next_run_ms - 20000
         where scheduler_id = 'sweep-settle-delivered' and not exists (select from bullmq.job where scheduler_id = 'sweep-settle-delivered')`.execute(
        out.app.owner,
      );
      return stands();
    }, 5_000);
    await until(async () => !(await stands()), 15_000);
    // The next turn is planned as one begins: while that runs there are two.
    await eventually(async () => {
      const { rows } = await sql`select from bullmq.job where scheduler_id = 'sweep-settle-delivered'`.execute(out.app.owner);
      expect(rows).toHaveLength(1);
    });
    await work.close();
  });

  test('what is being sent when a worker stops is finished first', async () => {
    const work = await startWork(out.app.services);
    const endpoint = await out.endpoint('/closing');
    const arrived = Promise.withResolvers<void>();
    out.receiver.answer('/closing', (_call, response) => {
      arrived.resolve();
      setTimeout(() => response.writeHead(204).end(), 500);
    });
    await out.tell(endpoint, 'tkt_closing', [1]);
    await arrived.promise;
    await work.close();
    expect(await out.rows('tkt_closing')).toMatchObject([{ state: 'sent', attempts: 1 }]);
  });
});

// Skipped where there is no redis-server to start; the run prints how to get one, and the build machine fails without.
describe.skipIf(missingRedis !== null)('with Redis', () => {
  let redis: OwnRedis;
  let out: Outgoing;
  beforeAll(async () => {
    redis = await startRedis();
    out = await openOutgoing({ REDIS_URL: redis.url });
  });
  afterAll(async () => {
    await out.close();
    await redis.stop();
  });

  test('it starts while Redis is away, and works once it is there', async () => {
    await redis.kill();
    const endpoint = await out.endpoint('/later');
    const work = await startWork(out.app.services);
    expect(work.health()).toEqual({ queue: 'redis', up: false });
    await out.tell(endpoint, 'tkt_later', [1, 2]);
    await redis.start();
    await eventually(() => expect(numbersOf(out.receiver, '/later')).toEqual([1, 2]));
    await work.close();
  });

  test('jobs of another database in the same Redis have no effect, and forged ones of this database neither', async () => {
    const work = await startWork(out.app.services);
    const endpoint = await out.endpoint('/alien');
    await out.tell(endpoint, 'tkt_alien', [1]);
    await eventually(() => expect(numbersOf(out.receiver, '/alien')).toEqual([1]));
    await eventually(async () => expect((await out.lane('tkt_alien')).state).toBe('idle'));
    const standing = () =>
      out.app.owner
        .selectFrom('lanes')
        .select(['id', 'state', 'generation', 'tail', 'done'])
        .where('subject', '!=', 'tkt_behind')
        .orderBy('id')
        .execute();
    const before = await standing();
    const { epoch } = await out.app.owner.selectFrom('installation').select('epoch').executeTakeFirstOrThrow();
    for (const prefix of ['{glassbench-another}', `{glassbench-${epoch}}`]) {
      const queue = new BullQueue('work', { prefix, connection: { url: redis.url } });
      const jobs = Array.from({ length: 200 }, (_, index) => ({
        name: 'hint',
        data: { lanes: [[before[0]?.id ?? 0, index + 1_000, `endpoint:${endpoint}`]] },
      }));
      await queue.addBulk([...jobs, { name: 'hint', data: { nonsense: true } as never }, { name: 'sweep-of-another-release', data: {} as never }]);
      if (prefix.includes(epoch)) await eventually(async () => expect(await queue.getJobCountByTypes('waiting', 'active')).toBe(0));
      await queue.close();
    }
    // What is due to the same receiver has its turn behind them.
    await out.tell(endpoint, 'tkt_behind', [2]);
    await eventually(() => expect(numbersOf(out.receiver, '/alien')).toEqual([1, 2]));
    expect(await standing()).toEqual(before);
    await work.close();
  });
});
