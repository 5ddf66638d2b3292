// Every ticket can be found by its link: new ones from their first row on, those from before there were links after one sweep.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { giveLinks } from '#lookup/give-links.ts';
import { linkHash, linkToken } from '#lookup/link.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { newSerial, openRepair } from './asking.ts';

let test: TestApp;
beforeAll(async () => {
  test = await startApp();
});
afterAll(() => test?.close());

const hashOf = async (id: string): Promise<Buffer | null> =>
  (await test.owner.selectFrom('tickets').select('link_hash').where('id', '=', id).executeTakeFirstOrThrow()).link_hash;

it('is written when the ticket is opened, and shown to no key', async () => {
  const ticket = await openRepair(test, { serial: newSerial() });
  const linked = { ticketId: ticket.id, generation: 1 };
  expect(await hashOf(ticket.id)).toEqual(linkHash(test.services.seal, linked));
  expect(JSON.stringify(ticket)).not.toContain(linkToken(test.services.seal, linked));
});

it('is given to tickets without one, of every brand, once', async () => {
  const other = await test.addBrand();
  const tickets = [
    await openRepair(test, { serial: newSerial() }),
    await openRepair(test, { serial: newSerial() }),
    await openRepair(test, { serial: newSerial() }, other),
  ];
  await sql`update tickets set link_hash = null where id = any(${tickets.map(({ id }) => id)})`.execute(test.owner);
  await sql`update tickets set link_generation = 3 where id = ${tickets[0]?.id}`.execute(test.owner);
  expect(await giveLinks(test.services, 2)).toBe(3);
  expect(await Promise.all(tickets.map(({ id }) => hashOf(id)))).toEqual(
    tickets.map(({ id }, index) => linkHash(test.services.seal, { ticketId: id, generation: index === 0 ? 3 : 1 })),
  );
  expect(await giveLinks(test.services)).toBe(0);
});
