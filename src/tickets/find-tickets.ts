// Reads tickets: one whole, a searched list, the history.
import type { Deed } from '#access/deed.ts';
import { identifierHints, readIdentifier } from '#lookup/normalize.ts';
import { type Page, page, pageById, readCursor } from '#platform/http/page.ts';
import { readTicketCode } from '#platform/id.ts';
import { Problem } from '#problems.ts';
import type { QuoteView } from '#quotes/quote.ts';
import { centerHouse } from '#service-centers/center-calendar.ts';
import { readPolicy } from '#service-centers/manage-policies.ts';
import { type EventRow, events, notes } from './history-store.ts';
import { orderOf, search } from './search-store.ts';
import { byId, type TicketRow } from './store.ts';
import { MOST, type NoteView, type TicketEvent, type TicketSearch, type TicketView } from './ticket.ts';
import { quoteView, ticketView } from './view.ts';

/** The ticket's row, or not_found where it is not there for this actor. */
export async function ticketRow(deed: Deed, ticketId: string): Promise<TicketRow> {
  const row = await byId(deed, ticketId);
  if (row === undefined) throw new Problem('not_found', 'There is no such ticket for your key. Check the id.');
  return row;
}

/** One ticket as the actor may see it. Problem: not_found. */
export async function readTicket(deed: Deed, ticketId: string): Promise<TicketView> {
  return ticketView(deed, await ticketRow(deed, ticketId));
}

/** Every version of the quote, oldest first. Problem: not_found. */
export async function readQuotes(deed: Deed, ticketId: string): Promise<QuoteView[]> {
  return (await ticketRow(deed, ticketId)).quotes.slice(-MOST.quotes).map(quoteView);
}

const identifierHash = (deed: Deed, pointer: 'serial' | 'imei', value: string | undefined): Buffer | undefined => {
  if (value === undefined) return undefined;
  const read = readIdentifier(value, pointer);
  if (read.ok) return deed.seal.hash('identifier', read.norm);
  throw new Problem('validation_failed', identifierHints[read.hint], { errors: [{ in: 'query', pointer: `/${pointer}`, code: read.hint }] });
};

const HOUR_MS = 3_600_000;

/** Until when a clock is due soon: by the policy of the center that is looked at, or of the brand where all of them are. */
async function soonOf(deed: Deed, { dueSoon, centerId }: TicketSearch): Promise<Date> {
  if (dueSoon === undefined) return deed.now;
  const center = centerId ?? deed.actor.centerId;
  const { policy } = center === null ? await readPolicy(deed) : await centerHouse(deed, center);
  return new Date(deed.now.getTime() + policy.dueSoonHours * HOUR_MS);
}

/** Tickets the actor may see, last changed first; those that are due, longest due first. Problems: cursor_invalid, validation_failed. */
export async function findTickets(deed: Deed, query: TicketSearch): Promise<Page<TicketView>> {
  const scope = { list: `tickets:${orderOf(query)}`, brandId: deed.brandId, actorId: deed.actor.id, filter: query };
  const after = readCursor(deed.seal, scope, query.cursor);
  const rows = await search(deed, {
    ...query,
    serialHash: identifierHash(deed, 'serial', query.serial),
    imeiHash: identifierHash(deed, 'imei', query.imei),
    soon: await soonOf(deed, query),
    // A code that cannot be one matches nothing, like one that is not there.
    code: query.code === undefined ? undefined : (readTicketCode(query.code) ?? ''),
    after: after === null ? null : { at: String(after[0]), id: String(after[1]) },
  });
  return page(
    deed.seal,
    scope,
    rows,
    query.limit,
    (row) => [row.at, row.id],
    (row) => ticketView(deed, row),
  );
}

const eventView = ({ seq, action, from, to, actorKind, actorId, reason, customerNote, data, suppressed, occurredAt }: EventRow): TicketEvent => ({
  seq,
  action,
  from,
  to,
  actor: { kind: actorKind, id: actorId },
  reason,
  customerNote,
  data,
  suppressed,
  occurredAt: occurredAt.toISOString(),
});

/** The history, oldest first. Problems: not_found, cursor_invalid. */
export async function readHistory(deed: Deed, ticketId: string, query: { limit: number; cursor?: string | undefined }): Promise<Page<TicketEvent>> {
  await ticketRow(deed, ticketId);
  const scope = { list: 'history', brandId: deed.brandId, filter: { ticketId } };
  const after = readCursor(deed.seal, scope, query.cursor);
  const rows = await events(deed, ticketId, Number(after?.[0] ?? 0), query.limit + 1);
  return page(deed.seal, scope, rows, query.limit, (row) => [row.seq], eventView);
}

/** The notes, oldest first. Problems: not_found, cursor_invalid. */
export async function readNotes(deed: Deed, ticketId: string, query: { limit: number; cursor?: string | undefined }): Promise<Page<NoteView>> {
  await ticketRow(deed, ticketId);
  const scope = { list: 'notes', brandId: deed.brandId, filter: { ticketId } };
  const after = readCursor(deed.seal, scope, query.cursor);
  const rows = await notes(deed, ticketId, String(after?.[0] ?? ''), query.limit + 1);
  return pageById(deed.seal, scope, rows, query.limit, (row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
}
