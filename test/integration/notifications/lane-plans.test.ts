// What a worker's statements about lanes read: each wanted row once, by its id, also with plans that were made and kept while every table was empty,
// and however many lanes are handed out.
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLaneBook } from '#notifications/lane-run-store.ts';
import { APP_ROLE, type Db, openDb, openPool } from '#platform/db/connect.ts';
import { type Outgoing, openOutgoing } from '../../support/outgoing.ts';

const LANES = 500;
const WANTED = 20;
let out: Outgoing;
let db: Db;

beforeAll(async () => {
  out = await openOutgoing();
  const patient = new pg.Client({ connectionString: out.app.databaseUrl });
  await patient.connect();
  // Looked at while it is empty: PostgreSQL then takes a table for empty, not for one it does not know.
  await patient.query('vacuum analyze lanes, outbox, delivery_attempts');
  await patient.end();
  db = openDb(openPool({ url: out.app.databaseUrl, role: APP_ROLE, brandId: '*', max: 1, name: 'test-lanes', byIndex: true, keptPlans: true }));
});
afterAll(async () => {
  await db.close();
  await out.close();
});

/** Entries of indexes that were read on these tables; every connection says now what it has read. */
async function entriesRead(): Promise<number> {
  await Promise.all(
    [db.open, ...Array.from({ length: 10 }, () => out.app.owner)].map((on) => sql`select pg_stat_force_next_flush(), pg_sleep(0.2)`.execute(on)),
  );
  const { rows } = await sql<{ read: number }>`
    select sum(idx_tup_read)::float8 as read from pg_stat_user_indexes where relname in ('lanes', 'outbox', 'delivery_attempts')`.execute(db.open);
  return rows[0]?.read ?? 0;
}

test('taking, beginning and settling read a few entries for each lane', async () => {
  const book = openLaneBook(db.open, 60_000);
  const recipient = `endpoint:${await out.endpoint('/plans')}`;
  const nobody = { lane: 0, generation: 0, recipient };
  const finished = { attempt: 1, statusCode: 204, detail: null, rendered: null, units: null, exchange: null };
  const verdict = { row: 'sent', lane: 'on' } as const;
  const absent = { id: 0, brandId: out.app.brandId, generation: 0, subject: '', recipient, tail: 0 };
  // The plans are made here, over nothing.
  expect(await book.take(nobody)).toBeUndefined();
  expect(await book.begin({ lane: absent, outboxId: 0 })).toBe('lost');
  expect(await book.settle({ lane: absent, outboxId: 0, verdict, finished, emptied: true })).toBe('lost');

  await out.fill('plans', LANES, 2, [recipient.replace('endpoint:', '')]);
  await sql`update lanes set state = 'enqueued', generation = 1, lease_until = now() + interval '1 hour'`.execute(out.app.owner);
  const { rows: lanes } = await sql<{ id: number }>`select id from lanes order by id limit ${WANTED}`.execute(out.app.owner);

  const before = await entriesRead();
  const taken = await Promise.all(lanes.map(({ id }) => book.take({ lane: id, generation: 1, recipient })));
  expect(taken.filter((one) => one?.begun?.attempt === 1)).toHaveLength(WANTED);
  const first = await Promise.all(
    taken
      .flatMap((one) => (one === undefined ? [] : [{ lane: one.lane, outboxId: one.rows[0]?.id ?? 0, verdict, finished, emptied: false }]))
      .map(book.settle),
  );
  expect(new Set(first)).toEqual(new Set(['held']));
  const begun = await Promise.all(
    taken.flatMap((one) => (one === undefined ? [] : [book.begin({ lane: one.lane, outboxId: one.rows[1]?.id ?? 0 })])),
  );
  expect(begun.filter((one) => typeof one === 'object')).toHaveLength(WANTED);
  // Versions that are dead and not cleared away yet are read too.
  expect((await entriesRead()) - before).toBeLessThan(WANTED * 40);
});
