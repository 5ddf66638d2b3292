// Takes the steps of a ticket that a parcel has caused, and remembers which.
import type { Deed } from '#access/deed.ts';
import { Problem } from '#problems.ts';
import { advanceTicket } from '#tickets/advance-ticket.ts';
import type { Command } from '#tickets/lifecycle.ts';
import { movesOf } from './parcel-moves.ts';
import type { Bond, TicketOfParcel } from './store.ts';

/** Moves the ticket, which is locked, as far as it may; answers the bond as it is then: the same object where nothing changed. */
export async function moveTicket(
  deed: Deed,
  parcel: Parameters<typeof movesOf>[0] & { id: string },
  ticket: TicketOfParcel & { bond: Bond },
): Promise<Bond> {
  const { bond } = ticket;
  const { take, behind } = movesOf(parcel, { ...ticket, caused: bond.caused });
  const caused = [...bond.caused, ...behind];
  for (const action of take) {
    if (!(await advanced(deed, ticket.id, { action, input: {} }, parcel.id))) break;
    caused.push(action);
  }
  return caused.length === bond.caused.length ? bond : { ...bond, caused };
}

/** False where the ticket may not take the step after all; nothing has been written then, and the scan is kept. */
export async function advanced(deed: Deed, ticketId: string, command: Command, parcelId?: string): Promise<boolean> {
  try {
    await advanceTicket(deed, { ticketId, expectedVersion: null, command, parcelId });
    return true;
  } catch (error) {
    if (error instanceof Problem && (error.code === 'transition_not_allowed' || error.code === 'transition_refused')) return false;
    throw error;
  }
}
