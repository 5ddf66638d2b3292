// What an installation has written down, as whoever checks it reads it: past the product, with rights of the owner.
import { type Kysely, sql } from 'kysely';
import type { Database } from '#platform/db/database.ts';
import type { Status } from '#tickets/status.ts';
import type { Try } from './ledger.ts';

/** One row of a history. */
export interface HistoryRow {
  ticketId: string;
  seq: number;
  action: string;
  from: Status | null;
  to: Status;
}

/** One row of the outbox, with its tries. */
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
  /** Of the ledger, in the order of their numbers. */
  tries: Try[];
}

/** Everything there is. */
export interface Written {
  tickets: { id: string; status: Status; version: number; contactId: string }[];
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
      const tickets = await all(sql<Written['tickets'][number]>`select id, status, version, contact_id as "contactId" from tickets order by id`);
      const events = await all(sql<HistoryRow>`
        select ticket_id as "ticketId", seq, action, from_status as "from", to_status as "to" from ticket_events order by ticket_id, seq`);
      const rows = await all(sql<Omit<OutboxRow, 'tries'>>`
        select id, subject, recipient, event_seq as "eventSeq", message, message_id as "messageId", state, dead_reason as reason,
               carried_by as "carriedBy", attempts, (facts ->> 'version')::integer as version, facts ->> 'action' as action, facts ->> 'noteId' as "noteId"
          from outbox order by id`);
      const ledger = await all(sql<Try & { outboxId: number }>`
        select outbox_id as "outboxId", attempt, outcome, status_code as "statusCode", detail,
               (extract(epoch from started_at) * 1000)::float8 as "startedAt", (extract(epoch from finished_at) * 1000)::float8 as "finishedAt"
          from delivery_attempts order by outbox_id, attempt`);
      const tries = Map.groupBy(ledger, ({ outboxId }) => outboxId);
      const outbox = rows.map((row) => ({ ...row, tries: tries.get(row.id) ?? [] }));
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
