// The part of a scene that only some messages carry: what rows without it say nothing of is null.
import type { TicketFacts } from './event.ts';
import type { Scene } from './scene.ts';

type Late = Pick<Scene, 'diagnosis' | 'discrepancies' | 'swap' | 'disputeUntil' | 'repair' | 'wish' | 'entitlement' | 'recalledOn' | 'changed'>;

/** What only some messages carry; `day`: a day in the reader's words. */
export function lateFacts(facts: TicketFacts, day: (iso: string) => string): Late {
  const { diagnosisBy, disputeUntil, repair, entitlement, recalled } = facts;
  return {
    diagnosis: diagnosisBy ? { by: day(diagnosisBy), missed: Date.parse(diagnosisBy) < Date.parse(facts.occurredAt) } : null,
    discrepancies: facts.discrepancies ?? [],
    swap: facts.swap ?? null,
    disputeUntil: disputeUntil ? day(disputeUntil) : null,
    repair: repair ? { ...repair, warrantyUntil: repair.warrantyUntil === null ? null : day(repair.warrantyUntil) } : null,
    wish: facts.wish ?? null,
    entitlement: entitlement ? { ...entitlement, since: day(entitlement.since) } : null,
    recalledOn: recalled ? day(recalled.sentAt) : null,
    changed: facts.changed ?? [],
  };
}
