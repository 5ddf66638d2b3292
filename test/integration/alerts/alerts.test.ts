// What alarms a center: who sees it, the acknowledgement that counts once, and the webhook that comes once.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Alert } from '#alerts/alert.ts';
import { tellAlerts } from '#alerts/tell-alerts.ts';
import type { Page } from '#platform/http/page.ts';
import { aTicket, ticketInput } from '../../support/a-ticket.ts';
import { anAlert } from '../../support/an-alert.ts';
import { startApp, type TestApp, type TestBrand, unique } from '../../support/app.ts';
import { indexesOf, recordStatements } from '../../support/statements.ts';

let app: TestApp;
let other: TestBrand;

const on = (ticketId: string, brand: TestBrand = app) => ({ brandId: brand.brandId, centerId: brand.centerId, ticketId });
async function list(key: string, query = ''): Promise<Page<Alert>> {
  const answer = await app.call(key, { method: 'GET', url: `/v1/alerts${query}` });
  expect(answer.statusCode).toBe(200);
  return answer.json<Page<Alert>>();
}
const idsOf = ({ data }: Page<Alert>): string[] => data.map(({ id }) => id);
const acknowledged = (key: string, alertId: string) => app.call(key, { method: 'POST', url: `/v1/alerts/${alertId}/acknowledge` });

/** Outbox rows to endpoints about a ticket, in the order of their lanes. */
async function handed(ticketId: string): Promise<{ recipient: string; facts: Record<string, unknown> }[]> {
  const { rows } = await sql<{ recipient: string; facts: Record<string, unknown> }>`
    select recipient, facts from outbox where subject = ${ticketId} and message = 'alert.raised' order by id`.execute(app.owner);
  return rows;
}

async function endpoint(key: string, events: string[]): Promise<string> {
  const answer = await app.call(key, { method: 'POST', url: '/v1/webhook-endpoints', payload: { url: 'https://partner.example.com/hook', events } });
  expect(answer.statusCode).toBe(201);
  const { id } = answer.json<{ id: string }>();
  // As if it had answered its challenge: nobody sends one here.
  await app.owner.updateTable('webhook_endpoints').set({ verified_at: new Date() }).where('id', '=', id).execute();
  return `endpoint:${id}`;
}

beforeAll(async () => {
  app = await startApp();
  other = await app.addBrand();
});
afterAll(() => app.close());

test('are found by the index of their center, of a kind too, however many others the brand has', async () => {
  const brand = await app.addBrand();
  const ticket = await aTicket({ ...app, keys: brand.keys } as TestApp);
  await sql`
    insert into alerts (brand_id, id, ticket_id, center_id, kind, data, raised_at, told_at, acknowledged_at, acknowledged_by)
    select ${brand.brandId}, 'alr_' || lpad(n::text, 26, '0'), ${ticket.id}, case n % 100 when 0 then ${brand.centerId} else 'ctr_' || n % 100 end,
           case n % 5 when 0 then 'stuck' else 'promise_at_risk' end, '{}', now(), now(), now(), 'x' from generate_series(1, 5000) n`.execute(
    app.owner,
  );
  await sql`update alerts set kind = 'quote_decided' where brand_id = ${brand.brandId} and id = ${`alr_${'100'.padStart(26, '0')}`}`.execute(
    app.owner,
  );
  await sql`vacuum analyze alerts`.execute(app.owner);
  for (const [query, found, index] of [
    ['?limit=5', 5, 'alerts_center_idx'],
    ['?limit=5&kind=stuck', 5, 'alerts_center_idx'],
    // The only one of the brand.
    ['?kind=quote_decided', 1, 'alerts_kind_idx'],
  ] as const) {
    const statements = await recordStatements(app.services, async () => expect(idsOf(await list(brand.keys.center, query))).toHaveLength(found));
    const used = await indexesOf(
      app.owner,
      statements.find(({ text }) => text.includes('from alerts a')),
    );
    expect([query, used]).toEqual([query, expect.arrayContaining([index])]);
  }
});

