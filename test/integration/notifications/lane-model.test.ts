// The model of the lanes is what the SQL does: the same commands by chance on both, and after each of them both stand alike.
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { setAside, TURNED_AWAY, type Verdict } from '#notifications/lane-rules.ts';
import { openLaneBook } from '#notifications/lane-run-store.ts';
import { beginAttempt, claimOverdue, claimReady, type DueRow, finish, freeCarried, giveBack, type HeldLane } from '#notifications/lane-store.ts';
import { type Db, openDb, openPool } from '#platform/db/connect.ts';
import type { Database } from '#platform/db/database.ts';
import { newId } from '#platform/id.ts';
import { enqueue } from '#platform/outbox.ts';
import { LaneModel, type ModelClaim, type ModelHeld } from '../../support/lanes/lane-model.ts';
import { type Random, random, seedOf } from '../../support/model/random.ts';
import { cloneDatabase } from '../../support/postgres.ts';

const HOUR_MS = 3_600_000;
const LIMIT = 3;
const LANES = 12;
const STEPS = 400;
/** What takes a lane further is tried more often than what ends it. */
const WEIGHTS: Record<string, number> = { enqueue: 3, take: 3, begin: 4, settle: 2 };
const seed = seedOf(process.env['LANE_SEED']);

let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Db;
let worker: Db;
const brandId = newId('brand');

beforeAll(async () => {
  database = await cloneDatabase(inject('postgres'));
  db = openDb(openPool({ url: database.url, max: 2, name: 'test', role: 'glassbench_app' }));
  worker = openDb(openPool({ url: database.url, max: 2, name: 'test', role: 'glassbench_app', brandId: '*' }));
  const brand = sql`insert into brands (brand_id, slug, name, contact_line, created_at, updated_at) values (${brandId}, 'b', 'B', '400', now(), now())`;
  await db
    .of(brandId)
    .transaction()
    .execute((trx) => brand.execute(trx));
});
// Each test finds every lane at rest: what a walk by chance leaves ready would be handed out in place of what the next one lays down.
beforeEach(() => sql`update lanes set state = 'idle'`.execute(worker.open));
afterAll(async () => {
  await db.close();
  await worker.close();
  await database.drop();
});

/** How both stand, in the words of the model. */
async function standing(open: Kysely<Database>): Promise<object> {
  const lanes = await sql`select id, state, generation, tail, done from lanes order by id`.execute(open);
  const rows = await sql`select id, lane_id as lane, state, attempts from outbox order by id`.execute(open);
  const tries = await sql`select outbox_id as row, attempt, outcome from delivery_attempts order by outbox_id, attempt`.execute(open);
  return { lanes: lanes.rows, rows: rows.rows, tries: tries.rows };
}
/** By lane: the order in which lanes are handed out is no promise. */
const plain = (claims: readonly ModelClaim[]): ModelClaim[] =>
  claims.map(({ lane, generation }) => ({ lane, generation })).toSorted((a, b) => a.lane - b.lane);
const modelled = ({ lanes, rows, tries }: LaneModel): object => ({
  lanes: [...lanes.values()].toSorted((a, b) => a.id - b.id).map(({ leaseUntil: _, nextAt: __, person: ___, ...lane }) => lane),
  rows,
  tries: tries.toSorted((a, b) => a.row - b.row || a.attempt - b.attempt),
});

/** Every other lane is a person's. */
const recipientOf = (subject: number): string => (subject % 2 === 0 ? 'contact:ctc_1' : 'endpoint:whe_1');

const verdictBy = (chance: Random): Verdict =>
  chance.pick<() => Verdict>([
    () => ({ row: 'sent', lane: 'on' }),
    () => ({ row: 'sent', lane: 'on' }),
    () => ({ row: 'sent', lane: 'on' }),
    () => ({ row: 'sent', lane: 'on' }),
    () => setAside('status_400', false, false),
    () => setAside('status_400', true, false),
    // Due at once, or not in the life of this test.
    () => ({ row: 'pending', reason: 'status_503', lane: 'waiting', seconds: chance.pick([-1, 3_600]) }),
  ])();

