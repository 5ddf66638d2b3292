// Several steps within ten minutes are one mail that loses nothing; a question is asked at once; whoever dies in between loses and doubles nothing.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asSystem } from '#access/perform.ts';
import { laneFigures } from '#notifications/lane-figures-store.ts';
import { migrateQueue } from '#platform/queue.ts';
import type { TicketView } from '#tickets/ticket.ts';
import type { TransitionInput } from '#tickets/transition.ts';
import { startWork, type Work } from '#work.ts';
import { advanced, aTicket, bodies } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { type MovingTime, movingTime } from '../../support/moving-time.ts';
import { eventually, gathersAbout } from '../../support/outgoing.ts';

const MINUTE = 1 / 1440;
let time: MovingTime;
let app: TestApp;
let work: Work;

beforeAll(async () => {
  time = movingTime();
  app = await startApp({ COALESCE_SECONDS: '600' }, { clock: time.clock });
  await migrateQueue(app.databaseUrl);
  work = await startWork(app.services);
});
afterAll(async () => {
  await work?.close();
  await app?.close();
});

interface Told {
  message: string;
  state: string;
  reason: string | null;
  messageId: string;
  text: string | null;
}
async function told(ticketId: string): Promise<Told[]> {
  const { rows } = await sql<Told>`
    select message, state, dead_reason as reason, message_id as "messageId", rendered->>'text' as text
      from outbox where subject = ${ticketId} and channel = 'email' order by id`.execute(app.owner);
  return rows;
}
const states = async (ticketId: string): Promise<string[]> => (await told(ticketId)).map(({ message, state }) => `${message} ${state}`);
const serialOf = (ticket: TicketView): string => ticket.device.identifiers[0]?.value ?? '';

type Row = { id: number; message_id: string } | undefined;
/** As it lies there where a message that carries others has been tried so often: in vain, or, not `ended`, by workers that died over it. */
async function triedCarrying(carrier: Row, carried: readonly Row[], { tries, ended }: { tries: number; ended: boolean }): Promise<void> {
  await sql`
    with carried as (
      update outbox set state = 'skipped', dead_reason = ${`coalesced: ${carrier?.message_id}`}, carried_by = ${carrier?.id}, finished_at = now()
       where id = any(${carried.map((row) => row?.id)}::bigint[])
    ), tried as (update outbox set attempts = ${tries} where id = ${carrier?.id})
    insert into delivery_attempts (brand_id, outbox_id, attempt, started_at, finished_at, outcome)
    select ${app.brandId}, ${carrier?.id}, n, now(), case when ${ended}::boolean then now() end, case when ${ended}::boolean then 'retry' end
      from generate_series(1, ${tries}::integer) n`.execute(app.owner);
}

/** Ten minutes pass, and the lanes are looked at. */
async function tenMinutes(): Promise<void> {
  time.later(10 * MINUTE);
  await sql`update lanes set next_at = now() where state = 'waiting'`.execute(app.owner);
}
const gathers = (ticketId: string): Promise<void> => gathersAbout(app, ticketId);

async function go(ticket: TicketView, body: TransitionInput): Promise<TicketView> {
  time.later(MINUTE);
  return advanced(app, ticket, body);
}