test('of a kind are found by an index over all centers too, however many others the brand has', async () => {
  const brand = await app.addBrand();
  const ticket = await aTicket({ ...app, keys: brand.keys } as TestApp);
  await sql`
    insert into alerts (brand_id, id, ticket_id, center_id, kind, data, raised_at, told_at, acknowledged_at, acknowledged_by)
    select ${brand.brandId}, 'alr_' || lpad(n::text, 26, '0'), ${ticket.id}, ${brand.centerId},
           case when n <= 3 then 'quote_decided' when n % 5 = 0 then 'stuck' else 'promise_at_risk' end, '{}', now(), now(),
           case when n = 1 then now() end, case when n = 1 then 'x' end
      from generate_series(1, 5000) n`.execute(app.owner);
  await sql`vacuum analyze alerts`.execute(app.owner);
  for (const [query, found] of [
    ['?kind=quote_decided', 3],
    ['?kind=quote_decided&open=true', 2],
    ['?kind=unreachable', 0],
  ] as const) {
    const statements = await recordStatements(app.services, async () => expect(idsOf(await list(brand.keys.brand, query))).toHaveLength(found));
    const used = await indexesOf(
      app.owner,
      statements.find(({ text }) => text.includes('from alerts a')),
    );
    expect([query, used]).toEqual([query, expect.arrayContaining(['alerts_kind_idx'])]);
  }
});

test('that are open are found by an index of their own, however many a brand has seen to', async () => {
  const brand = await app.addBrand();
  const ticket = await aTicket({ ...app, keys: brand.keys } as TestApp);
  await sql`
    insert into alerts (brand_id, id, ticket_id, center_id, kind, data, raised_at, told_at, acknowledged_at, acknowledged_by)
    select ${brand.brandId}, 'alr_' || lpad(n::text, 26, '0'), ${ticket.id}, ${brand.centerId}, 'promise_at_risk', '{}', now(), now(),
           case when n > 3 then now() end, case when n > 3 then 'x' end
      from generate_series(1, 5000) n`.execute(app.owner);
  await sql`vacuum analyze alerts`.execute(app.owner);
  const statements = await recordStatements(app.services, async () => expect(idsOf(await list(brand.keys.brand, '?open=true'))).toHaveLength(3));
  const used = await indexesOf(
    app.owner,
    statements.find(({ text }) => text.includes('from alerts a')),
  );
  expect(used).toEqual(expect.arrayContaining(['alerts_open_idx']));
});

test('a center sees its own, a brand all of its own, a courier and another brand none', async () => {
  const ticket = await aTicket(app);
  const alertId = await anAlert(app, on(ticket.id));
  const center = {
    code: unique('C').toUpperCase(),
    name: 'Prism Pudong',
    kind: 'own',
    phone: '021',
    address: 'Pudong',
    locale: 'en',
    timeZone: 'Asia/Shanghai',
  };
  const made = await app.call(app.keys.brand, { method: 'POST', url: '/v1/service-centers', payload: center });
  expect([made.statusCode, made.body]).toEqual([201, expect.any(String)]);
  const neighbor = await app.addKey({ kind: 'center', brandId: app.brandId, centerId: made.json<{ id: string }>().id });
  expect(idsOf(await list(app.keys.center))).toEqual([alertId]);
  expect(idsOf(await list(app.keys.brand))).toEqual([alertId]);
  expect(idsOf(await list(neighbor.text))).toEqual([]);
  expect(idsOf(await list(other.keys.brand))).toEqual([]);
  expect((await app.call(app.keys.courier, { method: 'GET', url: '/v1/alerts' })).statusCode).toBe(403);
  expect((await acknowledged(neighbor.text, alertId)).statusCode).toBe(404);
  expect((await list(app.keys.center)).data[0]).toMatchObject({ code: ticket.code, status: 'created', data: { failures: 2 }, acknowledgedAt: null });
});

