// What the customer reads with the link to a ticket (tier 2): all of tier 1, and what only the owner may decide about.
import { z } from 'zod';
import { CustomerFile } from '#files/file.ts';
import { id, instant, int4, Money } from '#platform/schema.ts';
import { QuoteLine, Wish } from '#quotes/quote.ts';
import { Accessory, Condition } from '#tickets/inputs.ts';
import { Outcome } from '#tickets/status.ts';
import { OwnerProgress } from './progress.ts';

/** What the customer can answer to a quote. */
export const Verdict = z.enum(['approve', 'decline']).meta({ id: 'Verdict', example: 'approve' });
export type Verdict = z.infer<typeof Verdict>;

/** A decision as it is recorded: the first one stands. */
export const RecordedDecision = z
  .strictObject({
    decision: Verdict,
    decidedAt: instant(),
    by: z.enum(['customer', 'center']).meta({ description: 'center: it took down what the customer said.' }),
    wish: Wish.nullable().meta({ description: 'Of a customer who declined.' }),
  })
  .meta({ id: 'RecordedDecision', example: { decision: 'approve', decidedAt: '2026-11-22T08:00:00.000Z', by: 'customer', wish: null } });
export type RecordedDecision = z.infer<typeof RecordedDecision>;

const LinkedQuote = z
  .strictObject({
    id: id('quote'),
    version: int4(1),
    status: z.enum(['sent', 'approved', 'declined', 'expired', 'superseded']),
    form: z.enum(['standard', 'eu_erif']).meta({ description: 'eu_erif: the European Repair Information Form, whose terms bind while it is valid.' }),
    lines: z.array(QuoteLine).max(100),
    total: Money,
    diagnosisFee: Money.meta({ description: 'Charged if you decline.' }),
    validUntil: instant(),
    promisedDays: int4(1, 365).meta({ description: 'Working days from your yes until the device is ready.' }),
    sentAt: instant(),
    decision: RecordedDecision.nullable(),
  })
  .meta({ id: 'LinkedQuote' });

const LinkedParcel = z
  .strictObject({
    direction: z.enum(['inbound', 'outbound']),
    carrier: z.string().max(40),
    waybill: z.string().max(64),
    status: z.string().max(30),
    eta: instant().nullable(),
    deliveredAt: instant().nullable(),
  })
  .meta({
    id: 'LinkedParcel',
    example: { direction: 'outbound', carrier: 'sf', waybill: 'SF1234564321', status: 'in_transit', eta: null, deliveredAt: null },
  });

const LinkedDocument = z
  .strictObject({
    kind: z.enum(['intake_receipt', 'quote', 'label']).meta({ description: 'label: of the parcel to us, while it can be used.' }),
    version: int4(1).nullable().meta({ description: 'Of a quote.' }),
    url: z.string().max(120).meta({ description: 'Read with the same secret; HTML, or PDF with `?format=pdf`.' }),
  })
  .meta({ id: 'LinkedDocument', example: { kind: 'intake_receipt', version: null, url: '/v1/link/documents/intake-receipt' } });

const LinkedNote = z
  .strictObject({ body: z.string().max(2000), writtenAt: instant() })
  .meta({ id: 'LinkedNote', example: { body: 'We will call you tomorrow.', writtenAt: '2026-11-22T05:00:00.000Z' } });

/** How a delivery was wrong. */
export const DisputeWhat = z.enum(['not_received', 'wrong_device', 'damaged', 'fault_not_fixed']).meta({ id: 'DisputeWhat', example: 'damaged' });
export type DisputeWhat = z.infer<typeof DisputeWhat>;

const LinkedRequest = z
  .strictObject({
    action: z.enum(['ticket.cancel', 'delivery.dispute', 'disposal.consent']),
    at: instant(),
    what: DisputeWhat.nullable().meta({ description: 'Of a dispute.' }),
    text: z.string().max(1000).nullable().meta({ description: 'In your own words.' }),
  })
  .meta({
    id: 'LinkedRequest',
    example: { action: 'delivery.dispute', at: '2026-11-25T05:00:00.000Z', what: 'damaged', text: 'The lid is dented.' },
  });

