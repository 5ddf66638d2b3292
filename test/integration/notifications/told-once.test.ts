// A ticket that is set back and goes the same way again repeats nothing; a step can be silent for a reason; what was wrong is withdrawn or recalled.
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freeCarried } from '#notifications/lane-store.ts';
import { migrateQueue } from '#platform/queue.ts';
import { keepInformed } from '#tickets/keep-informed.ts';
import type { TicketView } from '#tickets/ticket.ts';
import type { TransitionInput } from '#tickets/transition.ts';
import { startWork, type Work } from '#work.ts';
import { advanced, aTicket, bodies, transition } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { type MovingTime, movingTime } from '../../support/moving-time.ts';
import { eventually, gathersAbout } from '../../support/outgoing.ts';

let time: MovingTime;
let app: TestApp;

const serialOf = (ticket: TicketView): string => ticket.device.identifiers[0]?.value ?? '';
interface Row {
  message: string;
  state: string;
  reason: string | null;
}
const rows = async (ticketId: string): Promise<Row[]> =>
  (
    await sql<Row>`select message, state, dead_reason as reason from outbox where subject = ${ticketId} and channel = 'email' order by id`.execute(
      app.owner,
    )
  ).rows;
const names = async (ticketId: string): Promise<string[]> => (await rows(ticketId)).map(({ message }) => message);

/** Minutes pass before every step; a correction takes the admin's key. */
async function go(ticket: TicketView, body: TransitionInput, key?: string): Promise<TicketView> {
  time.later(1 / 1440);
  return advanced(app, ticket, body, key);
}
async function correct(ticket: TicketView, to: 'received' | 'diagnosing' | 'awaiting_device' | 'in_repair', notify?: boolean): Promise<TicketView> {
  time.later(1 / 1440);
  const answer = await app.call(app.adminKey, {
    method: 'POST',
    url: `/v1/tickets/${ticket.id}/transitions`,
    headers: { 'if-match': `"v${ticket.version}"`, 'glassbench-brand': app.brandId },
    payload: { action: 'admin.correct', input: { to }, reason: 'Booked on the wrong ticket', ...(notify === undefined ? {} : { notify }) },
  });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return answer.json<TicketView>();
}

beforeAll(async () => {
  time = movingTime();
  // Days pass, and what is swept then is told by the tests alone.
  app = await startApp({ COALESCE_SECONDS: '600', SWEEP_EVERY_SECONDS: '3600' }, { clock: time.clock });
  await migrateQueue(app.databaseUrl);
});
afterAll(() => app?.close());

