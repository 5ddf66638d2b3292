// Records the customer's yes or no to a quote: the first one stands, and who decides twice is told what is recorded.
import type { Deed } from '#access/deed.ts';
import { Problem } from '#problems.ts';
import { advanceTicket } from '#tickets/advance-ticket.ts';
import { type Refusal, refusals } from '#tickets/refusals.ts';
import type { QuoteDecision, QuoteDecisionInput } from './link-decision.ts';
import { decisionOn } from './link-projection.ts';
import { lockTicket, sentQuote } from './link-store.ts';
import type { RecordedDecision } from './link-ticket.ts';
import { ticketOf } from './use-link.ts';

const refused = (refusal: Refusal): Problem => new Problem('transition_refused', refusals[refusal], { refusal });

const words = { approve: 'approved', decline: 'declined' } as const;

function contradicts({ decision, decidedAt, by }: RecordedDecision, timeZone: string): Problem {
  const detail = `The quote was ${words[decision]} on ${decidedAt}, and that stands. To change it, please call the service center.`;
  return new Problem('transition_refused', detail, { refusal: 'quote_decided', decision: { decision, decidedAt, by }, timeZone });
}

/** How a customer says yes or no at this moment; `evidence` tells no person and no address. */
export const consentByLink = ({ now }: Deed, { textVersion, locale }: Pick<QuoteDecisionInput, 'textVersion' | 'locale'>, evidence: string) => ({
  method: 'link' as const,
  givenAt: now.toISOString(),
  textVersion,
  locale,
  evidence,
});

/**
 * Decides the quote as shown. The same decision again answers what is recorded.
 * Problems: transition_refused (quote_unknown, quote_superseded, quote_expired, amount_differs, quote_decided), transition_not_allowed.
 */
export async function decideByLink(deed: Deed, asked: QuoteDecisionInput, evidence: string): Promise<QuoteDecision> {
  const ticketId = ticketOf(deed);
  const { quoteId, decision, amountShown } = asked;
  await lockTicket(deed, ticketId);
  const quote = await sentQuote(deed, ticketId, quoteId);
  if (quote === undefined) throw refused('quote_unknown');
  if (quote.status === 'superseded' || quote.status === 'expired') throw refused(`quote_${quote.status}`);
  if (amountShown.amount !== quote.total || amountShown.currency !== quote.currency) throw refused('amount_differs');
  const recorded = decisionOn(quote);
  if (recorded !== null) {
    if (recorded.decision !== decision) throw contradicts(recorded, quote.timeZone);
    return { ...recorded, alreadyDecided: true };
  }
  const consent = consentByLink(deed, asked, evidence);
  const command =
    decision === 'approve'
      ? ({ action: 'quote.approve', input: { quoteId, amountShown, consent } } as const)
      : ({ action: 'quote.decline', input: { quoteId, consent, wish: asked.wish } } as const);
  await advanceTicket(deed, { ticketId, expectedVersion: null, command });
  const decided = await sentQuote(deed, ticketId, quoteId);
  const made = decided === undefined ? null : decisionOn(decided);
  if (made === null) throw new Error('a decided quote has no decision');
  return { ...made, alreadyDecided: false };
}
