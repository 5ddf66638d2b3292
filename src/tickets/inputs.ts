// What each action of the lifecycle takes from the caller, and what it records.
import { z } from 'zod';
import { day, id, instantInput, int4, Locale, Money, text } from '#platform/schema.ts';
import { Status } from './status.ts';

/** How a customer's yes or no reached the center; kept with the decision (16 CCR 2722 asks date, time, person, phone). */
export const Consent = z
  .strictObject({
    method: z.enum(['phone', 'in_person', 'email', 'message', 'signature']),
    takenBy: text(80).meta({ description: 'The member of staff who heard it.' }),
    givenAt: instantInput(),
    phoneCalled: text(32).optional(),
    textVersion: text(40).meta({ description: 'Version of the consent text that was read out or signed.' }),
    locale: Locale,
  })
  .refine((consent) => consent.method !== 'phone' || consent.phoneCalled !== undefined, {
    error: 'is required when the method is phone',
    path: ['phoneCalled'],
  })
  .meta({
    id: 'Consent',
    example: {
      method: 'phone',
      takenBy: 'Lin',
      givenAt: '2026-11-22T09:30:00+08:00',
      phoneCalled: '+8613800000000',
      textVersion: 'quote-1',
      locale: 'zh-CN',
    },
  });
export type Consent = z.infer<typeof Consent>;

/** One line of a quote. `unitPrice` is in minor units; a discount is a line of kind `discount`, counted negative. */
export const QuoteLine = z
  .strictObject({
    kind: z.enum(['part', 'labor', 'diagnosis', 'shipping', 'discount', 'other']),
    text: text(200),
    quantity: int4(1, 999),
    unitPrice: int4(0, 100_000_000),
  })
  .meta({ id: 'QuoteLine', example: { kind: 'part', text: 'Battery, original', quantity: 1, unitPrice: 39900 } });
export type QuoteLine = z.infer<typeof QuoteLine>;

/** A price offered to the customer. */
export const QuoteOffer = z
  .strictObject({
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .max(3),
    lines: z.array(QuoteLine).min(1).max(100),
    diagnosisFee: int4(0, 100_000_000).meta({ description: 'Charged if the customer declines; minor units.' }),
    validDays: int4(1, 365),
    promisedDays: int4(1, 365).meta({ description: 'Working days from approval to ready.' }),
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

/** Something that came with the device. */
export const Accessory = z
  .strictObject({ type: text(60), quantity: int4(1, 99), note: text(200).optional() })
  .meta({ id: 'Accessory', example: { type: 'charger', quantity: 1 } });

/** How one area of the device looked at intake. */
export const Condition = z
  .strictObject({
    area: text(60),
    grade: z.enum(['as_new', 'used', 'scratched', 'cracked', 'dented', 'missing', 'liquid']),
    note: text(200).optional(),
  })
  .meta({ id: 'Condition', example: { area: 'screen', grade: 'cracked', note: 'lower left corner' } });

const none = z.strictObject({});

/** Input schemas by action. Strict: an unknown field is refused, not ignored. */
export const inputs = {
  'intake.open': z.strictObject({
    contactVerified: z.literal(true).meta({ description: 'Return address and contact were read back to the customer.' }),
    backupConsent: Consent.meta({ description: 'The customer knows that data may be lost.' }),
  }),
  'device.receive': z
    .strictObject({
      serialScanned: text(200).optional(),
      serialUnreadable: z.literal(true).optional(),
      acceptMismatch: z.literal(true).optional().meta({ description: 'Take the device in although the serial differs; recorded.' }),
      accessories: z.array(Accessory).max(50),
      condition: z.array(Condition).min(1).max(50),
      powersOn: z.boolean(),
      receivedBy: text(80),
    })
    .refine((input) => (input.serialScanned === undefined) !== (input.serialUnreadable === undefined), {
      error: 'give serialScanned, or serialUnreadable: true',
      path: ['serialScanned'],
    }),
  'shipment.collected': none,
  'diagnosis.start': z.strictObject({ technician: text(80) }),
  'quote.send': z.strictObject({ offer: QuoteOffer }),
  'coverage.accept': z.strictObject({
    basis: text(200).meta({ description: 'Why it costs nothing, in words for the customer.' }),
    evidence: text(500),
  }),
  'diagnosis.no_fault': z.strictObject({ evidence: text(1000) }),
  'diagnosis.unrepairable': z.strictObject({ why: text(500).meta({ description: 'In words for the customer.' }), evidence: text(1000) }),
  'quote.approve': z.strictObject({ quoteId: id('quote'), amountShown: Money, consent: Consent }),
  'quote.decline': z.strictObject({ quoteId: id('quote'), consent: Consent }),
  'parts.order': z.strictObject({
    parts: z
      .array(z.strictObject({ partNo: text(60), name: text(100), expectedOn: day() }))
      .min(1)
      .max(50),
  }),
  'parts.receive': z.strictObject({ partIds: z.array(id('part')).min(1).max(50) }),
  'repair.start': z.strictObject({ technician: text(80) }),
  'repair.finish': z.strictObject({ work: z.array(text(300)).min(1).max(50) }),
  'qc.fail': z.strictObject({
    failed: z
      .array(z.strictObject({ check: text(100), note: text(300) }))
      .min(1)
      .max(50),
    inspector: text(80),
  }),
  'qc.pass': z.strictObject({
    passed: z.array(text(100)).min(1).max(100),
    inspector: text(80),
    outcome: z.enum(['repaired', 'replaced']),
  }),
  'shipment.dispatched': none,
  'device.hand_over': z.strictObject({
    identityCheck: z.enum(['ticket_code', 'id_document', 'signature', 'one_time_code']),
    handedOverBy: text(80),
  }),
  'shipment.delivered': none,
  'ticket.settle': none,
  'ticket.cancel': z.strictObject({ requestedBy: z.enum(['customer', 'center']) }),
  'admin.correct': z.strictObject({ to: Status }),
} as const;
export type Inputs = { [A in keyof typeof inputs]: z.infer<(typeof inputs)[A]> };
