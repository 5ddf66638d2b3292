// Reads the clocks of a ticket: where each stands, and which flags of the law its times raise.
import type { Deed } from '#access/deed.ts';
import { Problem } from '#problems.ts';
import { filled, housePolicy, type Policy } from '#service-centers/policy.ts';
import type { Clock } from './clock.ts';
import { clockView, shownOf, type TicketClocks } from './clock-view.ts';
import { clocksOf } from './columns.ts';
import { legalFlags } from './legal-flags.ts';
import { type ClocksRow, clocksOfTicket } from './store.ts';

/** The clocks of a ticket and its legal flags. Problem: not_found. */
export async function readClocks(deed: Deed, ticketId: string): Promise<TicketClocks> {
  const row = await clocksOfTicket(deed, ticketId);
  if (row === undefined) throw new Problem('not_found', 'There is no such ticket for your key. Check the id.');
  const { now } = deed;
  const clocks = clocksOf(row.clocks).toSorted((a, b) => a.startedAt.getTime() - b.startedAt.getTime());
  const legal = legalFlags({
    jurisdiction: row.jurisdiction,
    now,
    clocks,
    earlierRepairs: row.earlierRepairs.map((repair) => ({ ...repair, repairedAt: new Date(repair.repairedAt) })),
    repairedAt: row.repairedAt,
    repairStartedAt: row.repairStartedAt,
    partsOutstanding: row.partsOutstanding.map((part) => ({ ...part, orderedAt: new Date(part.orderedAt) })),
    quotes: row.quotes.map((quote) => ({ ...quote, sentAt: new Date(quote.sentAt) })),
  });
  const shown = shownOf(clocks).map((clock) => clockView(clock, startedUnder(clock, row), now));
  return { ticketId, asOf: now.toISOString(), clocks: shown, legal };
}

/** Versions count for a center and for its brand apart: it was the center's own where it had one of that number by then. */
function startedUnder(clock: Clock, { policies, startedBy }: ClocksRow): Policy {
  const then = policies.filter(({ version, effectiveAt }) => version === clock.policyVersion && new Date(effectiveAt) <= clock.startedAt);
  const center = startedBy[`${clock.name} ${clock.run}`];
  const found = then.find(({ centerId }) => centerId === center) ?? then.find(({ centerId }) => centerId === '*');
  return found === undefined ? housePolicy : filled(found.body);
}
