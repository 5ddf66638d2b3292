// What the customer asks for by link: a decision about the quote, one of the few actions that are the customer's, a re-repair.
import { z } from 'zod';
import { id, Locale, Money, text } from '#platform/schema.ts';
import { Wish } from '#quotes/quote.ts';
import { DisputeWhat, RecordedDecision, Verdict } from './link-ticket.ts';

const textVersion = () => text(40).meta({ description: 'Version of the text that was shown beside the button.' });

/** Yes or no to a quote, with what the customer saw. */
export const QuoteDecisionInput = z
  .strictObject({
    quoteId: id('quote'),
    decision: Verdict,
    amountShown: Money.meta({ description: 'The total as it was shown. It must be the stored one.' }),
    wish: Wish.optional().meta({ description: 'With decline: what becomes of the device. Default: return.' }),
    textVersion: textVersion(),
    locale: Locale.meta({ description: 'The language it was shown in.' }),
  })
  .refine((input) => input.wish === undefined || input.decision === 'decline', { error: 'goes with decline', path: ['wish'] })
  .meta({
    id: 'QuoteDecisionInput',
    example: {
      quoteId: 'quo_01kam3w0xf8q9r2s4t6v8w0x1y',
      decision: 'approve',
      amountShown: { amount: 45900, currency: 'CNY' },
      textVersion: 'quote-1',
      locale: 'zh-CN',
    },
  });
export type QuoteDecisionInput = z.infer<typeof QuoteDecisionInput>;

/** The decision that stands. */
export const QuoteDecision = RecordedDecision.extend({
  alreadyDecided: z.boolean().meta({ description: 'It was decided so before this call, which changed nothing.' }),
}).meta({
  id: 'QuoteDecision',
  example: { decision: 'approve', decidedAt: '2026-11-22T08:00:00.000Z', by: 'customer', wish: null, alreadyDecided: false },
});
export type QuoteDecision = z.infer<typeof QuoteDecision>;

/** The actions of the lifecycle that are the customer's, beside the decision about a quote. */
export const LinkActionInput = z
  .discriminatedUnion('action', [
    z
      .strictObject({ action: z.literal('ticket.cancel'), reason: text(500).optional() })
      .meta({ id: 'CancelByLink', example: { action: 'ticket.cancel', reason: 'I have bought another one' } }),
    z
      .strictObject({
        action: z.literal('delivery.dispute'),
        what: DisputeWhat,
        details: text(1000),
      })
      .meta({ id: 'DisputeByLink', example: { action: 'delivery.dispute', what: 'not_received', details: 'Nobody has rung the bell.' } }),
    z
      .strictObject({ action: z.literal('disposal.consent'), textVersion: textVersion(), locale: Locale })
      .meta({ id: 'DisposalByLink', example: { action: 'disposal.consent', textVersion: 'disposal-1', locale: 'en' } }),
  ])
  .meta({ id: 'LinkActionInput' });
export type LinkActionInput = z.infer<typeof LinkActionInput>;

/** A repair that did not hold. */
export const LinkedReRepairInput = z
  .strictObject({ faultReported: text(1000) })
  .meta({ id: 'LinkedReRepairInput', example: { faultReported: 'It does not charge again' } });
export type LinkedReRepairInput = z.infer<typeof LinkedReRepairInput>;

/** The ticket that follows. */
export const LinkedReRepair = z
  .strictObject({
    code: z.string().max(11).meta({ description: 'The receipt code of the new ticket.' }),
    link: z.string().max(2_100).meta({ description: 'The new ticket has a link of its own. A secret: keep it out of logs.' }),
    alreadyOpened: z.boolean().meta({ description: 'It was opened before this call, which changed nothing.' }),
  })
  .meta({
    id: 'LinkedReRepair',
    example: { code: '4Z8K7M2PQX3', link: 'https://repairs.example.com/t/lnk_(22 characters)', alreadyOpened: false },
  });
export type LinkedReRepair = z.infer<typeof LinkedReRepair>;
