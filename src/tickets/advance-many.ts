// Up to a hundred transitions in one call: each stands or falls by itself.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { Problem } from '#problems.ts';
import { advanceTicket, type Step } from './advance-ticket.ts';
import type { TicketView } from './ticket.ts';

/** What became of one item. */
export type ItemResult = { ok: true; ticket: TicketView } | { ok: false; problem: Problem };

/**
 * Runs every step in a savepoint of the one transaction, so that a refused item undoes itself alone.
 * Tickets are locked in the order of their ids: two batches over the same tickets cannot deadlock.
 */
export async function advanceMany(deed: Deed, steps: readonly Step[]): Promise<ItemResult[]> {
  const results = new Map<number, ItemResult>();
  const order = steps
    .map((step, index) => ({ step, index }))
    .toSorted((a, b) => (a.step.ticketId < b.step.ticketId ? -1 : a.step.ticketId > b.step.ticketId ? 1 : a.index - b.index));
  for (const { step, index } of order) {
    await sql`savepoint item`.execute(deed.trx);
    try {
      results.set(index, { ok: true, ticket: await advanceTicket(deed, step) });
      await sql`release savepoint item`.execute(deed.trx);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      await sql`rollback to savepoint item`.execute(deed.trx);
      results.set(index, { ok: false, problem: error });
    }
  }
  return steps.map((_, index) => results.get(index) ?? { ok: false, problem: new Problem('internal', 'The item was not reached.') });
}
