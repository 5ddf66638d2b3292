// What each action of the lifecycle takes from the caller, and what it records.
import { z } from 'zod';
import { dayInput, id, instantInput, int4, Money, text } from '#platform/schema.ts';
import { QuoteOffer, Wish } from '#quotes/quote.ts';
import { Consent } from './consent.ts';
import { HoldReason } from './holds.ts';
import { PromiseReason } from './promise.ts';
import { Status } from './status.ts';

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

/** Something that came otherwise than it was announced. */
export const Discrepancy = z.enum(['serial', 'missing_item', 'extra_item', 'transit_damage']).meta({ id: 'Discrepancy', example: 'missing_item' });
export type Discrepancy = z.infer<typeof Discrepancy>;

/** The customer's yes to this record. */
export const Acknowledgement = z
  .strictObject({ method: z.enum(['signature', 'one_time_code', 'in_person']), at: instantInput(), file: id('file').optional() })
  .meta({ id: 'Acknowledgement', example: { method: 'signature', at: '2026-11-22T09:30:00+08:00' } });

/** What a diagnosis found: symptom as told, fault as found, its cause, in the maker's codes or the center's. */
export const Fault = z
  .strictObject({ symptom: text(40), fault: text(40).optional(), cause: text(40).optional() })
  .meta({ id: 'Fault', example: { symptom: 'NO_CHARGE', fault: 'BATTERY_WORN', cause: 'AGE' } });

/** One line of the quality checklist. */
export const Check = z
  .strictObject({
    check: text(100).meta({ description: "A key of the center's checklist, or words of your own." }),
    result: z.enum(['pass', 'not_applicable']),
    measured: text(200).optional(),
    file: id('file').optional(),
  })
  .meta({ id: 'QualityCheck', example: { check: 'charging', result: 'pass', measured: '2.1 A' } });

/** The unit that took the place of the one that came in. */
export const UnitSwap = z
  .strictObject({
    serial: text(200),
    kind: z.enum(['same_model', 'equivalent', 'refurbished']),
    warranty: z.enum(['remaining', 'restart']),
    why: text(500),
  })
  .meta({ id: 'UnitSwap', example: { serial: 'C8QH7T2KPL1N', kind: 'same_model', warranty: 'restart', why: 'Board beyond repair' } });

const none = z.strictObject({});

const offerOrDraft = {
  offer: QuoteOffer.optional(),
  quoteId: id('quote').optional().meta({ description: 'The draft to send instead of an offer.' }),
};
const offer = <T extends z.ZodRawShape>(more: T) =>
  z
    .strictObject({ ...offerOrDraft, ...more })
    .refine((input: { offer?: unknown; quoteId?: unknown }) => (input.offer === undefined) !== (input.quoteId === undefined), {
      error: 'give offer, or the quoteId of a draft',
      path: ['offer'],
    });

const hold = z.strictObject({
  reason: HoldReason,
  resumeBy: instantInput().meta({ description: 'By then it goes on, or both sides hear of it.' }),
  customerText: text(500).optional().meta({ description: 'What the customer should know or do, in your words; sent with the message.' }),
  internalText: text(1000).optional(),
});

