// A message that no telephone took looks for its customer's mail address: by the key of the contact, and its mail is the business of whoever has the ticket.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fallBackToMail } from '#notifications/fall-back.ts';
import type { DueRow, HeldLane } from '#notifications/lane-store.ts';
import { newId } from '#platform/id.ts';
import { aTicket } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { fillTickets, type ManyTickets } from '../../support/many-tickets.ts';
import { indexesOf, recordStatements } from '../../support/statements.ts';
import { until } from '../../support/until.ts';

let app: TestApp;
let made: ManyTickets;

beforeAll(async () => {
  app = await startApp();
  made = await fillTickets(app.databaseUrl, app.services.seal, 2_000);
});
afterAll(() => app.close());

test('a mail that takes its place while the ticket goes on to another center belongs to that one', async () => {
  const { owner, services, brandId } = app;
  const ticket = await aTicket(app);
  const { contactId } = await owner.selectFrom('tickets').select('contact_id as contactId').where('id', '=', ticket.id).executeTakeFirstOrThrow();
  const other = await owner.selectFrom('service_centers').selectAll().where('id', '=', app.centerId).executeTakeFirstOrThrow();
  const next = { ...other, id: newId('center'), code: 'NEXT' };
  await sql`insert into service_centers select * from jsonb_populate_record(null::service_centers, ${JSON.stringify(next)}::jsonb)`.execute(owner);
  const recipient = `phone:${contactId}`;
  const { rows } = await sql<{ id: number }>`
    insert into lanes (brand_id, subject, recipient, state, generation, tail) values (${brandId}, ${ticket.id}, ${recipient}, 'enqueued', 1, 1)
    on conflict (brand_id, subject, recipient) do update set state = 'enqueued', generation = 1 returning id::integer as id`.execute(owner);
  const lane: HeldLane = { id: rows[0]?.id ?? 0, brandId, generation: 1, subject: ticket.id, recipient, tail: 1 };
  const row: DueRow = {
    ...{ id: 1, channel: 'instant', message: 'promise_moved', facts: { centerId: app.centerId }, messageId: 'msg_1', createdAt: new Date() },
    ...{ eventSeq: 1, tried: false, crashed: false, givenUp: [], traceparent: null },
  };
  const moving = await owner.startTransaction().execute();
  // Else the server ends it where the one that waits for it is late.
  await sql`set local idle_in_transaction_session_timeout = 0`.execute(moving);
  await sql`update tickets set center_id = ${next.id} where id = ${ticket.id}`.execute(moving);
  const falling = fallBackToMail({ db: services.db.of('*'), clock: services.clock }, lane, row);
  const waits = async (): Promise<boolean> => {
    const { rows: waiting } = await sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(owner);
    return waiting.length > 0;
  };
  // Where it does not wait for the move, it is over before.
  await Promise.race([falling, until(waits, 4_000)]);
  await moving.commit().execute();
  await falling;
  const due = await sql<{ center: string }>`
    select center_id as center from outbox where subject = ${ticket.id} and message = 'promise_moved' and channel = 'email'`.execute(owner);
  expect(due.rows).toEqual([{ center: next.id }]);
});

test('the contacts of the brand are not read', async () => {
  const lane: HeldLane = { id: 1, brandId: made.brandId, generation: 1, subject: 'tkt_1', recipient: 'phone:con_1', tail: 1 };
  const row: DueRow = {
    ...{ id: 1, channel: 'instant', message: 'promise_moved', facts: {}, messageId: 'msg_1', createdAt: new Date(), eventSeq: 1 },
    ...{ tried: false, crashed: false, givenUp: [], traceparent: null },
  };
  const { services } = app;
  const statements = await recordStatements(services, () => fallBackToMail({ db: services.db.of('*'), clock: services.clock }, lane, row));
  const look = statements.find(({ text }) => text.includes('from contacts'));
  const used = await indexesOf(app.owner, look);
  expect(used).toContain('contacts_pkey');
  expect(used).not.toContain('Seq Scan on contacts');
});