test('five steps of a walk-in are one mail: the last one, with what the others had to say', async () => {
  let ticket = await aTicket(app);
  ticket = await go(ticket, bodies.receive(serialOf(ticket)));
  ticket = await go(ticket, bodies.diagnose);
  ticket = await go(ticket, { action: 'coverage.accept', input: { basis: 'One year of warranty', evidence: 'Invoice' } });
  ticket = await go(ticket, { action: 'parts.order', input: { parts: [{ partNo: 'B-1', name: 'Battery', expectedOn: '2026-11-30' }] } });
  await gathers(ticket.id);
  expect(await states(ticket.id)).toEqual(['created', 'received', 'diagnosing', 'covered', 'awaiting_part'].map((name) => `${name} pending`));

  await tenMinutes();
  await eventually(async () => expect((await states(ticket.id)).at(-1)).toBe('awaiting_part sent'));
  const rows = await told(ticket.id);
  expect(rows.slice(0, 4).map(({ state, reason }) => [state, reason])).toEqual(Array(4).fill(['skipped', `coalesced: ${rows[4]?.messageId}`]));
  const text = rows[4]?.text ?? '';
  expect(text).toMatch(/^We ordered what the repair needs/);
  expect(text).toMatch(
    /Since our last message:\n\n• We registered your repair request[^]*• Prism Shanghai received your device[^]*One year of warranty/,
  );
  expect(text.match(/Next step \(/g)).toHaveLength(1);
  expect(text.match(/We promise to have your device ready/g)?.length).toBe(1);
  const { rows: attempts } = await sql<{ n: number }>`
    select count(*)::int as n from delivery_attempts a join outbox o on o.id = a.outbox_id where o.subject = ${ticket.id}`.execute(app.owner);
  expect(attempts[0]?.n).toBe(1);
});

test('a quote goes at once and takes along what was waiting; what comes after it waits again', async () => {
  let ticket = await aTicket(app);
  ticket = await go(ticket, bodies.receive(serialOf(ticket)));
  ticket = await go(ticket, bodies.diagnose);
  await gathers(ticket.id);
  ticket = await go(ticket, bodies.quote);
  await eventually(async () => expect(await states(ticket.id)).toEqual(['created skipped', 'received skipped', 'diagnosing skipped', 'quoted sent']));
  expect((await told(ticket.id))[3]?.text).toContain('Since our last message:');
  ticket = await go(ticket, bodies.approve(ticket.quote?.id ?? '', ticket.quote?.total.amount ?? 0));
  await gathers(ticket.id);
  await tenMinutes();
  await eventually(async () => expect((await states(ticket.id)).at(-1)).toBe('approved sent'));
});

test('what gathers is not late: operators see it apart, and what nobody takes is late from its time on', async () => {
  const ticket = await aTicket(app);
  await gathers(ticket.id);
  const mails = async () => (await asSystem(app.services, '*', laneFigures)).due.filter(({ channel }) => channel === 'email');
  expect((await asSystem(app.services, '*', laneFigures)).lanes.gathering).toBeGreaterThan(0);
  expect(await mails()).toEqual([]);
  // Made last night, due a minute ago, in the hands of a worker that has died.
  await sql`update outbox set created_at = now() - interval '10 hours' where subject = ${ticket.id} and state = 'pending'`.execute(app.owner);
  await sql`
    update lanes set state = 'enqueued', next_at = now() - interval '60 seconds', lease_until = now() + interval '1 hour'
     where subject = ${ticket.id} and state = 'waiting'`.execute(app.owner);
  const [late] = await mails();
  expect(late).toMatchObject({ count: 1, retrying: 0 });
  expect(late?.oldestSeconds).toBeGreaterThanOrEqual(60);
  expect(late?.oldestSeconds).toBeLessThan(3_600);
  await sql`
    update lanes set state = 'waiting', gathering = false, next_at = now() + interval '1 hour', lease_until = null
     where subject = ${ticket.id} and state = 'enqueued'`.execute(app.owner);
  const [behind] = await mails();
  expect(behind).toMatchObject({ count: 0, oldestSeconds: 0, retrying: 1 });
  expect(behind?.oldestRetryingSeconds).toBeGreaterThan(35_000);
});

test('what comes while a lane is looked at is not slept over', async () => {
  const ticket = await aTicket(app);
  await gathers(ticket.id);
  const { letGather } = await import('#notifications/lane-store.ts');
  const { rows } = await sql<{ id: number; brandId: string; generation: number; recipient: string; tail: number }>`
    update lanes set state = 'enqueued', lease_until = now() + interval '1 hour' where subject = ${ticket.id}
    returning id, brand_id as "brandId", generation, recipient, tail`.execute(app.owner);
  const lane = { ...rows[0], subject: ticket.id } as Parameters<typeof letGather>[1];
  const received = await go(ticket, bodies.receive(serialOf(ticket)));
  await go(received, { action: 'hold.open', input: { reason: 'customer_info', resumeBy: '2026-12-01T02:00:00.000Z' } });
  await letGather(app.owner, lane, 600);
  await eventually(async () => expect((await states(ticket.id)).at(-1)).toBe('hold_opened sent'));
});

test('a worker that dies over a message finds on the next try what it carried', async () => {
  const ticket = await aTicket(app);
  await gathers(ticket.id);
  const received = await go(ticket, bodies.receive(serialOf(ticket)));
  const [first, second] = await app.owner.selectFrom('outbox').selectAll().where('subject', '=', ticket.id).orderBy('id').execute();
  // As it lies there after a kill between the ledger row and the send.
  await sql`
    with carried as (
      update outbox set state = 'skipped', dead_reason = ${`coalesced: ${second?.message_id}`}, carried_by = ${second?.id}, finished_at = now() where id = ${first?.id}
    ), tried as (update outbox set attempts = 1 where id = ${second?.id})
    insert into delivery_attempts (brand_id, outbox_id, attempt, started_at) values (${app.brandId}, ${second?.id}, 1, now())`.execute(app.owner);
  await sql`update lanes set next_at = now() where state = 'waiting'`.execute(app.owner);
  await eventually(async () => expect(await states(received.id)).toEqual(['created skipped', 'received sent']));
  expect((await told(received.id))[1]?.text).toContain('• We registered your repair request');
});

test('what a message carried that ends unsent is told by itself', async () => {
  const ticket = await aTicket(app);
  await gathers(ticket.id);
  await go(ticket, bodies.receive(serialOf(ticket)));
  const [first, second] = await app.owner.selectFrom('outbox').selectAll().where('subject', '=', ticket.id).orderBy('id').execute();
  await triedCarrying(second, [first], { tries: 3, ended: false });
  await sql`update lanes set next_at = now() where state = 'waiting'`.execute(app.owner);
  await eventually(async () => expect(await states(ticket.id)).toEqual(['created pending', 'received dead']));
  await gathers(ticket.id);
  await tenMinutes();
  await eventually(async () => expect(await states(ticket.id)).toEqual(['created sent', 'received dead']));
});

test('of what a message carried that ends unsent nothing asks for an answer that was given', async () => {
  let ticket = await aTicket(app);
  ticket = await go(ticket, bodies.receive(serialOf(ticket)));
  ticket = await go(ticket, bodies.diagnose);
  await gathers(ticket.id);
  ticket = await go(ticket, bodies.quote);
  await eventually(async () => expect((await states(ticket.id)).at(-1)).toBe('quoted sent'));
  await go(ticket, bodies.approve(ticket.quote?.id ?? '', ticket.quote?.total.amount ?? 0));
  await gathers(ticket.id);
  const [diagnosing, quoted, approved] = (
    await app.owner.selectFrom('outbox').selectAll().where('subject', '=', ticket.id).where('channel', '=', 'email').orderBy('id').execute()
  ).slice(2);
  // As where the approval was asked for and given within the same minutes.
  await triedCarrying(approved, [diagnosing, quoted], { tries: 3, ended: false });
  await sql`update lanes set next_at = now() where state = 'waiting'`.execute(app.owner);
  await eventually(async () => expect((await states(ticket.id)).at(-1)).toBe('approved dead'));
  await gathers(ticket.id);
  await tenMinutes();
  await eventually(async () => expect((await states(ticket.id)).slice(2)).toEqual(['diagnosing sent', 'quoted skipped', 'approved dead']));
});

test('what a message carried is known also where its reader is nobody any more', async () => {
  const ticket = await aTicket(app);
  await gathers(ticket.id);
  await go(ticket, bodies.receive(serialOf(ticket)));
  const [first, second] = await app.owner.selectFrom('outbox').selectAll().where('subject', '=', ticket.id).orderBy('id').execute();
  await triedCarrying(second, [first], { tries: 1, ended: true });
  await sql`update contacts set email = null, email_hash = null where id = (select contact_id from tickets where id = ${ticket.id})`.execute(
    app.owner,
  );
  await sql`update lanes set next_at = now() where state = 'waiting'`.execute(app.owner);
  await eventually(async () =>
    expect((await told(ticket.id)).map(({ state, reason }) => [state, reason])).toEqual(Array(2).fill(['skipped', 'no_address'])),
  );
});

test('what a message would have carried that is withdrawn in this very moment is told by itself', async () => {
  const ticket = await aTicket(app);
  await gathers(ticket.id);
  await go(ticket, bodies.receive(serialOf(ticket)));
  const [, second] = await app.owner.selectFrom('outbox').selectAll().where('subject', '=', ticket.id).orderBy('id').execute();
  const withdrawing = await app.owner.startTransaction().execute();
  // Else the server ends it where the worker comes late.
  await sql`set local idle_in_transaction_session_timeout = 0`.execute(withdrawing);
  await sql`update outbox set state = 'skipped', dead_reason = 'withdrawn: corrected', finished_at = now() where id = ${second?.id}`.execute(
    withdrawing,
  );
  await tenMinutes();
  // The worker has planned it, and waits for it.
  await eventually(async () => {
    const { rows } = await sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(app.owner);
    expect(rows.length).toBeGreaterThan(0);
  });
  await withdrawing.commit().execute();
  await eventually(async () => expect(await states(ticket.id)).toEqual(['created sent', 'received skipped']));
});
