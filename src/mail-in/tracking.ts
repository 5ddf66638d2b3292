// What a carrier says about a parcel, in one vocabulary whoever the carrier is.
import { z } from 'zod';
import { pageOf } from '#platform/http/page.ts';
import { id, instant, instantInput, text } from '#platform/schema.ts';

/** The canonical vocabulary; the check constraints of `migrations/0003_mail_in.ts` hold the same list. */
export const ParcelStatus = z
  .enum([
    'label_created',
    'picked_up',
    'in_transit',
    'transferred',
    'customs',
    'out_for_delivery',
    'available_for_pickup',
    'attempt_failed',
    'exception',
    'delivered',
    'refused',
    'returning',
    'returned',
    'lost',
    'cancelled',
    'expired',
    'unknown',
  ])
  .meta({ id: 'ParcelStatus', description: '`unknown`: a code we have no word for; it is kept and moves nothing.', example: 'in_transit' });
export type ParcelStatus = z.infer<typeof ParcelStatus>;

/** Name of a carrier, or of the tracking provider that reports for it. */
export const CarrierName = z
  .string()
  .trim()
  .min(2)
  .max(40)
  .regex(/^[a-z0-9][a-z0-9_-]*$/, { error: 'must be lower-case letters, digits, - and _, e.g. easypost' })
  .meta({ id: 'CarrierName', example: 'easypost' });

/** A waybill (tracking) number; read without regard to case and to spaces, which some labels print between the groups. */
export const Waybill = z
  .string()
  .max(200)
  .overwrite((text) => text.replaceAll(/\s/g, ''))
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]*$/, { error: 'must be letters, digits and hyphens' })
  .toUpperCase()
  .meta({ id: 'Waybill', example: 'EZ4000000004' });

/** An address on the web, of at most 500 characters. */
export const httpUrl = () =>
  z
    .url({ protocol: /^https?$/ })
    .max(500)
    .regex(/^[!-~]+$/, { error: 'must be percent-encoded' });

/** One scan of one parcel. */
export interface Scan {
  /** The same scan has the same key however often it is pushed: the carrier's own id, or a hash of what makes it one. */
  eventKey: string;
  status: ParcelStatus;
  /** The carrier's own word for it, kept whether or not we know it. */
  codeRaw: string;
  detail: string | null;
  location: string | null;
  occurredAt: Date;
  /** The time as it was written, mostly the wall clock of the place; null where none was. */
  occurredLocal: string | null;
  /** The waybill under which the parcel goes on, where the scan names one. */
  continuesAs?: string | null;
  /** The code is in nobody's table: counted, and `unknown` until somebody adds it. */
  unmapped?: true;
}

/** What a carrier shows for a delivery: who signed, or where a signature or picture can be seen. */
export const Proof = z
  .strictObject({ signedBy: z.string().max(120).nullable(), url: z.string().max(500).nullable() })
  .meta({ id: 'ProofOfDelivery', example: { signedBy: 'Wang Fang', url: null } });
export type Proof = z.infer<typeof Proof>;

/** Whether a tracking provider still looks after a parcel: a state of its subscription, never of the parcel. */
export const Watch = z.enum(['watching', 'ended', 'given_up']).meta({ id: 'Watch', example: 'watching' });
export type Watch = z.infer<typeof Watch>;

/** A scan as a courier or a center reports it by hand. */
export const ScanInput = z
  .strictObject({
    status: ParcelStatus.exclude(['unknown']),
    occurredAt: instantInput().meta({ description: 'When it happened, with its offset; not in the future.' }),
    location: text(120).optional(),
    detail: text(300).optional(),
    continuesAs: Waybill.optional().meta({
      description: 'Transferred: the waybill under which it goes on. Scans of either number are those of the parcel from then on.',
    }),
    signedBy: text(120).optional().meta({ description: 'Who signed for it. Kept with the parcel, not with the scan.' }),
    proofUrl: httpUrl().optional().meta({ description: 'Where a signature or a picture of the delivery can be seen.' }),
  })
  .refine(({ status, signedBy, proofUrl }) => status === 'delivered' || (signedBy ?? proofUrl) === undefined, {
    error: 'goes with delivered',
    path: ['signedBy'],
  })
  .refine(({ status, continuesAs }) => status === 'transferred' || continuesAs === undefined, {
    error: 'goes with transferred',
    path: ['continuesAs'],
  })
  .meta({ id: 'ScanInput', example: { status: 'picked_up', occurredAt: '2026-11-22T10:05:00+08:00', location: 'Hangzhou' } });
export type ScanInput = z.infer<typeof ScanInput>;

/** A scan as it was kept. */
export const TrackingEventView = z
  .strictObject({
    id: id('event'),
    shipmentId: id('shipment').nullable().meta({ description: 'Null: the waybill belongs to no shipment yet; the event is parked.' }),
    carrier: z.string().max(40),
    waybill: z.string().max(64),
    status: ParcelStatus,
    codeRaw: z.string().max(120).meta({ description: "The carrier's own code." }),
    detail: z.string().max(300).nullable(),
    location: z.string().max(120).nullable(),
    occurredAt: instant(),
    occurredLocal: z.string().max(40).nullable().meta({
      description: 'The time as the carrier wrote it. Without an offset it is the wall clock of the place, read in the time zone of the account.',
    }),
    receivedAt: instant(),
    continuesAs: z.string().max(64).nullable().meta({ description: 'The waybill under which the parcel goes on, where the scan names one.' }),
  })
  .meta({
    id: 'TrackingEvent',
    example: {
      id: 'evt_01kazy3v7me8rtkd8cz5nq2w4x',
      shipmentId: 'shp_01kazy3v7me8rtkd8cz5nq2w4x',
      carrier: 'easypost',
      waybill: 'EZ4000000004',
      status: 'in_transit',
      codeRaw: 'in_transit/arrived_at_facility',
      detail: 'Arrived at facility',
      location: 'Hangzhou, CN',
      occurredAt: '2026-11-22T02:05:00.000Z',
      occurredLocal: '2026-11-22 10:05:00',
      receivedAt: '2026-11-22T02:06:00.000Z',
      continuesAs: null,
    },
  });
export type TrackingEventView = z.infer<typeof TrackingEventView>;

/** A page of them. */
export const TrackingEventPage = pageOf(TrackingEventView, 'TrackingEventPage');
