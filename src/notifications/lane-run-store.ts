// The SQL of one run over a lane, for many lanes at once: the runs of a process share their statements and their commits.
// A statement over several lanes waits for no lock on a lane, because transactions that enqueue lock lanes in another order: a lane
// that is locked is left out of it, and asked for again alone.
import { type RawBuilder, sql } from 'kysely';
import { batched } from '#platform/batched.ts';
import { TURNED_AWAY, type Verdict } from './lane-rules.ts';
import { type Attempt, byLane, type Claim, type Finished, few, type HeldLane, lease, type NoAttempt, oneOf, type WorkerDb } from './lane-store.ts';
import { type Taken, takeLanes } from './lane-take-store.ts';

/** How a row ended, and whether the run ends with it: `emptied`, nothing was left when the run looked. */
export interface Settlement {
  lane: HeldLane;
  outboxId: number;
  verdict: Verdict;
  finished: Finished;
  emptied: boolean;
}

/** Whose the lane is after a row was settled: still ours; not ours any more; or given back, with nothing or more to do. */
export type Standing = 'held' | 'lost' | 'idle' | 'more';

/** The statements of a run; each may be shared with other runs of this process. */
export interface LaneBook {
  /** The fence: takes the lane for one run, or answers undefined where the job is stale. A second copy of the job finds it stale. */
  take(claim: Claim): Promise<Taken | undefined>;
  /** Writes the attempt to the ledger, for lanes where nothing carries anything else. */
  begin(of: { lane: HeldLane; outboxId: number }): Promise<Attempt | NoAttempt>;
  /**
   * Writes the verdict, moves the lane and extends the lease, or ends the run, in one fenced statement. The ledger is told in any
   * case: what was tried was tried.
   */
  settle(settlement: Settlement): Promise<Standing>;
}

type Lock = RawBuilder<unknown>;
const WAIT = sql``;
const SKIP = sql`skip locked`;

/**
 * Of a lane that was looked up by its id for the row `w` that is wanted: whether it is still ours. In a `case`, as in `takeLanes`, so that no plan
 * reads all lanes that are handed out for each of them.
 */
const fence = sql`case state when 'enqueued' then brand_id = w.brand and generation = w.generation else false end`;

async function begin(db: WorkerDb, items: { lane: HeldLane; outboxId: number }[]): Promise<(Attempt | NoAttempt)[]> {
  const wanted = items.map(({ lane: { id, brandId, generation }, outboxId }, n) => ({ n, lane: id, brand: brandId, generation, outbox: outboxId }));
  const { rows } = await sql<{ n: number } & ({ attempt: null } | Attempt)>`
    with wanted as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w(n integer, lane bigint, brand text, generation integer, outbox bigint)
       where ${few}
    ), held as materialized (
      select w.* from wanted w cross join lateral (select from lanes where id = w.lane and ${fence} offset 0) l
    ), due as (
      update outbox o set attempts = o.attempts + 1
        from held w
       where o.id = w.outbox and ${oneOf('o.id', sql`select outbox from held`)} and case o.state when 'pending' then o.brand_id = w.brand else false end
      returning o.id, o.brand_id, o.attempts, o.tried_before
    ), noted as (
      insert into delivery_attempts (brand_id, outbox_id, attempt, started_at) select brand_id, id, attempts, clock_timestamp() from due
    )
    select h.n, due.attempts as attempt, due.attempts - due.tried_before as tried, 0 as waited, '[]'::jsonb as carried,
           case when due.attempts - due.tried_before = 1 then 0 else (
             select count(*)::integer from delivery_attempts a
              where a.outbox_id = due.id and a.brand_id = due.brand_id and a.attempt > due.tried_before and a.finished_at is null) end as crashes,
           case when due.attempts - due.tried_before = 1 then 0 else (
             select count(*)::integer from delivery_attempts a
              where a.outbox_id = due.id and a.brand_id = due.brand_id and a.attempt > due.tried_before and a.detail = ${TURNED_AWAY}) end as "turnedAway"
      from held h left join due on due.id = h.outbox`.execute(db);
  const begun = new Map(rows.map(({ n, ...row }) => [n, row]));
  return items.map((_, n) => {
    const row = begun.get(n);
    if (row === undefined) return 'lost';
    return row.attempt === null ? 'gone' : row;
  });
}

/** What becomes of the lane: it goes on, waits, stops, or the run ends with this row. */
const turnOf = ({ verdict, emptied }: Settlement): string => (verdict.lane === 'on' && emptied ? 'end' : verdict.lane);

const written = (settlement: Settlement, n: number) => {
  const { lane, outboxId, verdict, finished } = settlement;
  const { id, brandId: brand, generation, tail } = lane;
  const reason = 'reason' in verdict ? verdict.reason : null;
  const over = verdict.row !== 'pending';
  const { attempt, statusCode: status, detail, rendered, units, exchange } = finished;
  const ledger = { attempt, status, detail: detail ?? reason, provider: detail, units, exchange, outcome: over ? verdict.row : 'retry' };
  const giveUp = verdict.row === 'pending' ? (verdict.giveUp ?? null) : null;
  const seconds = verdict.lane === 'waiting' ? verdict.seconds : 0;
  return {
    n,
    lane: id,
    brand,
    generation,
    tail,
    outbox: outboxId,
    over,
    state: verdict.row,
    reason,
    rendered,
    ...ledger,
    turn: turnOf(settlement),
    seconds,
    giveUp,
  };
};

