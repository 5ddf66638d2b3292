// Reads what is known of the files on a ticket: for keys, and for the ticket's own customer.
import type { Deed } from '#access/deed.ts';
import { type Page, pageById, readCursor } from '#platform/http/page.ts';
import { Problem } from '#problems.ts';
import type { CustomerFile, FileKind, FileView, FileVisibility } from './file.ts';
import * as store from './store.ts';
import { customerFile, fileView } from './view.ts';

/** Problem: not_found, where there is no such ticket for this actor. */
export async function mustSeeTicket(deed: Deed, ticketId: string): Promise<void> {
  if (!(await store.seesTicket(deed, ticketId))) throw new Problem('not_found', 'There is no such ticket for your key. Check the id.');
}

/** What a list of files is asked for. */
export interface FileQuery {
  kind?: FileKind | undefined;
  visibility?: FileVisibility | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** The files of a ticket, oldest first. Problems: not_found, cursor_invalid. */
export async function listFiles(deed: Deed, ticketId: string, query: FileQuery): Promise<Page<FileView>> {
  await mustSeeTicket(deed, ticketId);
  const { kind, visibility, limit, cursor } = query;
  const scope = { list: 'files:id', brandId: deed.brandId, filter: { ticketId, kind, visibility } };
  const position = readCursor(deed.seal, scope, cursor);
  const after = position === null ? null : String(position[0]);
  const rows = await store.ofTicket(deed, { ticketId, kind, visibility, after }, limit + 1);
  return pageById(deed.seal, scope, rows, limit, (row) => fileView(deed, row));
}

/** The file's row. Problem: not_found. */
export async function fileRow(deed: Deed, fileId: string): Promise<store.FileRow> {
  const row = await store.byId(deed, fileId);
  if (row === undefined) throw new Problem('not_found', 'There is no such file for your key. Check the id.');
  return row;
}

/** One file. Problem: not_found. */
export async function readFile(deed: Deed, fileId: string): Promise<FileView> {
  return fileView(deed, await fileRow(deed, fileId));
}

const CUSTOMER_FILES = 100;

/** What the customer of a ticket may see of its files, oldest first, at most a hundred. The caller has made sure whose ticket it is. */
export async function customerFiles(deed: Deed, ticketId: string): Promise<CustomerFile[]> {
  const rows = await store.ofTicket(deed, { ticketId, visibility: 'customer', after: null }, CUSTOMER_FILES);
  return rows.map((row) => customerFile(deed, row));
}

/** Problem: validation_failed, where one of these ids names no file of the ticket. */
export async function mustBelong(deed: Deed, ticketId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const there = new Set(await store.amongThose(deed, ticketId, ids));
  const missing = ids.find((id) => !there.has(id));
  if (missing === undefined) return;
  throw new Problem('validation_failed', `${missing} is no file of this ticket. Upload it first, or leave it out.`, {
    errors: [{ in: 'body', pointer: '/input', code: 'file_unknown' }],
  });
}