test('every statement leaves the lanes, the rows and the ledger as the model says', { timeout: 120_000 }, async () => {
  const chance = random(seed, 0);
  const model = new LaneModel();
  const { open } = worker;
  const claims: ModelClaim[] = [];
  const helds: { real: HeldLane; model: ModelHeld }[] = [];
  const begun: { held: (typeof helds)[number]; row: number; attempt: number }[] = [];
  const fresh = <T>(items: T[]): T[] => items.slice(-6);
  /** A lease that has run out when it begins, or lasts: PostgreSQL's clock cannot be turned. */
  const leaseMs = (): number => chance.pick([-1_000, HOUR_MS, HOUR_MS, HOUR_MS]);
  const done: string[] = [];

  const commands: Record<string, () => Promise<void>> = {
    async enqueue() {
      const subject = chance.int(1, LANES);
      const due = {
        subject: `tkt_${subject}`,
        recipient: recipientOf(subject),
        channel: 'webhook',
        message: 'ticket.advanced',
        facts: {},
        eventSeq: null,
        wakes: chance.chance(0.2),
      };
      await db
        .of(brandId)
        .transaction()
        .execute((trx) => enqueue({ trx, brandId, now: new Date(), traceparent: null, enqueued: false }, [due]));
      const { rows } = await sql<{ id: number; tail: number }>`select id, tail from lanes where subject = ${due.subject}`.execute(open);
      model.enqueue(rows[0]?.id ?? 0, rows[0]?.tail ?? 0, { wakes: due.wakes, person: subject % 2 === 0 });
    },
    async claimReady() {
      const ms = leaseMs();
      const real = plain((await claimReady(open, LIMIT, ms)).claims);
      expect(real).toEqual(model.claimReady(LIMIT, 0, ms));
      claims.push(...real);
    },
    async claimOverdue() {
      const ms = leaseMs();
      const real = plain(await claimOverdue(open, 100, ms));
      expect(real).toEqual(plain(model.claimOverdue(100, 0, ms)));
      claims.push(...real);
    },
    async giveBack() {
      const some = fresh(claims).filter(() => chance.chance(0.3));
      await giveBack(
        open,
        some.map((claim) => ({ ...claim, recipient: 'endpoint:whe_1' })),
      );
      model.giveBack(some);
    },
    async take() {
      if (claims.length === 0) return;
      const [claim, ms] = [chance.pick(fresh(claims)), leaseMs()];
      const taken = await openLaneBook(open, ms).take({ ...claim, recipient: 'endpoint:whe_1' });
      const held = model.take(claim, 0, ms);
      const real = taken?.lane;
      expect(real === undefined ? undefined : { id: real.id, generation: real.generation, tail: real.tail }).toEqual(held);
      if (taken === undefined || real === undefined || held === undefined) return;
      expect(taken.rows.map(({ id }) => id)).toEqual(model.due(held).map(({ id }) => id));
      const both = { real, model: held };
      helds.push(both);
      const [first] = taken.rows;
      if (taken.begun === null || first === undefined) return;
      // The fence has begun the first try: the same two commands, in one statement.
      const { attempt, crashes } = taken.begun;
      expect({ attempt, crashes }).toEqual(model.begin(held, first.id));
      begun.push({ held: both, row: first.id, attempt });
    },
    async begin() {
      if (helds.length === 0) return;
      const held = chance.pick(fresh(helds));
      const book = openLaneBook(open, HOUR_MS);
      const row = chance.chance(0.8) ? model.due(held.model)[0]?.id : held.real.tail;
      if (row === undefined) return;
      const real = await book.begin({ lane: held.real, outboxId: row });
      const expected = model.begin(held.model, row);
      expect(typeof real === 'string' ? real : { attempt: real.attempt, crashes: real.crashes }).toEqual(expected);
      if (typeof real !== 'string') begun.push({ held, row, attempt: real.attempt });
    },
    async settle() {
      if (begun.length === 0) return;
      const { held, row, attempt } = chance.pick(fresh(begun));
      const [verdict, emptied, ms] = [verdictBy(chance), chance.chance(0.5), leaseMs()];
      const finished = { attempt, statusCode: null, detail: null, rendered: null, units: null, exchange: null };
      const real = await openLaneBook(open, ms).settle({ lane: held.real, outboxId: row, verdict, finished, emptied });
      expect(real).toBe(model.settle(held.model, row, attempt, verdict, emptied, 0, ms));
    },
    async free() {
      if (helds.length === 0) return;
      const held = chance.pick(fresh(helds));
      await freeCarried(open, held.real, 0, [], new Date());
      const { rows } = await sql<{ tail: number }>`select tail from lanes where id = ${held.real.id}`.execute(open);
      model.free(held.model, rows[0]?.tail ?? 0);
    },
    async finish() {
      if (helds.length === 0) return;
      const [held, emptied] = [chance.pick(fresh(helds)), chance.chance(0.5)];
      expect(await finish(open, held.real, emptied)).toBe(model.finish(held.model, emptied));
    },
  };
  for (let step = 0; step < STEPS; step += 1) {
    const name = chance.weighed(Object.keys(commands), (one) => WEIGHTS[one] ?? 1);
    done.push(name);
    await commands[name]?.();
    expect(await standing(open), `LANE_SEED=${seed}, step ${step}: ${done.slice(-8).join(', ')}`).toEqual(modelled(model));
  }
  // The walk has been everywhere.
  expect(new Set(done).size).toBe(Object.keys(commands).length);
  expect(model.tries.length).toBeGreaterThan(10);
});

