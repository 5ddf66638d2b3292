// Two causes write to one lane at once: the ids must come in the order of the commits, or a late row is overtaken and forgotten.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Db, openDb, openPool, type Trx } from '#platform/db/connect.ts';
import { newId } from '#platform/id.ts';
import { type Due, enqueue } from '#platform/outbox.ts';
import { openOwner } from '../../support/owner.ts';
import { cloneDatabase } from '../../support/postgres.ts';
import { until } from '../../support/until.ts';

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Db;
let owner: ReturnType<typeof openOwner>;
const brandId = newId('brand');
const due = (message: string): Due[] => [
  { subject: 'tkt_1', recipient: 'endpoint:whe_1', channel: 'webhook', message, facts: {}, eventSeq: null },
  { subject: 'tkt_1', recipient: 'contact:ctc_1', channel: 'email', message, facts: {}, eventSeq: null },
];
const tell = (trx: Trx, message: string) => enqueue({ trx, brandId, now: new Date(), traceparent: null, enqueued: false }, due(message));

beforeAll(async () => {
  database = await cloneDatabase(inject('postgres'));
  owner = openOwner(database.url);
  db = openDb(openPool({ url: database.url, max: 4, name: 'test', role: 'glassbench_app' }));
  await db
    .of(brandId)
    .transaction()
    .execute((trx) =>
      sql`insert into brands (brand_id, slug, name, contact_line, created_at, updated_at) values (${brandId}, 'b', 'B', '400', now(), now())`.execute(
        trx,
      ),
    );
});
afterAll(async () => {
  await Promise.all([db.close(), owner.destroy()]);
  await database.drop();
});

test('a row that commits later has the later id, and the lane points to it', async () => {
  await db
    .of(brandId)
    .transaction()
    .execute((trx) => tell(trx, 'first'));
  const slow = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const second = db
    .of(brandId)
    .transaction()
    .execute(async (trx) => {
      await tell(trx, 'second');
      // It travels with the next statement; and else the server ends the transaction where the one that waits for it is late.
      await sql`set local idle_in_transaction_session_timeout = 0`.execute(trx);
      begun.resolve();
      await slow.promise;
    });
  await begun.promise;
  const third = db
    .of(brandId)
    .transaction()
    .execute((trx) => tell(trx, 'third'));
  await until(async () => {
    const { rows: waiting } = await sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(owner);
    return waiting.length > 0;
  }, 4_000);
  slow.resolve();
  await Promise.all([second, third]);
  const { rows } = await db
    .of(brandId)
    .transaction()
    .execute((trx) =>
      sql<{ messages: string[]; tail: number; last: number }>`
    select array_agg(o.message order by o.id) as messages, l.tail, max(o.id) as last
      from outbox o join lanes l on l.id = o.lane_id group by l.id, l.tail order by l.id`.execute(trx),
    );
  expect(rows.map(({ messages }) => messages)).toEqual([
    ['first', 'second', 'third'],
    ['first', 'second', 'third'],
  ]);
  expect(rows.every(({ tail, last }) => tail === last)).toBe(true);
});
