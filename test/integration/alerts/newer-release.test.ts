// After a roll-back alerts of a newer release are still there: what this one does not know of them is left out, and nothing fails for it.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Alert } from '#alerts/alert.ts';
import { tellAlerts } from '#alerts/tell-alerts.ts';
import { aTicket } from '../../support/a-ticket.ts';
import { anAlert } from '../../support/an-alert.ts';
import { startApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  // As the migration of that release has left it.
  await sql`alter table alerts drop constraint alerts_kind_check`.execute(app.owner);
});
afterAll(() => app.close());

const list = async (key: string, query: string): Promise<[number, Pick<Alert, 'id' | 'data'>[] | undefined]> => {
  const answer = await app.call(key, { method: 'GET', url: `/v1/alerts${query}` });
  return [answer.statusCode, answer.json<{ data?: Alert[] }>().data?.map(({ id, data }) => ({ id, data }))];
};
const acknowledge = (alertId: string) => app.call(app.keys.center, { method: 'POST', url: `/v1/alerts/${alertId}/acknowledge` });

test('one of an unknown kind is not listed and not found; those around it are', async () => {
  const { id: ticketId } = await aTicket(app);
  const on = { brandId: app.brandId, centerId: app.centerId, ticketId };
  const before = await anAlert(app, on);
  const unknown = await anAlert(app, on);
  await sql`update alerts set kind = 'of_a_newer_release' where id = ${unknown}`.execute(app.owner);
  const after = await anAlert(app, on);
  const known = [after, before].map((id) => ({ id, data: { failures: 2 } }));
  for (const key of [app.keys.center, app.keys.brand]) {
    expect(await list(key, '')).toEqual([200, known]);
    expect(await list(key, `?ticketId=${ticketId}&open=true`)).toEqual([200, known]);
  }
  expect((await acknowledge(unknown)).statusCode).toBe(404);
  expect((await acknowledge(before)).statusCode).toBe(200);
  expect(await tellAlerts(app.services)).toBe(3);
});

test('one of a kind that says more than is known is shown with what is known', async () => {
  const { id: ticketId } = await aTicket(app);
  const id = await anAlert(app, { brandId: app.brandId, centerId: app.centerId, ticketId });
  await sql`update alerts set data = data || '{"saidByANewerRelease": true}' where id = ${id}`.execute(app.owner);
  expect(await list(app.keys.center, `?ticketId=${ticketId}`)).toEqual([200, [{ id, data: { failures: 2 } }]]);
  expect((await acknowledge(id)).json()).toMatchObject({ id, data: { failures: 2 } });
});
