// AfterShip Tracking webhooks, versions 2024-07 to 2026-07 (aftership.com/docs/tracking/webhook): the whole tracking in every push.
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { decimal } from '#platform/schema.ts';
import { type Scan, Waybill } from '../tracking.ts';
import { type Carrier, type ParcelNews, type Terms, UnreadablePush } from './carrier.ts';
import { isProof } from './proof.ts';
import { type Codes, fit, instantOf, jsonOf, keyOf, loose, MAX_SCANS, meaning, newestOf, placeOf, proofOf, received, stateAt } from './reading.ts';

const Checkpoint = z.looseObject({
  checkpoint_time: loose,
  slug: loose,
  tag: loose,
  subtag: loose,
  message: loose,
  location: loose,
  city: loose,
  state: loose,
  country_name: loose,
});
type Checkpoint = z.infer<typeof Checkpoint>;

const estimate = z.looseObject({ estimated_delivery_date: loose, datetime: loose }).nullish().catch(null);

const Tracking = z.looseObject({
  tracking_number: Waybill,
  tag: loose,
  subtag: loose,
  return_to_sender: z.boolean().nullish().catch(null),
  last_updated_at: loose,
  updated_at: loose,
  expected_delivery: loose,
  signed_by: loose,
  latest_estimated_delivery: estimate,
  courier_estimated_delivery_date: estimate,
  aftership_estimated_delivery_date: estimate,
  checkpoints: z.array(Checkpoint).max(MAX_SCANS).nullish(),
});
type Tracking = z.infer<typeof Tracking>;

const Event = z.looseObject({
  event: z.string().max(100),
  ts: decimal(0, 4_102_444_800).nullish().catch(null),
  msg: z.unknown().optional(),
});

const kinds: ReadonlySet<string> = new Set(['tracking_update', 'edd_revise', 'tracking_pending_time']);

/** AfterShip's tags, and the subtags that say more than their tag (docs/tracking/enum/delivery-sub-statuses); of the many others the tag counts. */
const codes: Codes = {
  Pending: 'unknown',
  InfoReceived: 'label_created',
  InTransit: 'in_transit',
  OutForDelivery: 'out_for_delivery',
  AttemptFail: 'attempt_failed',
  Delivered: 'delivered',
  AvailableForPickup: 'available_for_pickup',
  Exception: 'exception',
  Expired: 'expired',
  Exception_003: 'refused',
  Exception_004: 'customs',
  Exception_010: 'returning',
  Exception_011: 'returned',
  Exception_013: 'lost',
  'Delivered/return_to_sender': 'returned',
};

function scanOf(checkpoint: Checkpoint, terms: Terms): Scan[] {
  const { checkpoint_time: at, slug, tag, subtag, message, location, city, state, country_name: country } = checkpoint;
  const occurredAt = instantOf(at, terms.timeZone);
  if (occurredAt === null) return [];
  return [
    {
      ...meaning([subtag ?? '', tag ?? ''], codes, terms),
      eventKey: keyOf([at, slug, tag, subtag, message, location, city, state, country]),
      codeRaw: subtag ?? tag ?? '',
      detail: message ?? null,
      location: location ?? placeOf(city, state, country),
      occurredAt,
      // Local to the carrier and mostly without a zone: the original says what the parcel's own place showed.
      occurredLocal: at ?? null,
    },
  ];
}

/** A tracking without checkpoints has its tag all the same, and the time at which it was set. */
function bareState(tracking: Tracking, said: readonly string[], ts: number | null, terms: Terms): Scan | null {
  const text = tracking.last_updated_at ?? tracking.updated_at ?? null;
  const occurredAt = instantOf(text, 'UTC') ?? (ts === null ? null : instantOf(new Date(ts * 1000).toISOString(), 'UTC'));
  const told = meaning(said, codes, terms);
  if (occurredAt === null || (told.status === 'unknown' && told.unmapped !== true)) return null;
  const eventKey = `state:${keyOf([occurredAt.toISOString(), ...said])}`;
  return { ...told, eventKey, codeRaw: said.find((code) => code !== '') ?? '', detail: null, location: null, occurredAt, occurredLocal: text };
}

function etaOf(tracking: Tracking, terms: Terms): Date | null {
  const { latest_estimated_delivery: latest, courier_estimated_delivery_date: courier, aftership_estimated_delivery_date: own } = tracking;
  const named = [latest?.datetime, courier?.estimated_delivery_date, own?.estimated_delivery_date, tracking.expected_delivery];
  return named.map((text) => instantOf(text, terms.timeZone)).find((at) => at !== null) ?? null;
}

function read(body: Buffer, terms: Terms): ParcelNews[] {
  const event = Event.safeParse(jsonOf(body));
  if (!event.success) throw new UnreadablePush('The body is not an AfterShip event: it names none.');
  if (!kinds.has(event.data.event)) return [];
  const tracking = fit(Tracking, event.data.msg, 'tracking');
  const { tag, subtag } = tracking;
  const scans = (tracking.checkpoints ?? []).flatMap((checkpoint) => scanOf(checkpoint, terms));
  // The last checkpoint of a parcel that went back says Delivered: to its sender.
  const said = tracking.return_to_sender === true && tag === 'Delivered' ? ['Delivered/return_to_sender'] : [subtag ?? '', tag ?? ''];
  const state = scans.length > 0 ? stateAt(newestOf(scans), said, codes, terms) : bareState(tracking, said, event.data.ts ?? null, terms);
  return [{ waybill: tracking.tracking_number, scans, state, eta: etaOf(tracking, terms), proof: proofOf(tracking.signed_by), watch: null }];
}

/** AfterShip: `aftership-hmac-sha256`, base64. Its `ts` is not signed apart from the body: what is repeated is known by its scans. */
export const aftership: Carrier = {
  name: 'aftership',
  types: ['application/json'],
  proof: 'signature',
  timeZone: 'UTC',
  verify: (secret, { headers, body }) =>
    isProof(headers['aftership-hmac-sha256'], createHmac('sha256', secret).update(body).digest('base64')) ? 'right' : 'wrong',
  read,
  answer: (_push, parked) => received(parked),
};
