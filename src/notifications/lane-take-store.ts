// The SQL that takes lanes for a run: the fence, what is due, who it goes to where that is a partner, and the beginning of the first try, in
// one statement and one commit, because all of it lies between a step's commit and the call that tells of it.
import { type RawBuilder, sql } from 'kysely';
import { type Attempt, byLane, type Claim, type DueRow, few, type HeldLane, lease, oneOf, type WorkerDb } from './lane-store.ts';

/** A partner's endpoint as it is kept. */
export interface EndpointRow {
  url: string;
  nextUrl: string | null;
  sealedSecrets: Buffer[];
  keyId: number;
  strict: boolean;
  disabled: boolean;
  proven: boolean;
  failing: boolean;
}

/** A lane that was taken, with what its run begins with. */
export interface Taken {
  lane: HeldLane;
  /** What is due on it, oldest first; `ROWS` at most. */
  rows: DueRow[];
  /** Null where the lane goes to nobody's endpoint, or to one that is not there any more. */
  endpoint: EndpointRow | null;
  /** The try of the first row, already in the ledger; null where none was begun: for customers, where it was tried before, or is not due any more. */
  begun: Attempt | null;
}

/** Rows of one run; then others get their turn. */
export const ROWS = 50;

/**
 * One per due row, with its lane; a lane on which nothing is due has one without a row. Without arrays, which nearly all rows would have empty or with
 * a single secret: to read them took a sixth of the memory that a worker turns over.
 */
interface TakenRow extends Omit<DueRow, 'id' | 'givenUp'>, Omit<EndpointRow, 'url' | 'sealedSecrets'> {
  /** The place of its claim among those that were asked for. */
  n: number;
  laneId: number;
  brandId: string;
  generation: number;
  subject: string;
  recipient: string;
  tail: number;
  id: number | null;
  /** Null where no way has failed. */
  givenUp: string[] | null;
  attempt: number | null;
  url: string | null;
  sealedSecret: Buffer;
  /** The one before it, while both are live. */
  sealedFormerSecret: Buffer | null;
}

function takenOf(found: TakenRow[]): Taken | undefined {
  const [first] = found;
  if (first === undefined) return undefined;
  const { laneId, brandId, generation, subject, recipient, tail, attempt } = first;
  const { url, nextUrl, sealedSecret, sealedFormerSecret, keyId, strict, disabled, proven, failing } = first;
  const sealedSecrets = sealedFormerSecret === null ? [sealedSecret] : [sealedSecret, sealedFormerSecret];
  return {
    lane: { id: laneId, brandId, generation, subject, recipient, tail },
    rows: found.flatMap(({ id, channel, message, facts, messageId, createdAt, eventSeq, tried, crashed, givenUp, traceparent }) =>
      id === null ? [] : [{ id, channel, message, facts, messageId, createdAt, eventSeq, tried, crashed, givenUp: givenUp ?? [], traceparent }],
    ),
    endpoint: url === null ? null : { url, nextUrl, sealedSecrets, keyId, strict, disabled, proven, failing },
    begun: attempt === null ? null : { attempt, tried: 1, crashes: 0, turnedAway: 0, waited: 0, carried: [] },
  };
}

/**
 * Takes the lanes whose claims still hold; undefined for the others, and for those that are locked where `lock` says to skip them. `tail` is
 * read from the statement's snapshot and not from the locked row, which may be newer: a row that came between is then no part of this run,
 * and the end of the run sees that the lane's tail is beyond it. The commit is waited for: what a worker holds must survive the database, or a
 * second worker could hold the same.
 *
 * Each lane and row is looked up by its id, whatever the planner takes the tables for: a condition on a state that stands in a `case` fits no
 * partial index, of which a plan would read the whole for each lane, and `offset 0` keeps the lookup inside the loop over what is wanted.
 */
