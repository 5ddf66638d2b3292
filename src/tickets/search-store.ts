// All SQL that lists: tickets by filter, history rows, notes.
import { type RawBuilder, sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { visibleTo } from '#access/visible-tickets.ts';
import { statuses } from './lifecycle.ts';
import type { Stage, Status } from './status.ts';
import { columns, type TicketRow } from './store.ts';
import type { NoteView, TicketEvent, TicketSearch } from './ticket.ts';

/** A search with its identifiers hashed and its cursor read. */
export interface Search extends Omit<TicketSearch, 'serial' | 'imei' | 'cursor'> {
  serialHash: Buffer | undefined;
  imeiHash: Buffer | undefined;
  after: { updatedAt: Date; id: string } | null;
}

const statusesOf = (stages: readonly Stage[]): Status[] =>
  (Object.keys(statuses) as Status[]).filter((status) => stages.includes(statuses[status].stage));

function conditions(deed: Deed, s: Search): RawBuilder<unknown>[] {
  const device = (hash: Buffer, types: string[]) =>
    sql`and t.device_id in (select i.device_id from device_identifiers i
        where i.brand_id = ${deed.brandId} and i.value_hash = ${hash} and i.type = any(${types}))`;
  return [
    visibleTo(deed.actor),
    ...(s.serialHash === undefined ? [] : [device(s.serialHash, ['serial'])]),
    ...(s.imeiHash === undefined ? [] : [device(s.imeiHash, ['imei', 'imei2'])]),
    ...(s.code === undefined ? [] : [sql`and t.code = ${s.code}`]),
    ...(s.waybill === undefined
      ? []
      : [sql`and t.id in (select s.ticket_id from shipments s where s.brand_id = ${deed.brandId} and s.waybill = ${s.waybill})`]),
    ...(s.status === undefined ? [] : [sql`and t.status = any(${s.status}::text[])`]),
    ...(s.stage === undefined ? [] : [sql`and t.status = any(${statusesOf(s.stage)}::text[])`]),
    ...(s.centerId === undefined ? [] : [sql`and t.center_id = ${s.centerId}`]),
    ...(s.updatedSince === undefined ? [] : [sql`and t.updated_at >= ${new Date(s.updatedSince)}`]),
    ...(s.after === null ? [] : [sql`and (t.updated_at, t.id) < (${s.after.updatedAt}, ${s.after.id})`]),
  ];
}

/** One row more than asked for, so that the page knows whether there is another. */
export async function search(deed: Deed, s: Search): Promise<TicketRow[]> {
  const { rows } = await sql<TicketRow>`
    select ${columns}, null as recipients from tickets t
    where t.brand_id = ${deed.brandId} ${sql.join(conditions(deed, s), sql` `)}
    order by t.updated_at desc, t.id desc limit ${s.limit + 1}`.execute(deed.trx);
  return rows;
}

/** A row of the history. */
export interface EventRow extends Omit<TicketEvent, 'actor' | 'occurredAt'> {
  actorKind: TicketEvent['actor']['kind'];
  actorId: string;
  occurredAt: Date;
}

/** History rows behind a sequence number, oldest first. */
export async function events(deed: Deed, ticketId: string, after: number, limit: number): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    select seq, action, from_status as "from", to_status as "to", actor_kind as "actorKind", actor_id as "actorId", reason,
           customer_note as "customerNote", data, occurred_at as "occurredAt"
      from ticket_events
     where brand_id = ${deed.brandId} and ticket_id = ${ticketId} and seq > ${after}
     order by seq limit ${limit}`.execute(deed.trx);
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
