// The SQL of what was written down beside a ticket: history rows, notes.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import type { NoteView, TicketEvent } from './ticket.ts';

/** A row of the history. */
export interface EventRow extends Omit<TicketEvent, 'actor' | 'occurredAt'> {
  actorKind: TicketEvent['actor']['kind'];
  actorId: string;
  occurredAt: Date;
}

const eventColumns = sql`
  seq, action, from_status as "from", to_status as "to", actor_kind as "actorKind", actor_id as "actorId", reason,
  customer_note as "customerNote", data, suppressed, occurred_at as "occurredAt"`;

/** History rows behind a sequence number, oldest first. */
export async function events(deed: Deed, ticketId: string, after: number, limit: number): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    select ${eventColumns} from ticket_events
     where brand_id = ${deed.brandId} and ticket_id = ${ticketId} and seq > ${after}
     order by seq limit ${limit}`.execute(deed.trx);
  return rows;
}

/** The rows of these actions, oldest first; of each action the newest `most`. */
export async function eventsOf(deed: Deed, ticketId: string, actions: readonly string[], most: number): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    select ${eventColumns} from (
      select e.*, row_number() over (partition by e.action order by e.seq desc) as back from ticket_events e
       where e.brand_id = ${deed.brandId} and e.ticket_id = ${ticketId} and e.action = any(${actions}::text[])) as of_them
     where back <= ${most}
     order by seq`.execute(deed.trx);
  return rows;
}

type NoteRow = Omit<NoteView, 'createdAt'> & { createdAt: Date };

/** Notes behind an id, oldest first. */
export async function notes(deed: Deed, ticketId: string, after: string, limit: number): Promise<NoteRow[]> {
  return await deed.trx
    .selectFrom('notes')
    .select(['id', 'visibility', 'body', 'author_id as authorId', 'created_at as createdAt'])
    .where('brand_id', '=', deed.brandId)
    .where('ticket_id', '=', ticketId)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** Adds a note. */
export async function insertNote(deed: Deed, ticketId: string, note: NoteRow): Promise<void> {
  await deed.trx
    .insertInto('notes')
    .values({
      brand_id: deed.brandId,
      id: note.id,
      ticket_id: ticketId,
      visibility: note.visibility,
      body: note.body,
      author_id: note.authorId,
      created_at: note.createdAt,
    })
    .execute();
}
