// Which tickets of its brand a caller may see; one place, because every feature that hangs on tickets asks.
import { type RawBuilder, sql } from 'kysely';
import type { Actor } from './actor.ts';

/** A condition on `tickets t`: a center sees its center's tickets, a courier those it opened, a customer the one of the link, the others every one of the brand. */
export function visibleTo(actor: Actor): RawBuilder<unknown> {
  if (actor.kind === 'center') return sql`and t.center_id = ${actor.centerId}`;
  if (actor.kind === 'courier') return sql`and t.opened_by = ${actor.id}`;
  if (actor.kind === 'customer') return sql`and t.id = ${actor.ticketId ?? null}`;
  return sql``;
}
