// What the public may read about a repair, tier by tier: allow-lists, built field by field.
import { z } from 'zod';
import { day, instant, Money, text } from '#platform/schema.ts';
import { WeekHours } from '#service-centers/week-hours.ts';
import { ReturnMethod, Stage, Status } from '#tickets/status.ts';
import { identifierHints } from './normalize.ts';
import { hints, whos } from './wording.ts';

const sentence = () => z.string().max(300);
/** What to do, step by step, with a line of contact in it. */
const steps = () => z.string().max(1000);

const NextStep = z
  .strictObject({ who: z.enum(whos).meta({ description: 'Who takes it; nobody: nothing is to come.' }), text: steps() })
  .meta({ id: 'NextStep', example: { who: 'us', text: 'When the repair is done we test the device thoroughly.' } });

const StageDay = z
  .strictObject({
    stage: Stage.exclude(['end']),
    label: z.string().max(40),
    reachedOn: day().nullable().meta({ description: 'Day it was first reached, in the time zone of promisedOn; null: not yet, or skipped.' }),
  })
  .meta({ id: 'StageDay', example: { stage: 'repair', label: 'Repair', reachedOn: '2026-11-22' } });

const common = {
  stage: Stage,
  label: z.string().max(40),
  whatThisMeans: sentence(),
  stages: z.array(StageDay).length(5).meta({ description: 'The five stages in order.' }),
  promisedOn: day().nullable().meta({
    description:
      "Day by which the device is sent back, or ready to be picked up, as promised; in the center's time zone, as in the mails, and in the brand's for a serial alone. Null before the device is with us, and once that has happened.",
  }),
  onHold: z.boolean().meta({ description: 'The step waits for something to be settled first; nextStep says whose turn it is.' }),
  nextUpdateBy: instant().nullable().meta({ description: 'You hear from us by then even if nothing has moved. Null once nothing is to come.' }),
  nextUpdateOn: day().nullable().meta({ description: 'The day of nextUpdateBy, in the time zone of promisedOn.' }),
  nextStep: NextStep,
  mustAct: z.boolean().meta({ description: 'Whether something is asked of the customer.' }),
};

const stagesExample = [
  { stage: 'intake', label: 'Getting your device to us', reachedOn: '2026-11-18' },
  { stage: 'diagnosis', label: 'Diagnosis', reachedOn: '2026-11-20' },
  { stage: 'quote', label: 'Quote', reachedOn: '2026-11-20' },
  { stage: 'repair', label: 'Repair', reachedOn: '2026-11-22' },
  { stage: 'return', label: 'Return', reachedOn: null },
];

/** Tier 0: what a serial alone is told. The label is the stage's; nothing of a person, place, model, fault, price or why it is on hold. */
export const OpenProgress = z.strictObject({ found: z.literal(true), tier: z.literal(0), ...common }).meta({
  id: 'OpenProgress',
  example: {
    found: true,
    tier: 0,
    stage: 'repair',
    label: 'Repair',
    whatThisMeans: 'The repair itself is under way.',
    stages: stagesExample,
    promisedOn: '2026-12-01',
    onHold: false,
    nextUpdateBy: '2026-11-27T08:00:00.000Z',
    nextUpdateOn: '2026-11-27',
    nextStep: { who: 'us', text: 'The next step is ours; you need not do anything. We will write to you when something changes.' },
    mustAct: false,
  },
});
export type OpenProgress = z.infer<typeof OpenProgress>;

/** The one answer where nothing may be shown: unknown, ended long ago, wrong proof, too many wrong proofs, or proof needed. */
export const NotShown = z
  .strictObject({
    found: z.literal(false),
    verifyHint: z
      .strictObject({ code: z.enum(Object.keys(hints) as [keyof typeof hints, ...(keyof typeof hints)[]]), text: sentence() })
      .meta({ id: 'VerifyHint', example: { code: 'proof_needed', text: hints.proof_needed.en } }),
  })
  .meta({ id: 'NotShown', example: { found: false, verifyHint: { code: 'proof_needed', text: hints.proof_needed.en } } });