test('is found by kind, by ticket and by whether somebody has seen to it, page by page', async () => {
  const ticket = await aTicket(app);
  const first = await anAlert(app, on(ticket.id));
  const second = await anAlert(app, on(ticket.id), { kind: 'delivery_disputed', data: {} });
  const third = await anAlert(app, on(ticket.id), { kind: 'delivery_disputed', data: {} });
  expect(idsOf(await list(app.keys.center, `?ticketId=${ticket.id}`))).toEqual([third, second, first]);
  expect(idsOf(await list(app.keys.center, `?ticketId=${ticket.id}&kind=quality_failed_twice`))).toEqual([first]);
  expect((await acknowledged(app.keys.center, third)).statusCode).toBe(200);
  expect(idsOf(await list(app.keys.center, `?ticketId=${ticket.id}&open=true`))).toEqual([second, first]);
  const page = await list(app.keys.center, `?ticketId=${ticket.id}&limit=2`);
  expect([idsOf(page), page.hasMore]).toEqual([[third, second], true]);
  const next = await list(app.keys.center, `?ticketId=${ticket.id}&limit=2&cursor=${page.nextCursor}`);
  expect([idsOf(next), next.hasMore]).toEqual([[first], false]);
});

test('the first acknowledgement counts, whoever comes later', async () => {
  const alertId = await anAlert(app, on((await aTicket(app)).id));
  const [one, two] = await Promise.all([acknowledged(app.keys.center, alertId), acknowledged(app.keys.brand, alertId)]);
  const later = await acknowledged(app.keys.brand, alertId);
  expect([one.statusCode, two.statusCode, later.statusCode]).toEqual([200, 200, 200]);
  expect(new Set([one, two, later].map((answer) => answer.json<Alert>().acknowledgedBy)).size).toBe(1);
  expect(later.json<Alert>().acknowledgedAt).toBe(one.json<Alert>().acknowledgedAt);
});

test('goes to the webhooks that listen, in order and once, however many sweeps there are', async () => {
  const [ofCenter, ofBrand, ofOther] = [
    await endpoint(app.keys.center, ['alert.raised']),
    await endpoint(app.keys.brand, ['alert.raised', 'ticket.opened']),
    await endpoint(other.keys.brand, ['alert.raised']),
  ];
  const ofCourier = await endpoint(app.keys.courier, ['alert.raised', 'ticket.opened']);
  await endpoint(app.keys.brand, ['ticket.opened']);
  await tellAlerts(app.services);
  const ticket = await aTicket(app);
  const theirs = (await app.call(other.keys.center, { method: 'POST', url: '/v1/tickets', payload: ticketInput() })).json<{ id: string }>();
  const first = await anAlert(app, on(ticket.id));
  const second = await anAlert(app, on(ticket.id), { kind: 'quote_decided', data: { decision: 'declined' } });
  await anAlert(app, on(theirs.id, other));
  const counts = await Promise.all([tellAlerts(app.services), tellAlerts(app.services), tellAlerts(app.services)]);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3);
  expect(await tellAlerts(app.services)).toBe(0);
  const rows = await handed(ticket.id);
  expect(rows.map(({ recipient, facts }) => [recipient, facts['alertId']])).toEqual(
    expect.arrayContaining([ofCenter, ofBrand].flatMap((to) => [first, second].map((alertId) => [to, alertId]))),
  );
  expect([rows.length, rows.some(({ recipient }) => recipient === ofCourier)]).toEqual([4, false]);
  for (const to of [ofCenter, ofBrand]) {
    expect(rows.filter(({ recipient }) => recipient === to).map(({ facts }) => facts['alertId'])).toEqual([first, second]);
  }
  expect((await handed(theirs.id)).map(({ recipient }) => recipient)).toEqual([ofOther]);
  expect(rows.find(({ facts }) => facts['alertId'] === second)?.facts).toEqual({
    ticketId: ticket.id,
    alertId: second,
    kind: 'quote_decided',
    code: ticket.code,
    status: 'created',
    centerId: app.centerId,
    data: { decision: 'declined' },
    occurredAt: expect.any(String),
  });
});

test('many at once go out whole', async () => {
  const tickets = await Promise.all(Array.from({ length: 5 }, () => aTicket(app)));
  for (const ticket of tickets) for (let some = 0; some < 50; some += 1) await anAlert(app, on(ticket.id));
  const counts = await Promise.all([tellAlerts(app.services), tellAlerts(app.services)]);
  expect(counts.reduce((sum, count) => sum + count, 0) + (await tellAlerts(app.services))).toBe(250);
  for (const ticket of tickets) expect((await handed(ticket.id)).length).toBe(100);
});