describe('without a worker', () => {
  test('a way that is gone twice is told once, but for what is new', async () => {
    let ticket = await aTicket(app);
    ticket = await go(ticket, bodies.receive(serialOf(ticket)));
    ticket = await go(ticket, bodies.diagnose);
    ticket = await go(ticket, { action: 'coverage.accept', input: { basis: 'One year of warranty', evidence: 'Invoice' } });
    ticket = await go(ticket, bodies.startRepair);
    ticket = await go(ticket, bodies.finishRepair);
    ticket = await go(ticket, bodies.fail);
    ticket = await go(ticket, { action: 'parts.order', input: { parts: [{ partNo: 'B-1', name: 'Battery', expectedOn: '2026-11-30' }] } });
    const partId = ticket.parts[0]?.id ?? '';
    ticket = await go(ticket, { action: 'parts.delay', input: { parts: [{ partId, expectedOn: '2026-12-02' }] } });
    const before = ticket.nextUpdateBy;
    time.later(1);
    ticket = await go(ticket, { action: 'parts.delay', input: { parts: [{ partId, expectedOn: '2026-12-02' }] } });
    expect(ticket.nextUpdateBy, 'who hears nothing is not put off').toBe(before);
    ticket = await go(ticket, { action: 'parts.receive', input: { partIds: [partId] } });
    time.later(1);
    ticket = await go(ticket, bodies.startRepair);
    time.later(1);
    const told = await names(ticket.id);
    expect(told.filter((name) => name === 'part_delayed')).toHaveLength(1);
    expect(told.filter((name) => name === 'repair_started').length).toBeLessThanOrEqual(1);
  });

  test('a silent step needs a reason, is kept in history and deliveries, and puts no promise off', async () => {
    let ticket = await aTicket(app);
    ticket = await go(ticket, bodies.receive(serialOf(ticket)));
    const before = ticket.nextUpdateBy;
    const refused = await transition(app, ticket, { ...bodies.diagnose, notify: false });
    expect([refused.statusCode, refused.json().errors]).toEqual([400, [{ in: 'body', pointer: '/reason', code: 'required' }]]);
    ticket = await go(ticket, { ...bodies.diagnose, notify: false, reason: 'Entered a day late' });
    expect(await rows(ticket.id)).toMatchObject([{}, {}, { message: 'diagnosing', state: 'skipped', reason: 'suppressed' }]);
    expect(ticket.nextUpdateBy).toBe(before);
    const history = (await app.call(app.keys.center, { method: 'GET', url: `/v1/tickets/${ticket.id}/history` })).json<{ data: object[] }>().data;
    expect(history.at(-1)).toMatchObject({ action: 'diagnosis.start', reason: 'Entered a day late', suppressed: true });
    expect(history.at(-2)).toMatchObject({ action: 'device.receive', suppressed: false });
    // It was not told, so it is told when it happens again.
    ticket = await correct(ticket, 'received');
    await go(ticket, bodies.diagnose);
    expect((await rows(ticket.id)).at(-1)).toMatchObject({ message: 'diagnosing', state: 'pending' });
  });

  test('what was not sent is withdrawn in silence, and told when it is so', async () => {
    let ticket = await aTicket(app);
    ticket = await go(ticket, bodies.receive(serialOf(ticket)));
    ticket = await go(ticket, bodies.diagnose);
    ticket = await correct(ticket, 'received');
    expect(await rows(ticket.id)).toMatchObject([
      { message: 'created', state: 'pending' },
      { message: 'received', state: 'pending' },
      { message: 'diagnosing', state: 'skipped', reason: 'withdrawn: corrected' },
    ]);
    await go(ticket, bodies.diagnose);
    expect((await names(ticket.id)).slice(3)).toEqual(['diagnosing']);
  });

  test('what was wrong within another message does not come back where that one ends unsent', async () => {
    let ticket = await aTicket(app);
    for (const step of [bodies.receive(serialOf(ticket)), bodies.diagnose, bodies.cover]) ticket = await go(ticket, step);
    ticket = await go(ticket, { action: 'parts.order', input: { parts: [{ partNo: 'B-1', name: 'Battery', expectedOn: '2026-11-30' }] } });
    ticket = await go(ticket, { action: 'parts.delay', input: { parts: [{ partId: ticket.parts[0]?.id ?? '', expectedOn: '2026-12-02' }] } });
    const [carried, carrier] = (await app.owner.selectFrom('outbox').selectAll().where('subject', '=', ticket.id).orderBy('id').execute()).slice(-2);
    expect([carried?.message, carrier?.message]).toEqual(['awaiting_part', 'part_delayed']);
    // A worker is at it.
    const { rows: lanes } = await sql<{ id: number; brandId: string; generation: number; recipient: string; tail: number }>`
      with skipped as (
        update outbox set state = 'skipped', dead_reason = ${`coalesced: ${carrier?.message_id}`}, carried_by = ${carrier?.id}, finished_at = now() where id = ${carried?.id}
      ), tried as (
        update outbox set attempts = 1 where id = ${carrier?.id}
      ), noted as (
        insert into delivery_attempts (brand_id, outbox_id, attempt, started_at) values (${app.brandId}, ${carrier?.id}, 1, now())
      )
      update lanes set state = 'enqueued', lease_until = now() + interval '1 hour' where subject = ${ticket.id}
      returning id, brand_id as "brandId", generation, recipient, tail`.execute(app.owner);
    await correct(ticket, 'diagnosing');
    const lane = { ...lanes[0], subject: ticket.id } as Parameters<typeof freeCarried>[1];
    await freeCarried(app.owner, lane, carrier?.id ?? 0, [carried?.id ?? 0], time.clock.now());
    expect((await rows(ticket.id)).slice(4)).toEqual([
      { message: 'awaiting_part', state: 'skipped', reason: 'withdrawn: corrected' },
      { message: 'part_delayed', state: 'skipped', reason: 'withdrawn: corrected' },
      { message: 'recalled', state: 'pending', reason: null },
    ]);
  });

  test('what spoke of the status is withdrawn also where the step into it had told nothing', async () => {
    let ticket = await aTicket(app);
    for (const step of [bodies.receive(serialOf(ticket)), bodies.diagnose, bodies.cover, bodies.startRepair]) ticket = await go(ticket, step);
    const before = await rows(ticket.id);
    ticket = await go(ticket, bodies.finishRepair);
    expect(await rows(ticket.id)).toEqual(before);
    time.later(9);
    await keepInformed(app.services);
    const word = await rows(ticket.id);
    expect(word.slice(before.length)).toMatchObject([{ message: expect.stringMatching(/^(still_with_us|promise_slipping)$/), state: 'pending' }]);
    await correct(ticket, 'in_repair');
    expect(await rows(ticket.id)).toEqual([...before, { ...word.at(-1), state: 'skipped', reason: 'withdrawn: corrected' }]);
  });
});

