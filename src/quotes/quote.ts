// The price contract as callers offer it and read it.
import { z } from 'zod';
import { id, instant, int4, Money, text } from '#platform/schema.ts';

/** One line of a quote. Amounts are in minor units; a discount is a line of kind `discount`, counted negative. */
export const QuoteLine = z
  .strictObject({
    kind: z.enum(['part', 'labor', 'diagnosis', 'shipping', 'discount', 'other']),
    text: text(200),
    quantity: int4(1, 999),
    unitPrice: int4(0, 100_000_000),
    tax: int4(0, 100_000_000).optional().meta({ description: 'Of the whole line, on top of it; minor units. Default 0.' }),
    partGrade: z.enum(['original', 'compatible', 'refurbished']).optional(),
    coveredPercent: int4(0, 100).optional().meta({ description: 'Share of the price a warranty pays. Default 0.' }),
  })
  .meta({ id: 'QuoteLine', example: { kind: 'part', text: 'Battery', quantity: 1, unitPrice: 39900, partGrade: 'original', tax: 0 } });
export type QuoteLine = z.infer<typeof QuoteLine>;

/** `eu_erif`: the European Repair Information Form of Directive (EU) 2024/1799 Art. 4, whose terms bind for 30 days. */
export const QuoteForm = z.enum(['standard', 'eu_erif']).meta({ id: 'QuoteForm', example: 'standard' });

/** A price offered to the customer. */
export const QuoteOffer = z
  .strictObject({
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .max(3),
    lines: z.array(QuoteLine).min(1).max(100),
    diagnosisFee: int4(0, 100_000_000).meta({ description: 'Charged if the customer declines; minor units. At most what was disclosed at intake.' }),
    validDays: int4(1, 365),
    promisedDays: int4(1, 365).meta({ description: 'Working days from approval to ready.' }),
    form: QuoteForm.optional().meta({ description: 'Default: standard.' }),
  })
  .meta({
    id: 'QuoteOffer',
    example: {
      currency: 'CNY',
      lines: [{ kind: 'part', text: 'Battery, original', quantity: 1, unitPrice: 39900 }],
      diagnosisFee: 5000,
      validDays: 30,
      promisedDays: 3,
    },
  });
export type QuoteOffer = z.infer<typeof QuoteOffer>;

/** What can become of a quote; approvals are per version. */
export const QuoteStatus = z.enum(['draft', 'sent', 'approved', 'declined', 'expired', 'superseded']).meta({ id: 'QuoteStatus', example: 'sent' });
export type QuoteStatus = z.infer<typeof QuoteStatus>;

/** What a customer who declines wishes for the device. */
export const Wish = z.enum(['return', 'disposal']).meta({ id: 'Wish', example: 'return' });
export type Wish = z.infer<typeof Wish>;

/** One version of a ticket's quote. */
export const QuoteView = z
  .strictObject({
    id: id('quote'),
    version: int4(1),
    status: QuoteStatus,
    form: QuoteForm,
    lines: z.array(QuoteLine).max(100),
    total: Money,
    diagnosisFee: Money,
    validDays: int4(1, 365),
    validUntil: instant().nullable().meta({ description: 'Null while it is a draft.' }),
    promisedDays: int4(1, 365),
    supersedes: id('quote').nullable().meta({ description: 'The version it takes the place of.' }),
    sentAt: instant().nullable(),
    decidedAt: instant().nullable(),
    decidedBy: z.enum(['customer', 'center', 'system']).nullable(),
    wish: Wish.nullable().meta({ description: 'Of a customer who declined.' }),
  })
  .meta({ id: 'Quote' });
export type QuoteView = z.infer<typeof QuoteView>;

/** A stored quote as JSON carries it out of the database: amounts in minor units, times as text. */
export interface QuoteRow {
  id: string;
  version: number;
  status: QuoteStatus;
  form: 'standard' | 'eu_erif';
  currency: string;
  lines: QuoteLine[];
  total: number;
  diagnosisFee: number;
  validDays: number;
  validUntil: string | null;
  promisedDays: number;
  supersedes: string | null;
  sentAt: string | null;
  decidedAt: string | null;
  decidedBy: 'customer' | 'center' | 'system' | null;
  wish: 'return' | 'disposal' | null;
  reminders: number;
}
