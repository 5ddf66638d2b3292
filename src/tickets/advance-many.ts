// Up to a hundred transitions in one call: each stands or falls by itself.
import type { Deed } from '#access/deed.ts';
import { inSavepoint } from '#platform/db/savepoint.ts';
import { Problem } from '#problems.ts';
import { advanceTicket, type Step } from './advance-ticket.ts';
import type { TicketView } from './ticket.ts';

/** What became of one item. */
export type ItemResult = { ok: true; ticket: TicketView } | { ok: false; problem: Problem };

const byTicket = (a: { step: Step }, b: { step: Step }): number => {
  if (a.step.ticketId === b.step.ticketId) return 0;
  return a.step.ticketId < b.step.ticketId ? -1 : 1;
};

/**
 * Runs every step in a savepoint of the one transaction, so that a refused item undoes itself alone.
 * Tickets are locked in the order of their ids: two batches over the same tickets cannot deadlock.
 */
export async function advanceMany(deed: Deed, steps: readonly Step[]): Promise<ItemResult[]> {
  const results: ItemResult[] = [];
  for (const { step, index } of steps.map((step, index) => ({ step, index })).toSorted(byTicket)) {
    try {
      results[index] = { ok: true, ticket: await inSavepoint(deed.trx, () => advanceTicket(deed, step)) };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      results[index] = { ok: false, problem: error };
    }
  }
  return results;
}