describe('with a worker', () => {
  let work: Work;
  beforeAll(async () => {
    work = await startWork(app.services);
  });
  afterAll(() => work?.close());

  const hurry = async (): Promise<void> => {
    time.later(10 / 1440);
    await sql`update lanes set next_at = now() where state = 'waiting'`.execute(app.owner);
  };
  const sent = (ticketId: string, name: string): Promise<void> =>
    eventually(async () => {
      await hurry();
      expect((await rows(ticketId)).findLast(({ message }) => message === name)?.state).toBe('sent');
    });

  test('what was sent is recalled by the way it went, without being said again', async () => {
    let ticket = await aTicket(app);
    ticket = await go(ticket, bodies.receive(serialOf(ticket)));
    ticket = await go(ticket, bodies.diagnose);
    await sent(ticket.id, 'diagnosing');
    ticket = await correct(ticket, 'received');
    await sent(ticket.id, 'recalled');
    const { rows: texts } = await sql<{ text: string }>`
      select rendered->>'text' as text from outbox where subject = ${ticket.id} and message = 'recalled'`.execute(app.owner);
    expect(texts).toHaveLength(1);
    expect(texts[0]?.text).toMatch(/A message that we sent you on .* was wrong\. Please ignore it\./);
    expect(texts[0]?.text).not.toContain('started to examine');
    // It is told again once it is so.
    await go(ticket, bodies.diagnose);
    expect((await names(ticket.id)).at(-1)).toBe('diagnosing');
  });

  test('a recall that is not out yet outlives a second correction', async () => {
    let ticket = await aTicket(app);
    ticket = await go(ticket, bodies.receive(serialOf(ticket)));
    ticket = await go(ticket, bodies.diagnose);
    await sent(ticket.id, 'diagnosing');
    const [wrong] = await app.owner
      .selectFrom('outbox')
      .select('finished_at')
      .where('subject', '=', ticket.id)
      .where('message', '=', 'diagnosing')
      .execute();
    await work.close();
    ticket = await correct(ticket, 'received');
    ticket = await correct(ticket, 'awaiting_device');
    expect((await rows(ticket.id)).filter(({ message }) => message === 'recalled')).toEqual([
      { message: 'recalled', state: 'skipped', reason: 'withdrawn: corrected' },
      { message: 'recalled', state: 'pending', reason: null },
    ]);
    const facts = await app.owner
      .selectFrom('outbox')
      .select('facts')
      .where('subject', '=', ticket.id)
      .where('message', '=', 'recalled')
      .orderBy('id')
      .execute();
    expect(facts.at(-1)?.facts).toMatchObject({ status: 'awaiting_device', recalled: { sentAt: wrong?.finished_at?.toISOString() } });
    work = await startWork(app.services);
    await sent(ticket.id, 'recalled');
  });

  test('recalled is what was sent within another message too; with notify: false nothing is', async () => {
    let ticket = await aTicket(app);
    ticket = await go(ticket, bodies.receive(serialOf(ticket)));
    ticket = await go(ticket, bodies.diagnose);
    ticket = await go(ticket, bodies.quote);
    await sent(ticket.id, 'quoted');
    const silent = await correct(ticket, 'diagnosing', false);
    expect(await names(silent.id)).not.toContain('recalled');
  });

  test('a message that another one carried is due by itself where the carrier is withdrawn', async () => {
    let ticket = await aTicket(app);
    ticket = await go(ticket, bodies.receive(serialOf(ticket)));
    const received = (await app.owner.selectFrom('outbox').selectAll().where('subject', '=', ticket.id).orderBy('id').execute()).at(-1);
    ticket = await go(ticket, bodies.diagnose);
    const carrier = (await app.owner.selectFrom('outbox').selectAll().where('subject', '=', ticket.id).orderBy('id').execute()).at(-1);
    // A lane that is still to be looked at would be taken with the failed try, which waits for nothing more.
    await gathersAbout(app, ticket.id);
    // As it lies there while the mail server is away: tried once, failed, and waiting.
    await sql`
      with tried as (
        update outbox set attempts = 1 where id = ${carrier?.id}
      ), ended as (
        update outbox set state = 'skipped', dead_reason = 'coalesced: x', carried_by = ${carrier?.id}, finished_at = now() where id <= ${received?.id} and subject = ${ticket.id}
      )
      insert into delivery_attempts (brand_id, outbox_id, attempt, started_at, finished_at, outcome)
      values (${app.brandId}, ${carrier?.id}, 1, now(), now(), 'retry')`.execute(app.owner);
    ticket = await correct(ticket, 'received');
    await sent(ticket.id, 'received');
    expect(await rows(ticket.id)).toMatchObject([
      { message: 'created', state: 'skipped' },
      { message: 'received', state: 'sent' },
      { message: 'diagnosing', state: 'skipped', reason: 'withdrawn: corrected' },
    ]);
  });
});