const TakenUp = z
  .strictObject({ code: z.string().max(11).meta({ description: 'The receipt code of the new ticket.' }), openedAt: instant() })
  .meta({ id: 'TakenUp', example: { code: '4Z8K7M2PQX3', openedAt: '2026-12-02T05:00:00.000Z' } });

const Intake = z.strictObject({ accessories: z.array(Accessory).max(50), condition: z.array(Condition).max(50), recordedAt: instant() }).meta({
  id: 'IntakeRecord',
  example: {
    accessories: [{ type: 'charger', quantity: 1 }],
    condition: [{ area: 'screen', grade: 'cracked' }],
    recordedAt: '2026-11-20T02:10:00.000Z',
  },
});

/** Of more notes the newest are shown. */
export const NOTES_SHOWN = 500;
/** And of more of these: nothing bounds how often a price is made anew, a parcel booked or a delivery disputed. */
export const NEWEST = { parcels: 100, requests: 1_000, labels: 99, quotes: 400 } as const;

/** Tier 2. Never a technician, internal words, another ticket of the device, or the name and address of anyone. */
export const LinkedTicket = OwnerProgress.omit({ found: true, tier: true, token: true, tokenExpiresAt: true, parcels: true })
  .extend({
    tier: z.literal(2),
    seq: int4(1).meta({ description: 'The last step that this shows: a live stream goes on after it.' }),
    code: z.string().max(11).meta({ description: 'The code on the receipt.' }),
    centerAddress: z.string().max(300).nullable().meta({ description: 'Where the service center is.' }),
    betweenCenters: z.boolean().meta({ description: 'The device is on its way to another service center; work on it goes on there.' }),
    faultReported: z.string().max(1000).meta({ description: 'In your own words.' }),
    intake: Intake.nullable().meta({ description: 'What came in and how it looked; null before the device is with us.' }),
    quote: LinkedQuote.nullable().meta({ description: 'The newest that was sent.' }),
    parcels: z.array(LinkedParcel).max(NEWEST.parcels),
    files: z
      .array(CustomerFile)
      .max(100)
      .meta({ description: 'Photos and documents that are for you, each with an address for a quarter of an hour or a little more.' }),
    documents: z.array(LinkedDocument).max(500).meta({ description: 'To be printed.' }),
    notes: z.array(LinkedNote).max(NOTES_SHOWN).meta({ description: 'What the center wrote for you, oldest first.' }),
    reRepairUntil: instant()
      .nullable()
      .meta({ description: 'Until then you may have a repair that did not hold taken up again; null: not possible now.' }),
    reRepair: TakenUp.nullable().meta({ description: 'The open ticket with which you had this repair taken up again.' }),
    charge: Money.nullable().meta({
      description: 'What is charged although the device could not be repaired after all; null: that is not how it went.',
    }),
    outcome: Outcome.nullable().meta({ description: 'How it went; null before that is settled.' }),
    disputeUntil: instant()
      .nullable()
      .meta({ description: 'Until then you may say that something is wrong with the delivery; null: not possible now.' }),
    requests: z
      .array(LinkedRequest)
      .max(NEWEST.requests)
      .meta({ description: 'What you have asked for with this link, oldest first; quotes apart.' }),
    allowedActions: z.array(z.string().max(40)).max(10).meta({ description: 'What you may decide now.' }),
  })
  .meta({ id: 'LinkedTicket' });
export type LinkedTicket = z.infer<typeof LinkedTicket>;

/** A link just made. */
export const NewLink = z
  .strictObject({ link: z.string().max(2_100).meta({ description: "The customer's new address. The one before does not work any more." }) })
  .meta({ id: 'NewLink', example: { link: 'https://repairs.example.com/t/lnk_(22 characters)' } });
export type NewLink = z.infer<typeof NewLink>;
