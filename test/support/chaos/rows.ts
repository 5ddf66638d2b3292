// What an installation has written down, as whoever checks it reads it: past the product, with rights of the owner.
import { type Kysely, sql } from 'kysely';
import type { Database } from '#platform/db/database.ts';
import type { Status } from '#tickets/status.ts';

/** One row of a history. */
export interface HistoryRow {
  ticketId: string;
  seq: number;
  action: string;
  from: Status | null;
  to: Status;
}

/** One row of the outbox, with what the ledger says of it. */
export interface OutboxRow {
  id: number;
  subject: string;
  recipient: string;
  eventSeq: number | null;
  message: string;
  messageId: string;
  state: string;
  reason: string | null;
  carriedBy: number | null;
  attempts: number;
  /** What the event is about, where it says so: version, action, note. */
  version: number | null;
  action: string | null;
  noteId: string | null;
  /** Rows of the ledger, the highest of their numbers, those that ended as sent while the lane was theirs, and those whose message may have arrived all the same: no end was known to the next, or no answer came. */
  ledger: number;
  highest: number;
  sent: number;
  open: number;
}

/** Everything there is. */
export interface Written {
  tickets: { id: string; status: Status; version: number }[];
  history: Map<string, HistoryRow[]>;
  outbox: OutboxRow[];
  lanes: { id: number; state: string; tail: number; done: number }[];
  notes: Set<string>;
}

/** Reads it in one snapshot. */
export async function writtenIn(owner: Kysely<Database>): Promise<Written> {
  return owner
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (trx) => {
      const all = async <T>(query: ReturnType<typeof sql<T>>): Promise<T[]> => (await query.execute(trx)).rows;
      const tickets = await all(sql<Written['tickets'][number]>`select id, status, version from tickets order by id`);
      const events = await all(sql<HistoryRow>`
        select ticket_id as "ticketId", seq, action, from_status as "from", to_status as "to" from ticket_events order by ticket_id, seq`);
      const outbox = await all(sql<OutboxRow>`
        with tries as (
          -- Recorded after the next had begun: the database was away for longer than the lease, and the lane somebody else's by then.
          select *, finished_at > lead(started_at) over (partition by outbox_id order by attempt) as late from delivery_attempts
        ), told as (
          select outbox_id, count(*)::integer as ledger, max(attempt) as highest,
                 count(*) filter (where outcome = 'sent' and late is not true)::integer as sent,
                 count(*) filter (where finished_at is null or late or (outcome = 'retry' and status_code is null))::integer as open
            from tries group by outbox_id
        )
        select o.id, subject, recipient, event_seq as "eventSeq", message, message_id as "messageId", state, dead_reason as reason,
               carried_by as "carriedBy", attempts, (facts ->> 'version')::integer as version, facts ->> 'action' as action, facts ->> 'noteId' as "noteId",
               coalesce(ledger, 0) as ledger, coalesce(highest, 0) as highest, coalesce(sent, 0) as sent, coalesce(open, 0) as open
          from outbox o left join told on told.outbox_id = o.id order by o.id`);
      const lanes = await all(sql<Written['lanes'][number]>`select id, state, tail, done from lanes`);
      const notes = await all(sql<{ id: string }>`select id from notes`);
      const history = Map.groupBy(events, ({ ticketId }) => ticketId);
      return { tickets, history, outbox, lanes, notes: new Set(notes.map(({ id }) => id)) };
    });
}

/** What is still to be done: messages that have not ended, lanes not at rest, delivered tickets that are still to be closed. */
export async function leftIn(owner: Kysely<Database>): Promise<{ due: number; lanes: number; delivered: number }> {
  const { rows } = await sql<{ due: number; lanes: number; delivered: number }>`
    select (select count(*)::integer from outbox where state = 'pending') as due,
           (select count(*)::integer from lanes where state <> 'idle') as lanes,
           (select count(*)::integer from tickets where status = 'delivered') as delivered`.execute(owner);
  return rows[0] ?? { due: -1, lanes: -1, delivered: -1 };
}
