// Many calls for one ticket wait for it, and nobody else waits with them.
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { linkToken } from '#lookup/link.ts';
import type { TicketView } from '#tickets/ticket.ts';
import { aTicket, bodies, transition } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { until } from '../../support/until.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startApp();
});
afterAll(() => t.close());

const receive = (ticket: TicketView) => transition(t, ticket, bodies.receive(ticket.device.identifiers[0]?.value ?? ''));
const cancelByLink = ({ id }: TicketView) =>
  t.call(linkToken(t.services.seal, { ticketId: id, generation: 1 }), {
    method: 'POST',
    url: '/v1/link/actions',
    payload: { action: 'ticket.cancel', reason: 'Not needed any more' },
  });

const waiting = async (): Promise<number> => {
  const { rows } = await sql<{ n: number }>`
    select count(*)::integer as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(t.owner);
  return rows[0]?.n ?? 0;
};

it.each([
  ['its center', receive, 412],
  ['its customer', cancelByLink, 409],
] as const)('a dozen calls of %s for a ticket that is held in the database take no connection from a call for another', async (_, ask, late) => {
  const [hot, other] = [await aTicket(t), await aTicket(t)];
  const crowd = await t.owner.transaction().execute(async (trx) => {
    await sql`select from tickets where id = ${hot.id} for update`.execute(trx);
    const calls = Array.from({ length: 12 }, () => ask(hot));
    await until(async () => (await waiting()) > 0, 1_500);
    // All who would hold a connection have had the time to take one.
    await sleep(200);
    expect(await waiting()).toBe(1);
    const besides = await receive(other);
    expect(besides.statusCode).toBe(200);
    return calls;
  });
  const answers = await Promise.all(crowd);
  const counted = Object.groupBy(answers, ({ statusCode }) => statusCode);
  expect(counted[200]).toHaveLength(1);
  expect(counted[late]).toHaveLength(11);
});

it('of a crowd for a ticket that is held a few wait; the others are told at once to come again, and take the room of nobody', async () => {
  const [hot, other] = [await aTicket(t), await aTicket(t)];
  const crowd = await t.owner.transaction().execute(async (trx) => {
    await sql`select from tickets where id = ${hot.id} for update`.execute(trx);
    // As many as there is room for.
    let told = 0;
    const calls = Array.from({ length: 96 }, () => receive(hot).finally(() => (told += 1)));
    await until(
      async () => told === 79 && (await waiting()) > 0,
      1_500,
      () => `${told} who were told`,
    );
    expect((await receive(other)).statusCode).toBe(200);
    return calls;
  });
  const counted = Object.groupBy(await Promise.all(crowd), ({ statusCode }) => statusCode);
  expect([counted[200]?.length, counted[412]?.length, counted[503]?.length]).toEqual([1, 16, 79]);
  expect(counted[503]?.map((answer) => answer.json<{ code: string }>().code)).toEqual(Array.from({ length: 79 }, () => 'overloaded'));
});