async function settle(db: WorkerDb, items: Settlement[], leaseMs: number, lock: Lock): Promise<(Standing | undefined)[]> {
  const { rows } = await sql<{ n: number; state: string }>`
    with wanted as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(byLane(items.map(written)))}::jsonb) as w(
        n integer, lane bigint, brand text, generation integer, tail bigint, outbox bigint, over boolean, state text, reason text, rendered jsonb,
        attempt integer, status integer, detail text, provider text, exchange jsonb, outcome text, turn text, seconds float8,
        units integer, "giveUp" text) where ${few}
    ), mine as materialized (
      select w.n, w.lane, w.generation, w.tail, w.outbox, w.over, w.turn, w.seconds
        from wanted w cross join lateral (select from lanes where id = w.lane and ${fence} offset 0 for update ${lock}) l
    ), lane as (
      update lanes l set
             done = case when w.over then greatest(l.done, w.outbox, case when w.turn = 'end' then w.tail end) else l.done end,
             lease_until = case when w.turn = 'on' then ${lease(leaseMs)} end,
             -- Since when the run was due stays known until it ends: operators see by it what is late.
             next_at = case w.turn when 'waiting' then now() + w.seconds * interval '1 second' when 'on' then l.next_at end,
             gathering = l.gathering and w.turn <> 'waiting',
             -- Whether more has come is read off the lane itself: a look at the outbox could miss a row whose transaction commits just then.
             -- Who was told something more during a try may be reached elsewhere since, of which the try knew nothing: it is not for that to wait.
             state = case w.turn when 'on' then 'enqueued' when 'stopped' then 'stopped'
                     when 'waiting' then case when l.tail > w.tail and not starts_with(l.recipient, 'endpoint:') then 'ready' else 'waiting' end
                     else case when l.tail <= greatest(l.done, w.outbox, w.tail) then 'idle' else 'ready' end end
        from mine w where l.id = w.lane and ${oneOf('l.id', sql`select lane from mine`)}
      returning w.n, l.state
    ), settled as (
      update outbox o set state = w.state, dead_reason = case when w.over then w.reason end, rendered = coalesce(w.rendered, o.rendered),
             finished_at = case when w.over then clock_timestamp() end, provider_id = coalesce(w.provider, o.provider_id),
             units = coalesce(o.units + w.units, w.units, o.units),
             given_up = case when w."giveUp" is null then o.given_up else array_append(o.given_up, w."giveUp") end,
             tried_before = case when w."giveUp" is null then o.tried_before else o.attempts end
        from wanted w
       where o.id = w.outbox and ${oneOf('o.id', sql`select outbox from wanted`)} and case
           when o.brand_id <> w.brand then false
           -- A row that was withdrawn meanwhile is not due again; what was sent was sent, and is told once: its commit may have been lost to us.
           when w.n = any(array(select n from lane)) then o.state = 'pending' or (w.state = 'sent' and o.state <> 'sent')
           -- The lane is another's by now, after an outage longer than its lease, who has not begun this row: what has arrived is not sent again,
           -- unless it was asked for once more since.
           else w.state = 'sent' and o.state = 'pending' and o.attempts = w.attempt and o.tried_before < w.attempt end
    ), ended as (
      update delivery_attempts a set finished_at = clock_timestamp(), outcome = w.outcome, status_code = w.status, detail = w.detail, exchange = w.exchange
        from wanted w
       where ${oneOf('a.outbox_id', sql`select outbox from wanted`)} and a.outbox_id = w.outbox and a.brand_id = w.brand and a.attempt = w.attempt and a.finished_at is null
    )
    select n, state from lane`.execute(db);
  const moved = new Map(rows.map(({ n, state }) => [n, state]));
  return items.map((item, n) => {
    const state = moved.get(n);
    if (state === undefined) return undefined;
    if (turnOf(item) !== 'end') return 'held';
    return state === 'idle' ? 'idle' : 'more';
  });
}

/** Opens the book of a process; `leaseMs`: how long a lane stays with a process that is not heard of any more. */
export function openLaneBook(db: WorkerDb, leaseMs: number): LaneBook {
  const takeMany = batched((claims: Claim[]) => takeLanes(db, claims, leaseMs, SKIP));
  const settleMany = batched((items: Settlement[]) => settle(db, items, leaseMs, SKIP));
  return {
    async take(claim) {
      return (await takeMany(claim)) ?? (await takeLanes(db, [claim], leaseMs, WAIT))[0];
    },
    begin: batched((items: { lane: HeldLane; outboxId: number }[]) => begin(db, items)),
    async settle(item) {
      return (await settleMany(item)) ?? (await settle(db, [item], leaseMs, WAIT))[0] ?? 'lost';
    },
  };
}