export type NotShown = z.infer<typeof NotShown>;

/** A step as the public sees it. */
export const TimelineEntry = z
  .strictObject({ status: Status, label: z.string().max(40), at: instant() })
  .meta({ id: 'TimelineEntry', example: { status: 'received', label: 'Device received', at: '2026-11-20T02:10:00.000Z' } });
export type TimelineEntry = z.infer<typeof TimelineEntry>;

const OutboundParcel = z
  .strictObject({ carrier: z.string().max(40), waybillLast4: z.string().max(4) })
  .meta({ id: 'OutboundParcel', example: { carrier: 'sf', waybillLast4: '4321' } });

const LookedUpDevice = z
  .strictObject({ maker: z.string().max(60).nullable(), model: z.string().max(100).nullable(), serialLast4: z.string().max(4) })
  .meta({ id: 'LookedUpDevice', example: { maker: 'Aurora', model: 'A5', serialLast4: 'PL0M' } });

const LookedUpCenter = z
  .strictObject({
    name: z.string().max(100),
    phone: z.string().max(40),
    hours: WeekHours.nullable(),
    timeZone: z.string().max(64).nullable().meta({ description: 'In which the hours are meant.' }),
  })
  .meta({
    id: 'LookedUpCenter',
    example: { name: 'Shanghai Jing’an', phone: '+862112345678', hours: { mon: [['09:00', '18:00']] }, timeZone: 'Asia/Shanghai' },
  });

const LookedUpPromise = z
  .strictObject({
    promisedOn: day(),
    previousOn: day().nullable().meta({ description: 'The day promised before; null for the first.' }),
    reason: z.string().max(100).nullable().meta({ description: 'Why it moved; null for the first.' }),
    note: z.string().max(500).nullable().meta({ description: "The center's own words." }),
    madeOn: day(),
  })
  .meta({
    id: 'LookedUpPromise',
    description: "A promised day. Days are in the center's time zone.",
    example: {
      promisedOn: '2026-12-01',
      previousOn: '2026-11-27',
      reason: 'the delivery date of a part has changed',
      note: null,
      madeOn: '2026-11-24',
    },
  });

const LookedUpHold = z
  .strictObject({
    label: z.string().max(60),
    untilOn: day().meta({ description: "By when it is to go on, in the center's time zone." }),
    whatToDo: steps().meta({ description: 'What to do, or what to expect; the same words as in the mail.' }),
    note: z.string().max(500).nullable().meta({ description: "The center's own words." }),
  })
  .meta({
    id: 'LookedUpHold',
    example: {
      label: 'Waiting for the manufacturer',
      untilOn: '2026-11-29',
      whatToDo: 'We expect the answer by November 29, 2026 and will tell you as soon as it is here. There is nothing for you to do.',
      note: null,
    },
  });

/** Of longer histories the newest is shown: steps, promised days, parcels. */
export const SHOWN = { steps: 1_000, promises: 500, parcels: 100 } as const;

