// Many calls for one ticket wait for it, and nobody else waits with them.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TicketView } from '#tickets/ticket.ts';
import { aTicket, bodies, transition } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startApp();
});
afterAll(() => t.close());

it('twenty calls for a ticket that is held in the database take no connection from a call for another; they are served or told to come again', async () => {
  const [hot, other] = [await aTicket(t), await aTicket(t)];
  const receive = (ticket: TicketView) => transition(t, ticket, bodies.receive(ticket.device.identifiers[0]?.value ?? ''));
  const crowd = await t.owner.transaction().execute(async (trx) => {
    await sql`select from tickets where id = ${hot.id} for update`.execute(trx);
    const calls = Array.from({ length: 20 }, () => receive(hot));
    const besides = await receive(other);
    expect(besides.statusCode).toBe(200);
    return calls;
  });
  const answers = await Promise.all(crowd);
  const counted = Object.groupBy(answers, ({ statusCode }) => statusCode);
  expect(counted[200]).toHaveLength(1);
  expect(counted[412]).toHaveLength(19);
});