test('a try that was none is known as such by the next ones, whoever the lane goes to', async () => {
  const { open } = worker;
  const { rows } = await sql<{ id: number; outboxId: number }>`
    with lane as (
      insert into lanes (brand_id, subject, recipient, state, tail, generation, lease_until)
      values (${brandId}, 'tkt_turned', 'owner:whe_1', 'enqueued', nextval('outbox_id_seq'), 1, now() + interval '1 hour') returning id, tail
    ), due as (
      insert into outbox (brand_id, id, lane_id, subject, recipient, channel, message, facts, message_id, created_at, attempts, tried_before)
      select ${brandId}, tail, id, 'tkt_turned', 'owner:whe_1', 'email', 'failing', '{}', 'msg_turned', now(), 4, 1 from lane
    ), noted as (
      insert into delivery_attempts (brand_id, outbox_id, attempt, started_at, finished_at, outcome, detail)
      select ${brandId}, tail, n, now(), now(), 'retry', case n when 3 then 'timeout' else ${TURNED_AWAY} end from lane, generate_series(1, 4) n
    )
    select id, tail as "outboxId" from lane`.execute(open);
  const { id = 0, outboxId = 0 } = rows[0] ?? {};
  const lane: HeldLane = { id, brandId, generation: 1, subject: 'tkt_turned', recipient: 'owner:whe_1', tail: outboxId };
  expect(await openLaneBook(open, HOUR_MS).begin({ lane, outboxId })).toMatchObject({ attempt: 5, tried: 4, turnedAway: 2, crashes: 0 });
  const row: DueRow = {
    ...{ id: outboxId, channel: 'email', message: 'failing', facts: {}, messageId: 'msg_turned', createdAt: new Date(), eventSeq: null },
    ...{ tried: true, crashed: true, givenUp: [], traceparent: null },
  };
  expect(await beginAttempt(open, lane, row, [], HOUR_MS)).toMatchObject({ attempt: 6, tried: 5, turnedAway: 2, crashes: 1 });
});

test.for([
  ['contact:ctc_1', 'ready'],
  ['phone:ctc_1', 'ready'],
  ['endpoint:whe_1', 'waiting'],
] as const)('after a try that failed while something more fell due, a lane of %s is %s', async ([recipient, state]) => {
  const { open } = worker;
  const due = { subject: `tkt_meanwhile ${recipient}`, recipient, channel: 'email', message: 'created', facts: {}, eventSeq: null };
  const fallsDue = (wakes: boolean) =>
    db
      .of(brandId)
      .transaction()
      .execute((trx) => enqueue({ trx, brandId, now: new Date(), traceparent: null, enqueued: false }, [{ ...due, wakes }]));
  await fallsDue(false);
  const [claim] = (await claimReady(open, 1, HOUR_MS)).claims;
  const book = openLaneBook(open, HOUR_MS);
  const taken = claim === undefined ? undefined : await book.take({ ...claim, recipient });
  const [lane, row] = [taken?.lane, taken?.rows[0]];
  if (lane === undefined || row === undefined) throw new Error('nothing was taken');
  const begun = taken?.begun ?? (await book.begin({ lane, outboxId: row.id }));
  // An address is corrected while the one before it is tried.
  await fallsDue(true);
  const verdict: Verdict = { row: 'pending', reason: 'timeout', lane: 'waiting', seconds: 39 * 3_600 };
  const finished = {
    attempt: typeof begun === 'string' ? 0 : begun.attempt,
    statusCode: null,
    detail: null,
    rendered: null,
    units: null,
    exchange: null,
  };
  expect(await book.settle({ lane, outboxId: row.id, verdict, finished, emptied: true })).toBe('held');
  const { rows } = await sql`select state from lanes where id = ${lane.id}`.execute(open);
  expect(rows).toEqual([{ state }]);
});

test('what there is no room for in the queue is told apart from what is not there', async () => {
  const { open } = worker;
  await sql`insert into lanes (brand_id, subject, recipient, state, tail) select ${brandId}, 'full_' || n, 'endpoint:whe_1', 'ready', 1 from generate_series(1, 1010) n`.execute(
    open,
  );
  const first = await claimReady(open, 1_005, HOUR_MS);
  expect([first.claims.length, first.full]).toEqual([1_000, true]);
  expect(await claimReady(open, 100, HOUR_MS)).toEqual({ claims: [], full: true });
  await giveBack(open, first.claims);
  const some = await claimReady(open, 100, HOUR_MS);
  expect([some.claims.length, some.full]).toEqual([100, false]);
  await sql`update lanes set state = 'idle' where starts_with(subject, 'full_')`.execute(open);
  expect((await claimReady(open, 100, HOUR_MS)).full).toBe(false);
});
