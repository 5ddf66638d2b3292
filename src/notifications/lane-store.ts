// The SQL of lanes, for workers: their connections see all brands, and every statement after the fence names the lane's own.
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '#platform/db/database.ts';
import { NEWS_DAYS, TURNED_AWAY } from './lane-rules.ts';

/** A connection of a worker, or a transaction on one. */
export type WorkerDb = Kysely<Database>;

/** A lane that was handed out: stale as soon as the generation has moved on. */
export interface Claim {
  lane: number;
  generation: number;
  /** Who the lane goes to: whether they may be called now is asked before anything is written. */
  recipient: string;
}

/** A lane in our hands until the lease runs out. */
export interface HeldLane {
  id: number;
  brandId: string;
  generation: number;
  subject: string;
  recipient: string;
  /** Newest outbox row when the lane was taken: everything up to it was looked at. */
  tail: number;
}

/** A row that is due. */
export interface DueRow {
  id: number;
  channel: string;
  message: string;
  facts: object;
  messageId: string;
  createdAt: Date;
  /** Version of the ticket after the step it is about; null where no step is. */
  eventSeq: number | null;
  /** Tried since it was due or replayed. */
  tried: boolean;
  /** A try of it has no end: its worker died while the row was at work, and perhaps of it. */
  crashed: boolean;
  /** Ways that have failed for good. */
  givenUp: string[];
  /** W3C traceparent of the cause. */
  traceparent: string | null;
}

/** Lanes in the queue at once, over all processes; the rest waits in PostgreSQL, where it costs nothing. */
const IN_FLIGHT = 1_000;

/** When a lease given now runs out. */
export const lease = (ms: number): RawBuilder<Date> => sql<Date>`now() + ${ms / 1000}::float8 * interval '1 second'`;

/**
 * Holds of every row `w` of a list that is sent along, which `n` numbers. The planner, who knows nothing of the list, takes a range for one row in two
 * hundred and so expects a single one: it looks each up by its id, where it would read the whole table for the hundred that it expects else.
 */
export const few = sql<boolean>`w.n between 0 and 9999`;

/**
 * Says of a joined column, once more, that it is one of those that are looked up: so there is no way to read the table but by the index of that column,
 * also where a plan was made when PostgreSQL took it for empty and one way was as good as the other.
 */
export const oneOf = (column: string, those: RawBuilder<unknown>): RawBuilder<boolean> => sql<boolean>`${sql.ref(column)} = any(array(${those}))`;

/** In the order in which every statement locks lanes, one after the other as they are listed: two in two orders would wait for each other. */
export const byLane = <T extends { lane: number }>(wanted: readonly T[]): T[] => wanted.toSorted((a, b) => a.lane - b.lane);

const handOut = (chosen: RawBuilder<unknown>, leaseMs: number): RawBuilder<Claim> => sql<Claim>`
  with chosen as materialized (${chosen})
  update lanes l set state = 'enqueued', generation = l.generation + 1, lease_until = ${lease(leaseMs)}
    from chosen where l.id = chosen.id
  returning l.id as lane, l.generation, l.recipient`;

/** Lanes that were handed out; `full`: others may be ready, for which there was no room in the queue. */
export interface HandedOut {
  claims: Claim[];
  full: boolean;
}

/** Hands out ready lanes, oldest first; other relays skip them. */
export async function claimReady(db: WorkerDb, limit: number, leaseMs: number): Promise<HandedOut> {
  const { rows } = await sql<{ full: boolean } & ({ lane: null } | Claim)>`
    with room as materialized (
      select least(${limit}::bigint, ${IN_FLIGHT}::bigint - count(*)) as n
        from (select 1 from lanes where state = 'enqueued' limit ${IN_FLIGHT}) as enqueued
    ), handed as (
      ${handOut(sql`select id from lanes where state = 'ready' order by id limit (select n from room) for update skip locked`, leaseMs)}
    )
    select room.n < ${limit}::bigint as full, handed.* from room left join handed on true`.execute(db);
  return { claims: rows.flatMap(({ full: _, ...row }) => (row.lane === null ? [] : [row])), full: rows[0]?.full ?? false };
}