/** Tier 1: what serial or IMEI with a proof is told. */
export const OwnerProgress = z
  .strictObject({
    found: z.literal(true),
    tier: z.literal(1),
    status: Status,
    ...common,
    returnMethod: ReturnMethod,
    timeline: z.array(TimelineEntry).max(SHOWN.steps),
    device: LookedUpDevice,
    hold: LookedUpHold.nullable(),
    promiseHistory: z
      .array(LookedUpPromise)
      .max(SHOWN.promises)
      .meta({ description: 'Every day that was promised, oldest first; the last one counts.' }),
    center: LookedUpCenter.nullable(),
    parcels: z.array(OutboundParcel).max(SHOWN.parcels).meta({ description: 'Parcels on the way back.' }),
    quoteTotal: Money.nullable().meta({
      description:
        'Of the quote that lies with the customer or was approved. Null where it asks for nothing: declined, run out, free, or not repaired.',
    }),
    token: z.string().max(300).meta({ description: 'Opens the live stream and the page of this ticket. A secret: keep it out of logs.' }),
    tokenExpiresAt: instant(),
  })
  .meta({
    id: 'OwnerProgress',
    example: {
      found: true,
      tier: 1,
      status: 'in_repair',
      stage: 'repair',
      label: 'Being repaired',
      whatThisMeans: 'A technician is repairing your device.',
      stages: stagesExample,
      promisedOn: '2026-12-01',
      onHold: false,
      nextUpdateBy: '2026-11-27T08:00:00.000Z',
      nextUpdateOn: '2026-11-27',
      nextStep: { who: 'us', text: 'When the repair is done we test the device thoroughly.' },
      mustAct: false,
      returnMethod: 'ship',
      timeline: [{ status: 'received', label: 'Device received', at: '2026-11-20T02:10:00.000Z' }],
      device: { maker: 'Aurora', model: 'A5', serialLast4: 'PL0M' },
      hold: null,
      promiseHistory: [{ promisedOn: '2026-12-01', previousOn: null, reason: null, note: null, madeOn: '2026-11-20' }],
      center: { name: 'Shanghai Jing’an', phone: '+862112345678', hours: { mon: [['09:00', '18:00']] }, timeZone: 'Asia/Shanghai' },
      parcels: [],
      quoteTotal: { amount: 12900, currency: 'CNY' },
      token: 'eyJ0IjoxfQ.c2lnbmF0dXJl',
      tokenExpiresAt: '2026-11-22T08:30:00.000Z',
    },
  });
export type OwnerProgress = z.infer<typeof OwnerProgress>;

/** Answer of the lookup by serial alone. */
export const OpenAnswer = z.discriminatedUnion('found', [OpenProgress, NotShown]).meta({ id: 'OpenAnswer' });
export type OpenAnswer = z.infer<typeof OpenAnswer>;

/** Answer of the lookup with a proof. */
export const OwnerAnswer = z.discriminatedUnion('found', [OwnerProgress, NotShown]).meta({ id: 'OwnerAnswer' });
export type OwnerAnswer = z.infer<typeof OwnerAnswer>;

/** A serial or IMEI as it is typed; separators, case and width do not matter. */
export const TypedIdentifier = text(120).meta({ id: 'TypedIdentifier', example: 'C8QH-7T2K-PL0M', description: identifierHints.too_long });

/** A brand's short name. */
export const BrandSlug = z
  .string()
  .max(40)
  .regex(/^[a-z0-9][a-z0-9-]*$/)
  .meta({ id: 'BrandSlug', example: 'aurora', description: 'Look among the repairs of this brand only.' });

const Proof = z
  .union([
    z.strictObject({ ticketCode: text(40) }).meta({ id: 'TicketCodeProof', example: { ticketCode: '4Z8K7M2PQX3' } }),
    z
      .strictObject({
        phoneLast4: z
          .string()
          .max(4)
          .regex(/^\d{4}$/, { error: 'must be four digits' }),
      })
      .meta({ id: 'PhoneProof', example: { phoneLast4: '0000' } }),
  ])
  .meta({ id: 'LookupProof', description: 'The ticket code from the receipt, or the last four digits of the phone number on file.' });

/** Body of the lookup with a proof. */
export const OwnerQuestion = z
  .strictObject({ identifier: TypedIdentifier, proof: Proof, brand: BrandSlug.optional() })
  .meta({ id: 'OwnerQuestion', example: { identifier: 'C8QH-7T2K-PL0M', proof: { ticketCode: '4Z8K7M2PQX3' } } });
export type OwnerQuestion = z.infer<typeof OwnerQuestion>;