export async function takeLanes(db: WorkerDb, claims: readonly Claim[], leaseMs: number, lock: RawBuilder<unknown>): Promise<(Taken | undefined)[]> {
  const places = new Map(claims.map(({ lane, generation }, n) => [`${lane} ${generation}`, n]));
  const wanted = byLane([...places.values()].flatMap((n) => (claims[n] === undefined ? [] : [{ n, ...claims[n] }])));
  const { rows } = await sql<TakenRow>`
    with wanted as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w(n integer, lane bigint, generation integer) where ${few}
    ), mine as materialized (
      select w.n, w.lane, seen.tail from wanted w
        cross join lateral (select seen.tail from lanes seen where seen.id = w.lane offset 0) seen
        cross join lateral (
          select from lanes where id = w.lane and case state when 'enqueued' then generation = w.generation else false end offset 0 for update ${lock}) l
    ), lane as (
      -- While most of the lease is left that it was handed out with, it is kept: no indexed column changes then, so no index is written.
      update lanes l set generation = l.generation + 1,
             lease_until = case when l.lease_until > ${lease((leaseMs * 2) / 3)} then l.lease_until else ${lease(leaseMs)} end
        from mine where l.id = mine.lane and ${oneOf('l.id', sql`select lane from mine`)}
      returning mine.n, l.id, l.brand_id, l.generation, l.subject, l.recipient, mine.tail
    ), due as materialized (
      select lane.n, lane.id as lane, lane.brand_id, lane.generation, lane.subject, lane.recipient, lane.tail, o.*,
             o.id is null or row_number() over (partition by lane.n order by o.id) = 1 as first
        from lane left join lateral (
          select id, channel, message, facts, message_id, traceparent, created_at, event_seq, attempts, tried_before, given_up from outbox
           where lane_id = lane.id and brand_id = lane.brand_id and state = 'pending' order by id limit ${sql.lit(ROWS)}
        ) o on true
    ), begun as (
      update outbox o set attempts = o.attempts + 1
        from due
       where o.id = due.id and ${oneOf('o.id', sql`select id from due`)} and due.first and starts_with(due.recipient, 'endpoint:')
         -- One that was tried before begins by itself: it may have to be tried alone.
         and case o.state when 'pending' then o.brand_id = due.brand_id and o.attempts = o.tried_before else false end
      returning o.id, o.brand_id, o.attempts
    ), noted as (
      insert into delivery_attempts (brand_id, outbox_id, attempt, started_at) select brand_id, id, attempts, clock_timestamp() from begun
    )
    select due.n, due.lane as "laneId", due.brand_id as "brandId", due.generation, due.subject, due.recipient, due.tail,
           due.id, due.channel, due.message, due.facts, due.message_id as "messageId", due.created_at as "createdAt", due.event_seq as "eventSeq",
           (due.attempts > due.tried_before or cardinality(due.given_up) > 0) as tried, nullif(due.given_up, '{}') as "givenUp", due.traceparent,
           begun.attempts as attempt,
           case when due.id is null or due.attempts = due.tried_before then false else exists (
             select from delivery_attempts a
              where a.outbox_id = due.id and a.brand_id = due.brand_id and a.attempt > due.tried_before and a.finished_at is null) end as crashed,
           e.url, e.next_url as "nextUrl", e.sealed_secrets[1] as "sealedSecret", e.sealed_secrets[2] as "sealedFormerSecret", e.key_id as "keyId", e.strict_order as strict,
           e.disabled_at is not null as disabled, e.verified_at is not null as proven, e.failing_since is not null as failing
      from due
      left join begun on begun.id = due.id
      left join webhook_endpoints e on e.brand_id = due.brand_id
           and e.id = case when due.first and starts_with(due.recipient, 'endpoint:') then substr(due.recipient, 10) end
     order by due.n, due.id`.execute(db);
  const found = Map.groupBy(rows, ({ n }) => n);
  // A copy of the same hint finds the lane taken.
  return claims.map(({ lane, generation }, n) => (places.get(`${lane} ${generation}`) === n ? takenOf(found.get(n) ?? []) : undefined));
}