/** Hands out again what was lost with a queue or a worker, and what has waited long enough. */
export async function claimOverdue(db: WorkerDb, limit: number, leaseMs: number): Promise<Claim[]> {
  const lost = await handOut(
    sql`select id from lanes where state = 'enqueued' and lease_until < now() order by lease_until limit ${limit} for update skip locked`,
    leaseMs,
  ).execute(db);
  const waited = await handOut(
    sql`select id from lanes where state = 'waiting' and next_at <= now() order by next_at limit ${limit} for update skip locked`,
    leaseMs,
  ).execute(db);
  return [...lost.rows, ...waited.rows];
}

/** Gives lanes back that the queue did not take. */
export async function giveBack(db: WorkerDb, claims: readonly Claim[]): Promise<void> {
  await sql`
    update lanes l set state = 'ready', lease_until = null
      from jsonb_to_recordset(${JSON.stringify(claims)}::jsonb) as c(lane bigint, generation integer)
     where l.id = c.lane and l.generation = c.generation and l.state = 'enqueued'`.execute(db);
}

const held = (lane: HeldLane): RawBuilder<boolean> =>
  sql<boolean>`id = ${lane.id} and brand_id = ${lane.brandId} and generation = ${lane.generation} and state = 'enqueued'`;

/** A try that has been written down before it is made. */
export interface Attempt {
  /** Its number in the ledger. */
  attempt: number;
  /** Tries since the row was due or replayed, this one included. */
  tried: number;
  /** Earlier tries of which nobody knows how they ended: their worker died. */
  crashes: number;
  /** Earlier tries that were none: the message was turned away. */
  turnedAway: number;
  /** Seconds since the first of these tries. */
  waited: number;
  /** What this message says beside its own, oldest first: the same on every try. */
  carried: { id: number; message: string; facts: object }[];
}

/** Of a row that another one carries: it was not taken back since. Looked at again where a correction had to be waited for. */
const stillCarried = sql<boolean>`starts_with(dead_reason, 'coalesced:')`;

/** Where no try was begun: the lane is not ours any more, or the row is not due any more. */
export type NoAttempt = 'lost' | 'gone';

/**
 * For customers: writes the attempt to the ledger, extends the lease and ends the rows that this one carries, in one fenced statement: a worker that
 * dies after it finds on the next try what was carried.
 */
export async function beginAttempt(
  db: WorkerDb,
  lane: HeldLane,
  row: DueRow,
  carried: readonly DueRow[],
  leaseMs: number,
): Promise<Attempt | NoAttempt> {
  const carries = sql`(select coalesce(jsonb_agg(jsonb_build_object('id', id, 'message', message, 'facts', facts) order by id), '[]') from (
    select id, message, facts from carried
    union all
    select id, message, facts from outbox where carried_by = ${row.id} and brand_id = ${lane.brandId} and state = 'skipped'
       and ${stillCarried}) as c)`;
  const { rows } = await sql<{ held: boolean } & ({ attempt: null } | Attempt)>`
    with lane as (
      update lanes set lease_until = ${lease(leaseMs)} where ${held(lane)} returning id
    ), due as (
      update outbox o set attempts = o.attempts + 1 from lane
       where o.id = ${row.id} and o.brand_id = ${lane.brandId} and o.state = 'pending'
      returning o.attempts, o.tried_before
    ), carried as (
      update outbox c set state = 'skipped', dead_reason = ${`coalesced: ${row.messageId}`}, carried_by = ${row.id}, finished_at = clock_timestamp()
        from due where c.id = any(${carried.map(({ id }) => id)}::bigint[]) and c.brand_id = ${lane.brandId} and c.state = 'pending'
      returning c.id, c.message, c.facts
    ), noted as (
      insert into delivery_attempts (brand_id, outbox_id, attempt, started_at)
      select ${lane.brandId}, ${row.id}, attempts, clock_timestamp() from due
    )
    select h.held, attempts as attempt, attempts - tried_before as tried, earlier.*, ${carries} as carried
      from (select exists (select from lane) as held) as h left join due on true
      cross join lateral (
        select count(*) filter (where a.finished_at is null)::integer as crashes,
               count(*) filter (where a.detail = ${TURNED_AWAY})::integer as "turnedAway",
               coalesce(extract(epoch from clock_timestamp() - min(a.started_at)), 0)::float8 as waited
          from delivery_attempts a
         where a.outbox_id = ${row.id} and a.brand_id = ${lane.brandId} and a.attempt > due.tried_before) as earlier`.execute(db);
  const [begun] = rows;
  if (begun === undefined || !begun.held) return 'lost';
  return begun.attempt === null ? 'gone' : begun;
}

