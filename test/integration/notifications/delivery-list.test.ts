// A center's list of deliveries, and a replay by time, in a brand with a long history: what is read is what is shown, not what there is.
import { CompiledQuery, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillCenters } from '#notifications/fill-centers.ts';
import { aTicket } from '../../support/a-ticket.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { recordStatements, type Statement } from '../../support/statements.ts';

const HISTORY = 20_000;
let patient: pg.Client;
let app: TestApp;
let ticket: { id: string };

beforeAll(async () => {
  app = await startApp();
  ticket = await aTicket(app);
  // Older and newer than the ticket's: other centers' customers, and endpoints of the brand; an hour's worth in the middle of each day.
  patient = new pg.Client({ connectionString: app.databaseUrl });
  await patient.connect();
  await patient.query(
    `with lane as (
       insert into lanes (brand_id, subject, recipient, state, tail)
       select $1, 'tkt_of_another', r, 'idle', 0 from unnest(array['contact:ctc_other', 'endpoint:whe_other']) r returning id, subject, recipient
     )
     insert into outbox (brand_id, lane_id, subject, recipient, channel, message, facts, message_id, state, created_at, finished_at)
     select $1, lane.id, subject, recipient, case when recipient like 'endpoint%' then 'webhook' else 'email' end, 'created',
            '{"centerId": "ctr_of_another"}', 'msg_history_' || n || recipient, 'sent', at, at
       from lane, generate_series(1, $2::integer) n, lateral (select timestamptz '2026-01-01' + n * interval '10 minutes' as at) as t
      order by n`,
    [app.brandId, HISTORY / 2],
  );
  await patient.query('vacuum analyze outbox');
});
afterAll(async () => {
  await patient.end();
  await app.close();
});

const list = async (key: string, query = ''): Promise<string[]> => {
  const answer = await app.call(key, { method: 'GET', url: `/v1/deliveries?${query}` });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<{ data: { ticketId: string }[] }>().data.map(({ ticketId }) => ticketId);
};

/** Pages that the statement touches; what it writes is undone. */
async function pagesOf(statement: Statement | undefined): Promise<number> {
  if (statement === undefined) throw new Error('there is no such statement');
  let pages = 0;
  const undone = new Error('undone');
  const running = app.owner.transaction().execute(async (trx) => {
    const explained = CompiledQuery.raw(`explain (analyze, buffers, format json) ${statement.text}`, statement.values);
    const { rows } = await trx.executeQuery<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(explained);
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    pages = (plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0);
    throw undone;
  });
  await expect(running).rejects.toBe(undone);
  return pages;
}

const asked = async (key: string, query = ''): Promise<number> => {
  const statements = await recordStatements(app.services, () => list(key, query));
  return pagesOf(statements.find(({ text }) => text.includes('listed')));
};

describe('the list of a center', () => {
  test('is what its customers are told and no more, and is not searched for in the history of the brand', async () => {
    expect(await list(app.keys.center)).toEqual([ticket.id]);
    expect(await asked(app.keys.center)).toBeLessThan(150);
    expect(await asked(app.keys.center, 'state=sent')).toBeLessThan(150);
    expect(await asked(app.keys.courier)).toBeLessThan(150);
  });

  test('has what the release before wrote, filled by the sweep or not yet', async () => {
    const centerOf = async (): Promise<string | null | undefined> =>
      (await app.owner.selectFrom('outbox').select('center_id').where('subject', '=', ticket.id).executeTakeFirst())?.center_id;
    expect(await centerOf()).toBe(app.centerId);
    await patient.query('update outbox set center_id = null where center_id is not null');
    expect(await list(app.keys.center)).toEqual([ticket.id]);
    expect(await fillCenters(app.services)).toBe(HISTORY / 2 + 1);
    expect(await centerOf()).toBe(app.centerId);
    expect(await fillCenters(app.services)).toBe(0);
    expect(await list(app.keys.center)).toEqual([ticket.id]);
  });

  test('goes with the ticket to another center', async () => {
    await sql`
      insert into service_centers (brand_id, id, code, name, kind, phone, address, locale, time_zone, created_at, updated_at)
      select brand_id, 'ctr_next', 'NEXT', name, kind, phone, address, locale, time_zone, created_at, updated_at
        from service_centers where id = ${app.centerId}`.execute(app.owner);
    await sql`update tickets set center_id = 'ctr_next' where id = ${ticket.id}`.execute(app.owner);
    expect(await list(app.keys.center)).toEqual([]);
    const { rows } = await sql<{ center_id: string }>`select center_id from outbox where subject = ${ticket.id}`.execute(app.owner);
    expect(rows).toEqual([{ center_id: 'ctr_next' }]);
    await sql`update tickets set center_id = ${app.centerId} where id = ${ticket.id}`.execute(app.owner);
    expect(await list(app.keys.center)).toEqual([ticket.id]);
  });
});

test('a replay of an hour reads that hour', async () => {
  await patient.query('vacuum analyze outbox');
  const payload = { createdFrom: '2026-02-01T00:00:00.000Z', createdTo: '2026-02-01T01:00:00.000Z', states: ['sent'] };
  const statements = await recordStatements(app.services, async () => {
    const answer = await app.call(app.keys.brand, { method: 'POST', url: '/v1/deliveries/replays', payload });
    expect(answer.json()).toMatchObject({ replayed: 6 });
  });
  const replay = statements.find(({ text }) => text.includes('chosen'));
  await sql`delete from replays`.execute(app.owner);
  const { rows } = await sql<{ pages: number }>`select relpages as pages from pg_class where relname = 'outbox'`.execute(app.owner);
  expect(rows[0]?.pages).toBeGreaterThan(500);
  expect(await pagesOf(replay)).toBeLessThan(200);
});
