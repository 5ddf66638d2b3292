// What goes wrong while people work: racing writers, repeated calls, a killed worker, a lost queue, a crashed database.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expected, type Schemas, seen, step, type Ticket } from '../client/client.ts';
import { onBothQueues } from '../support/queues.ts';
import { type RestartablePostgres, startRestartablePostgres } from '../support/restartable-postgres.ts';
import { customer, freshSerial, scanned } from '../support/samples.ts';
import { openScene, type Scene } from '../support/scene.ts';
import { openShop, type Shop } from '../support/shop.ts';
import { until } from '../support/until.ts';

onBothQueues('resilience', (queue) => {
  let postgres: RestartablePostgres;
  let scene: Scene;
  let shop: Shop;

  const order = (name: string): Schemas['TicketInput'] => ({
    channel: 'walk_in',
    device: { kind: 'phone', serial: freshSerial() },
    contact: customer(name),
    faultReported: 'Dark screen',
    returnMethod: 'pick_up',
    jurisdiction: 'CN',
  });
  const open = (body: Schemas['TicketInput']): Promise<Ticket> => expected(shop.center.POST('/v1/tickets', { body }), 201);
  const addressOf = (body: Schemas['TicketInput']): string => body.contact.email ?? '';

  beforeAll(async () => {
    postgres = await startRestartablePostgres();
    scene = await openScene(queue, { databaseUrl: postgres.url });
    shop = await openShop({ ...scene, partner: scene.partner });
  });
  afterAll(async () => {
    await scene?.close();
    await postgres?.stop();
  });

  it('lets one of two writers on a ticket win and tells the other to look again', async () => {
    const ticket = await open(order('two'));
    const serial = ticket.device.identifiers[0]?.value ?? '';
    const params = { path: { ticketId: ticket.id } };
    const body = { action: 'device.receive', input: scanned(serial) } as const;
    const receive = (): Promise<{ response: Response; error?: Schemas['Problem'] }> =>
      shop.center.POST('/v1/tickets/{ticketId}/transitions', { params, headers: seen(ticket), body });
    const both = await Promise.all([receive(), receive()]);
    expect(both.map(({ response }) => response.status).toSorted()).toEqual([200, 412]);
    const loser = both.find(({ response }) => response.status === 412);
    expect(loser?.error?.code).toBe('stale_version');
    expect(loser?.response.headers.get('etag')).toBe('"v2"');
    const now = await expected(shop.center.GET('/v1/tickets/{ticketId}', { params }), 200);
    expect(now).toMatchObject({ status: 'received', version: 2 });
  });

  it('opens one ticket for a call that comes twenty times at once', async () => {
    const body = order('twenty');
    const headers = { 'Idempotency-Key': randomUUID() };
    const answers = await Promise.all(Array.from({ length: 20 }, () => shop.center.POST('/v1/tickets', { headers, body })));
    const statuses = answers.map(({ response }) => response.status);
    expect(statuses.every((status) => status === 201 || status === 409)).toBe(true);
    expect(answers.filter(({ error }) => error !== undefined).every(({ error }) => error?.code === 'idempotency_in_progress')).toBe(true);
    const opened = new Set(answers.flatMap(({ data }) => (data === undefined ? [] : [data.id])));
    expect(opened.size).toBe(1);
    const fresh = answers.filter(({ data, response }) => data !== undefined && response.headers.get('idempotency-replayed') === null);
    expect(fresh.length).toBe(1);
    const found = await expected(shop.center.GET('/v1/tickets', { params: { query: { serial: body.device.serial ?? '' } } }), 200);
    expect(found.data.length).toBe(1);
    expect((await scene.mail.arrived(addressOf(body), 1)).length).toBe(1);
  });

  it('tells once what a killed worker had in hand', { timeout: 120_000 }, async () => {
    const body = order('killed');
    const held = scene.mail.stall();
    await open(body);
    // The worker has claimed the mail and stands at the mail server's door.
    await held;
    await scene.installation.worker.kill();
    scene.mail.release();
    await sleep(500);
    expect(scene.mail.to(addressOf(body))).toEqual([]);
    await scene.installation.restartWorker();
    await scene.mail.arrived(addressOf(body), 1, 90_000);
    await sleep(2_000);
    expect(scene.mail.to(addressOf(body)).length).toBe(1);
  });

  // There is no Redis to lose where the queue lives in PostgreSQL.
  it.skipIf(queue.name !== 'Redis')('loses nothing with all of Redis', { timeout: 120_000 }, async () => {
    const bodies = Array.from({ length: 10 }, () => order('flushed'));
    const held = scene.mail.stall();
    await Promise.all(bodies.map(open));
    await held;
    await scene.redis?.wipe();
    scene.mail.release();
    for (const body of bodies) await scene.mail.arrived(addressOf(body), 1, 90_000);
    await sleep(1_000);
    const ids = scene.mail.mails.map(({ id }) => id);
    expect(bodies.map((body) => new Set(scene.mail.to(addressOf(body)).map(({ id }) => id)).size)).toEqual(bodies.map(() => 1));
    expect(new Set(ids).size).toBeGreaterThanOrEqual(10);
  });

  it('keeps what it acknowledged and recovers when PostgreSQL crashes under load', { timeout: 180_000 }, async () => {
    const statuses = new Map<number, number>();
    const acknowledged: { ticket: Ticket; email: string }[] = [];
    let working = true;
    /** Repeats a call until it is answered, as a good client does: same key, same body. */
    const writer = async (): Promise<void> => {
      while (working) {
        const body = order('crash');
        const headers = { 'Idempotency-Key': randomUUID() };
        for (let tried = 0; tried < 200; tried += 1) {
          const answer = await shop.center.POST('/v1/tickets', { headers, body });
          const { status } = answer.response;
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          if (answer.data !== undefined) acknowledged.push({ ticket: answer.data, email: addressOf(body) });
          if (answer.data !== undefined || (status !== 503 && status !== 409)) break;
          await sleep(100);
        }
      }
    };
    const writers = [writer(), writer(), writer(), writer()];
    await sleep(1_500);
    await postgres.crash();
    await sleep(1_000);
    await postgres.start();
    const before = acknowledged.length;
    await until(
      () => acknowledged.length > before + 20,
      30_000,
      () => `${acknowledged.length - before} tickets after the crash, ${JSON.stringify([...statuses])}`,
    );
    working = false;
    await Promise.all(writers);

    expect([...statuses.keys()].filter((status) => ![201, 409, 503].includes(status))).toEqual([]);
    expect(statuses.get(503) ?? 0).toBeGreaterThan(0);
    for (const { ticket } of acknowledged) {
      const read = await shop.center.GET('/v1/tickets/{ticketId}', { params: { path: { ticketId: ticket.id } } });
      expect(read.data?.code).toBe(ticket.code);
    }
    const after = await open(order('after'));
    await step(shop.center, after, 'device.receive', scanned(after.device.identifiers[0]?.value ?? ''));
    // Told too: every one of them, each by one message, though a try may have been repeated.
    for (const { email } of acknowledged) await scene.mail.arrived(email, 1, 90_000);
    const mails = acknowledged.flatMap(({ email }) => scene.mail.to(email));
    const figures = { queue: queue.name, acknowledged: acknowledged.length, answers: Object.fromEntries(statuses), mails: mails.length };
    process.stdout.write(`PostgreSQL crashed under load: ${JSON.stringify(figures)}\n`);
    for (const { email } of acknowledged) expect(new Set(scene.mail.to(email).map(({ id }) => id)).size).toBe(1);
  });
});
