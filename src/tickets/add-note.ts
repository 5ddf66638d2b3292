// Puts a note on a ticket: internal, or for the customer to read.
import type { Deed } from '#access/deed.ts';
import { announce } from '#notifications/announce.ts';
import { newId } from '#platform/id.ts';
import { ticketRow } from './find-tickets.ts';
import { insertNote } from './history-store.ts';
import type { NoteInput, NoteView } from './ticket.ts';

/** Keeps the note; partners hear of it, the customer sees it with the ticket. Problem: not_found. */
export async function addNote(deed: Deed, ticketId: string, input: NoteInput): Promise<NoteView> {
  const ticket = await ticketRow(deed, ticketId);
  const note = { id: newId('note', deed.now.getTime()), ...input, authorId: deed.actor.id, createdAt: deed.now };
  await insertNote(deed, ticket.id, note);
  await announce(deed, {
    type: 'note.added',
    ticketId: ticket.id,
    seq: null,
    facts: { noteId: note.id, occurredAt: deed.now.toISOString() },
  });
  return { ...note, createdAt: deed.now.toISOString() };
}
