// A message that no telephone took looks for its customer's mail address: by the key of the contact, however many the brand has.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fallBackToMail } from '#notifications/fall-back.ts';
import type { DueRow, HeldLane } from '#notifications/lane-store.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { fillTickets, type ManyTickets } from '../../support/many-tickets.ts';
import { indexesOf, recordStatements } from '../../support/statements.ts';

let app: TestApp;
let made: ManyTickets;

beforeAll(async () => {
  app = await startApp();
  made = await fillTickets(app.databaseUrl, app.services.seal, 2_000);
});
afterAll(() => app.close());

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
