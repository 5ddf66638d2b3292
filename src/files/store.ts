// All SQL of files. A removed file keeps its row, and is found by nobody any more.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { visibleTo } from '#access/visible-tickets.ts';
import type { FileChange, FileKind, FileVisibility } from './file.ts';
import type { MediaType } from './file-types.ts';

/** A file as it is stored, without its bytes. */
export interface FileRow {
  id: string;
  ticketId: string;
  kind: FileKind;
  visibility: FileVisibility;
  mediaType: MediaType;
  bytes: number;
  sha256: Buffer;
  width: number | null;
  height: number | null;
  caption: string | null;
  takenAt: Date | null;
  uploadedBy: string;
  createdAt: Date;
}

const columns = sql`
  f.id, f.ticket_id as "ticketId", f.kind, f.visibility, f.media_type as "mediaType", f.bytes, f.sha256, f.width, f.height, f.caption,
  f.taken_at as "takenAt", f.uploaded_by as "uploadedBy", f.created_at as "createdAt"`;

/** Whether the actor may see the ticket. */
export async function seesTicket(deed: Deed, ticketId: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from tickets t where t.brand_id = ${deed.brandId} and t.id = ${ticketId} ${visibleTo(deed.actor)}`.execute(deed.trx);
  return rows.length > 0;
}

/** Puts the file on its ticket; answers false where the actor may not see the ticket. */
export async function insert(deed: Deed, row: FileRow): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into files (brand_id, id, ticket_id, kind, visibility, media_type, bytes, sha256, width, height, caption, taken_at, uploaded_by, created_at)
    select t.brand_id, ${row.id}, t.id, ${row.kind}, ${row.visibility}, ${row.mediaType}, ${row.bytes}::integer, ${row.sha256}::bytea,
           ${row.width}::integer, ${row.height}::integer, ${row.caption}, ${row.takenAt}::timestamptz, ${row.uploadedBy}, ${row.createdAt}::timestamptz
      from tickets t
     where t.brand_id = ${deed.brandId} and t.id = ${row.ticketId} ${visibleTo(deed.actor)}`.execute(deed.trx);
  return numAffectedRows === 1n;
}

/** One file, or undefined where it was removed or the actor may not see its ticket. */
export async function byId(deed: Deed, fileId: string): Promise<FileRow | undefined> {
  const { rows } = await sql<FileRow>`
    select ${columns} from files f join tickets t on t.brand_id = f.brand_id and t.id = f.ticket_id
     where f.brand_id = ${deed.brandId} and f.id = ${fileId} and f.removed_at is null ${visibleTo(deed.actor)}`.execute(deed.trx);
  return rows[0];
}

/** Which of a ticket's files are listed. */
export interface Choice {
  ticketId: string;
  kind?: FileKind | undefined;
  visibility?: FileVisibility | undefined;
  /** The id of the last one listed before. */
  after: string | null;
}

/** The files of a ticket, oldest first. */
export async function ofTicket(deed: Deed, choice: Choice, limit: number): Promise<FileRow[]> {
  const { ticketId, kind = null, visibility = null, after } = choice;
  const { rows } = await sql<FileRow>`
    select ${columns} from files f
     where f.brand_id = ${deed.brandId} and f.ticket_id = ${ticketId} and f.removed_at is null
       and f.id > ${after ?? ''}
       and (${kind}::text is null or f.kind = ${kind})
       and (${visibility}::text is null or f.visibility = ${visibility})
     order by f.id limit ${limit}`.execute(deed.trx);
  return rows;
}

/** Which of these ids are files of the ticket. */
export async function amongThose(deed: Deed, ticketId: string, ids: readonly string[]): Promise<string[]> {
  const rows = await deed.trx
    .selectFrom('files')
    .select('id')
    .where('brand_id', '=', deed.brandId)
    .where('ticket_id', '=', ticketId)
    .where('id', 'in', ids)
    .where('removed_at', 'is', null)
    .execute();
  return rows.map(({ id }) => id);
}

/** Changes what may change of a file that the actor was shown. */
export async function change(deed: Deed, fileId: string, { visibility, caption }: FileChange): Promise<FileRow | undefined> {
  const { rows } = await sql<FileRow>`
    update files f
       set visibility = coalesce(${visibility ?? null}, f.visibility), caption = case when ${caption !== undefined} then ${caption ?? null} else f.caption end
     where f.brand_id = ${deed.brandId} and f.id = ${fileId} and f.removed_at is null
    returning ${columns}`.execute(deed.trx);
  return rows[0];
}

/** Marks a file as removed; undefined where it is already. */
export async function remove(deed: Deed, fileId: string): Promise<FileRow | undefined> {
  const { rows } = await sql<FileRow>`
    update files f set removed_at = ${deed.now}
     where f.brand_id = ${deed.brandId} and f.id = ${fileId} and f.removed_at is null
    returning ${columns}`.execute(deed.trx);
  return rows[0];
}

/** Those of these that name a file which is there, or belong to a brand of another installation: the bucket may be shared. */
export async function needed(deed: Deed, files: readonly { brandId: string; fileId: string }[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select asked.id
      from unnest(${files.map(({ brandId }) => brandId)}::text[], ${files.map(({ fileId }) => fileId)}::text[]) as asked (brand_id, id)
     where exists (select from files f where f.brand_id = asked.brand_id and f.id = asked.id and f.removed_at is null)
        or not exists (select from brands b where b.brand_id = asked.brand_id)`.execute(deed.trx);
  return new Set(rows.map(({ id }) => id));
}