const photos = () => z.array(id('file')).max(50).optional();

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
      simRemoved: z.boolean().optional(),
      memoryCardRemoved: z.boolean().optional(),
      screenLock: z.enum(['none', 'turned_off', 'locked', 'not_tested']).optional(),
      discrepancies: z
        .array(Discrepancy.exclude(['serial']))
        .max(3)
        .optional()
        .meta({
          description: 'What came otherwise than announced; the customer is asked how to go on. A serial that differs counts without being named.',
        }),
      packaging: text(300).optional().meta({ description: 'How the parcel looked when it was opened.' }),
      diagnosisFee: Money.optional().meta({ description: 'What the customer was told the diagnosis costs on a decline. Default: nothing.' }),
      acknowledgement: Acknowledgement.optional(),
      promisedAt: instantInput()
        .optional()
        .meta({ description: 'The day promised to the customer. Default: by the policy and the hours of the center.' }),
      receivedBy: text(80),
    })
    .refine((input) => (input.serialScanned === undefined) !== (input.serialUnreadable === undefined), {
      error: 'give serialScanned, or serialUnreadable: true',
      path: ['serialScanned'],
    }),
  'shipment.collected': none,
  'intake.withdraw': none,
  'transfer.receive': z.strictObject({ receivedBy: text(80) }),
  'intake.expire': none,
  'diagnosis.start': z.strictObject({ technician: text(80) }),
  'diagnosis.record': z.strictObject({
    technician: text(80),
    findings: text(2000),
    faults: z.array(Fault).max(20),
    reproducible: z.enum(['always', 'sometimes', 'never', 'not_tested']),
    liquid: z.boolean().optional(),
    impact: z.boolean().optional(),
    minutes: int4(0, 10_000).optional(),
    photos: photos(),
  }),
  'diagnosis.reopen': z.strictObject({ technician: text(80).optional() }),
  'quote.draft': z.strictObject({ offer: QuoteOffer }),
  'quote.send': offer({}),
  'quote.supersede': offer({}),
  'quote.revise': offer({ why: text(500).meta({ description: 'Why it costs more, in words for the customer.' }) }),
  'quote.expire': none,
  'coverage.accept': z.strictObject({
    basis: text(200).meta({ description: 'Why it costs nothing, in words for the customer.' }),
    evidence: text(500),
  }),
  'diagnosis.no_fault': z.strictObject({ evidence: text(1000) }),
  'diagnosis.unrepairable': z.strictObject({ why: text(500).meta({ description: 'In words for the customer.' }), evidence: text(1000) }),
  'quote.approve': z.strictObject({ quoteId: id('quote'), amountShown: Money, consent: Consent }),
  'quote.decline': z.strictObject({
    quoteId: id('quote'),
    consent: Consent,
    wish: Wish.optional().meta({ description: 'What becomes of the device. Default: return. A disposal takes disposal.consent as well.' }),
  }),
  'parts.order': z.strictObject({
    parts: z
      .array(
        z.strictObject({
          partNo: text(60),
          name: text(100),
          expectedOn: dayInput(),
          grade: z.enum(['original', 'compatible', 'refurbished']).optional(),
        }),
      )
      .min(1)
      .max(50),
  }),
  'parts.delay': z.strictObject({
    parts: z
      .array(z.strictObject({ partId: id('part'), expectedOn: dayInput() }))
      .min(1)
      .max(50),
  }),
  'parts.receive': z.strictObject({ partIds: z.array(id('part')).min(1).max(50) }),
  'parts.fit': z.strictObject({
    fitted: z
      .array(z.strictObject({ partId: id('part'), serialOld: text(100).optional(), serialNew: text(100).optional() }))
      .min(1)
      .max(50),
  }),
  'parts.return': z.strictObject({ partIds: z.array(id('part')).min(1).max(50) }),
  'repair.start': z.strictObject({ technician: text(80) }),
  'repair.finish': z.strictObject({ work: z.array(text(300)).min(1).max(50), technician: text(80).optional() }),
  'repair.abandon': z.strictObject({
    why: text(500).meta({ description: 'In words for the customer.' }),
    evidence: text(1000),
    charge: int4(0, 100_000_000).meta({ description: 'What is charged all the same; minor units of the quote, at most what was approved.' }),
  }),
  'qc.fail': z.strictObject({
    failed: z
      .array(z.strictObject({ check: text(100), note: text(300) }))
      .min(1)
      .max(50),
    inspector: text(80),
  }),
  'qc.pass': z
    .strictObject({
      checks: z.array(Check).min(1).max(100),
      inspector: text(80),
      outcome: z.enum(['repaired', 'replaced']),
      swap: UnitSwap.optional().meta({ description: 'Required when the outcome is replaced.' }),
    })
    .refine((input) => (input.outcome === 'replaced') === (input.swap !== undefined), { error: 'goes with the outcome replaced', path: ['swap'] }),
  'shipment.dispatched': none,
  'shipment.returned': none,
  'device.hand_over': z.strictObject({
    identityCheck: z.enum(['ticket_code', 'id_document', 'signature', 'one_time_code']),
    handedOverBy: text(80),
  }),
  'shipment.delivered': none,
  'delivery.dispute': z.strictObject({ what: z.enum(['not_received', 'wrong_device', 'damaged', 'fault_not_fixed']), details: text(1000) }),
  'ticket.settle': none,
  'ticket.cancel': z.strictObject({ requestedBy: z.enum(['customer', 'center']) }),
  'disposal.consent': z.strictObject({
    consent: Consent,
    wipeCertificate: text(100).optional().meta({ description: 'Number of the certificate that the data was destroyed.' }),
  }),
  'storage.dispose': z.strictObject({ signedOffBy: text(80), wipeCertificate: text(100) }),
  'hold.open': hold,
  'hold.change': hold,
  'hold.resume': none,
  'promise.change': z.strictObject({
    promisedAt: instantInput(),
    reason: PromiseReason.extract(['part_delayed', 'workload', 'technical', 'customer_wish', 'correction']),
    note: text(500).optional().meta({ description: 'Why, in your words to the customer; sent with the message.' }),
  }),
  'admin.reopen': none,
  'admin.correct': z.strictObject({ to: Status }),
} as const;
export type Inputs = { [A in keyof typeof inputs]: z.infer<(typeof inputs)[A]> };
