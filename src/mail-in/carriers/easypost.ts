// EasyPost tracker webhooks (docs.easypost.com/guides/webhooks-guide): signature v1 over the raw bytes, full history in every push.
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { type Scan, Waybill } from '../tracking.ts';
import { type Carrier, type ParcelNews, type Terms, UnreadablePush } from './carrier.ts';
import { isProof } from './proof.ts';
import { type Codes, fit, instantOf, jsonOf, keyOf, loose, MAX_SCANS, meaning, placeOf, proofOf, received } from './reading.ts';

const Detail = z.looseObject({
  datetime: loose,
  status: loose,
  status_detail: loose,
  message: loose,
  carrier_code: loose,
  tracking_location: z.looseObject({ city: loose, state: loose, country: loose, zip: loose }).nullish().catch(null),
});
type Detail = z.infer<typeof Detail>;

const Tracker = z.looseObject({
  tracking_code: Waybill,
  status: loose,
  status_detail: loose,
  updated_at: loose,
  created_at: loose,
  est_delivery_date: loose,
  signed_by: loose,
  tracking_details: z.array(Detail).max(MAX_SCANS).nullish(),
});
type Tracker = z.infer<typeof Tracker>;

const Event = z.looseObject({ description: z.string().max(200), result: z.unknown().optional() });

/**
 * EasyPost's `TrackerStatus`, and where they say more than the status beside them its details, after the status they need or `*`.
 * The first scan is not told apart from the others: no `picked_up`. A `failure` that only delays is tried again.
 */
const codes: Codes = {
  pre_transit: 'label_created',
  in_transit: 'in_transit',
  out_for_delivery: 'out_for_delivery',
  available_for_pickup: 'available_for_pickup',
  delivered: 'delivered',
  return_to_sender: 'returning',
  failure: 'exception',
  error: 'exception',
  cancelled: 'cancelled',
  unknown: 'unknown',
  '*/refused': 'refused',
  '*/lost': 'lost',
  '*/expired': 'expired',
  '*/cancelled': 'cancelled',
  '*/return': 'returning',
  'delivered/return': 'returned',
  'failure/address_correction': 'attempt_failed',
  'failure/awaiting_information': 'attempt_failed',
  'failure/delayed': 'attempt_failed',
  'failure/delivery_exception': 'attempt_failed',
  'failure/held': 'attempt_failed',
  'failure/weather_delay': 'attempt_failed',
};

function eventKey(detail: Detail): string {
  const { city, state, country, zip } = detail.tracking_location ?? {};
  return keyOf([detail.datetime, detail.status, detail.status_detail, detail.message, detail.carrier_code, city, state, country, zip]);
}

function scanOf(detail: Detail, fallback: Date | null, terms: Terms): Scan[] {
  const occurredAt = instantOf(detail.datetime, terms.timeZone) ?? fallback;
  if (occurredAt === null) return [];
  const { status, status_detail: more } = detail;
  const { city, state, country } = detail.tracking_location ?? {};
  const codeRaw = [status, more].filter((part) => part).join('/');
  return [
    {
      ...meaning([codeRaw, ...(more ? [`*/${more}`] : []), status ?? ''], codes, terms),
      eventKey: eventKey(detail),
      codeRaw,
      detail: detail.message ?? null,
      location: placeOf(city, state, country),
      occurredAt,
      occurredLocal: detail.datetime ?? null,
    },
  ];
}

function newsOf(tracker: Tracker, terms: Terms): ParcelNews {
  const { status, status_detail, updated_at, created_at, tracking_details } = tracker;
  const fallback = instantOf(updated_at, terms.timeZone) ?? instantOf(created_at, terms.timeZone);
  const scans = (tracking_details ?? []).flatMap((detail) => scanOf(detail, fallback, terms));
  // A tracker without history has its status all the same.
  const bare = scans.length === 0 && status && status !== 'unknown' ? scanOf({ status, status_detail, datetime: updated_at }, fallback, terms) : [];
  return {
    waybill: tracker.tracking_code,
    scans,
    state: bare[0] ?? null,
    eta: instantOf(tracker.est_delivery_date, terms.timeZone),
    proof: proofOf(tracker.signed_by),
    watch: null,
  };
}

function read(body: Buffer, terms: Terms): ParcelNews[] {
  const event = Event.safeParse(jsonOf(body));
  if (!event.success) throw new UnreadablePush('The body is not an EasyPost event: it has no description.');
  const { description, result } = event.data;
  if (description !== 'tracker.created' && description !== 'tracker.updated') return [];
  // EasyPost's own API leaves the tracker out of an event that is read back.
  if (result === undefined || result === null) return [];
  return [newsOf(fit(Tracker, result, 'tracker'), terms)];
}

/** `GET /v2/trackers?tracking_code=…` lists every tracker that ever had the code, newest first: carriers use codes again. */
const List = z.looseObject({ trackers: z.array(z.looseObject({ tracking_code: Waybill })).max(100) });

/** EasyPost: `X-Hmac-Signature: hmac-sha256-hex=<lower hex>`, keyed with the NFKD form of the secret. */
export const easypost: Carrier = {
  name: 'easypost',
  types: ['application/json'],
  proof: 'signature',
  timeZone: 'UTC',
  verify(secret, { headers, body }) {
    const digest = createHmac('sha256', secret.normalize('NFKD')).update(body).digest('hex');
    return isProof(headers['x-hmac-signature'], `hmac-sha256-hex=${digest}`) ? 'right' : 'wrong';
  },
  read,
  answer: (_push, parked) => received(parked),
  inquiry: {
    url: 'https://api.easypost.com',
    ask: (apiKey, waybill) => ({
      path: `/v2/trackers?tracking_code=${encodeURIComponent(waybill)}&page_size=5`,
      headers: { authorization: `Basic ${Buffer.from(`${apiKey}:`).toString('base64')}` },
    }),
    read(body, waybill, terms) {
      const newest = fit(List, jsonOf(body), 'list of trackers').trackers.find(({ tracking_code }) => tracking_code === waybill);
      return newest === undefined ? [] : [newsOf(fit(Tracker, newest, 'tracker'), terms)];
    },
  },
};