/**
 * Makes due again what a message carried that ends unsent, the chosen ones of it, before it ends: a worker that dies in between finds it due already.
 * The tail moves on though no row came: the end of the run sees that there is more.
 */
export async function freeCarried(db: WorkerDb, lane: HeldLane, outboxId: number, chosen: readonly number[], now: Date): Promise<void> {
  await sql`
    with lane as (
      update lanes set tail = nextval('outbox_id_seq') where ${held(lane)} returning id
    )
    update outbox o set state = 'pending', dead_reason = null, finished_at = null, carried_by = null from lane
     where o.carried_by = ${outboxId} and o.brand_id = ${lane.brandId} and o.state = 'skipped' and ${stillCarried} and o.id = any(${[...chosen]}::bigint[])
       and o.created_at > ${now}::timestamptz - ${NEWS_DAYS} * interval '1 day'`.execute(db);
}

/** Extends the lease while a send takes long. */
export async function extendLease(db: WorkerDb, lane: HeldLane, leaseMs: number): Promise<void> {
  await sql`update lanes set lease_until = ${lease(leaseMs)} where ${held(lane)}`.execute(db);
}

/** How a try ended, for the ledger. */
export interface Finished {
  attempt: number;
  statusCode: number | null;
  detail: string | null;
  rendered: object | null;
  /** SMS parts it cost. */
  units: number | null;
  /** What was said, for the delivery log. */
  exchange: object | null;
}

/**
 * Keeps the ticket with its center until the commit: what is made due beside a transfer would belong to the one it comes from. Before any lock
 * on a lane, which is the order in which steps take them.
 */
export async function keepCenter(trx: WorkerDb, { brandId, subject }: HeldLane): Promise<void> {
  await sql`select 1 from tickets where brand_id = ${brandId} and id = ${subject} for share`.execute(trx);
}

/** Whether the lane is still ours, and its customer has a mail address on which nothing was due for the same cause. Locks the lane. */
export async function mailIsMissing(trx: WorkerDb, lane: HeldLane, recipient: string, row: DueRow): Promise<boolean> {
  const { rows } = await sql<{ missing: boolean }>`
    with mine as (select brand_id from lanes where ${held(lane)} for update)
    select exists (select from contacts k where k.brand_id = mine.brand_id and k.id = ${recipient.replace('contact:', '')} and k.email is not null)
           and not exists (select from outbox o where o.brand_id = mine.brand_id and o.subject = ${lane.subject} and o.recipient = ${recipient}
                              and o.message = ${row.message} and o.facts = ${JSON.stringify(row.facts)}::jsonb) as missing
      from mine`.execute(trx);
  return rows[0]?.missing ?? false;
}

/** Puts a lane off that was not taken yet: its receiver is paused or busy. */
export async function putOff(db: WorkerDb, { lane, generation }: Claim, seconds: number): Promise<void> {
  await sql`
    update lanes set state = 'waiting', gathering = false, lease_until = null, next_at = now() + ${seconds}::float8 * interval '1 second'
     where id = ${lane} and generation = ${generation} and state = 'enqueued'`.execute(db);
}

/**
 * Lets a lane gather until something that cannot wait comes, or the time is over. What came while it was looked at, read off the lane
 * itself, is looked at first.
 */
export async function letGather(db: WorkerDb, lane: HeldLane, seconds: number): Promise<void> {
  await sql`
    update lanes set state = case when tail > ${lane.tail} then 'ready' else 'waiting' end, gathering = true, lease_until = null,
           next_at = now() + ${seconds}::float8 * interval '1 second'
     where ${held(lane)}`.execute(db);
}

/**
 * Ends a run that was broken off, or had nothing to do. Whether more has come is read off the lane itself: a look at the outbox could
 * miss a row whose transaction commits just then. Answers whether there is more.
 */
export async function finish(db: WorkerDb, lane: HeldLane, emptied: boolean): Promise<boolean> {
  const { rows } = await sql<{ state: string }>`
    update lanes set done = case when ${emptied}::boolean then greatest(done, ${lane.tail}) else done end, lease_until = null,
           state = case when ${emptied}::boolean and tail <= greatest(done, ${lane.tail}) then 'idle' else 'ready' end
     where ${held(lane)} returning state`.execute(db);
  return rows[0]?.state === 'ready';
}
