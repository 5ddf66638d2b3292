// EasyPost tracker webhooks (docs.easypost.com/guides/webhooks-guide): signature v1 over the raw bytes, full history in every push.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type ParcelStatus, type Scan, Waybill } from '../tracking.ts';
import { type Carrier, type ParcelNews, UnreadablePush } from './carrier.ts';

const loose = z.string().max(5_000).nullish().catch(null);

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
  tracking_details: z.array(Detail).max(2_000).nullish(),
});
type Tracker = z.infer<typeof Tracker>;

const Event = z.looseObject({ description: z.string().max(200), result: z.unknown().optional() });

/** EasyPost's `TrackerStatus`; what is missing here is `unknown`. The first scan is not told apart from the others: no `picked_up`. */
const statuses: { readonly [status: string]: ParcelStatus } = {
  pre_transit: 'label_created',
  in_transit: 'in_transit',
  out_for_delivery: 'out_for_delivery',
  available_for_pickup: 'available_for_pickup',
  delivered: 'delivered',
  return_to_sender: 'returning',
  failure: 'exception',
  error: 'exception',
  cancelled: 'cancelled',
};

/** Details that say more than the status beside them. */
const details: { readonly [detail: string]: ParcelStatus } = { refused: 'refused', lost: 'lost', expired: 'expired', cancelled: 'cancelled' };

/** A `failure` that is only a failed attempt or a delay: the carrier tries again. */
const passing: ReadonlySet<string> = new Set([
  'address_correction',
  'awaiting_information',
  'delayed',
  'delivery_exception',
  'held',
  'weather_delay',
]);

function statusOf(status: string, detail: string): ParcelStatus {
  const told = Object.hasOwn(details, detail) ? details[detail] : undefined;
  if (told !== undefined) return told;
  if (detail === 'return') return status === 'delivered' ? 'returned' : 'returning';
  if (status === 'failure' && passing.has(detail)) return 'attempt_failed';
  return (Object.hasOwn(statuses, status) ? statuses[status] : undefined) ?? 'unknown';
}

/** Null for what is no instant, or none that a parcel of ours can have. */
function instant(value: string | null | undefined): Date | null {
  if (value === null || value === undefined || !/^\d{4}-\d{2}-\d{2}/.test(value)) return null;
  const date = new Date(value);
  const year = date.getUTCFullYear();
  return year >= 2000 && year < 2100 ? date : null;
}

function eventKey(detail: Detail): string {
  const { city, state, country, zip } = detail.tracking_location ?? {};
  const parts = [detail.datetime, detail.status, detail.status_detail, detail.message, detail.carrier_code, city, state, country, zip];
  return createHash('sha256')
    .update(JSON.stringify(parts.map((part) => part ?? null)))
    .digest('base64url');
}

function scanOf(detail: Detail, fallback: Date | null): Scan[] {
  const occurredAt = instant(detail.datetime) ?? fallback;
  if (occurredAt === null) return [];
  const status = detail.status ?? '';
  const statusDetail = detail.status_detail ?? '';
  const { city, state, country } = detail.tracking_location ?? {};
  return [
    {
      eventKey: eventKey(detail),
      status: statusOf(status, statusDetail),
      codeRaw: [status, statusDetail].filter((part) => part !== '').join('/'),
      detail: detail.message ?? null,
      location: [city, state, country].filter((part) => typeof part === 'string' && part !== '').join(', ') || null,
      occurredAt,
    },
  ];
}

/** A tracker without history has its status all the same. */
function historyOf(tracker: Tracker): Detail[] {
  const history = tracker.tracking_details ?? [];
  if (history.length > 0 || tracker.status === null || tracker.status === undefined || tracker.status === 'unknown') return history;
  return [{ status: tracker.status, status_detail: tracker.status_detail, datetime: tracker.updated_at }];
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new UnreadablePush('The body is not JSON.');
  }
}

function read(body: Buffer): ParcelNews[] {
  const event = Event.safeParse(parse(body));
  if (!event.success) throw new UnreadablePush('The body is not an EasyPost event: it has no description.');
  const { description, result } = event.data;
  if (description !== 'tracker.created' && description !== 'tracker.updated') return [];
  // EasyPost's own API leaves the tracker out of an event that is read back.
  if (result === undefined || result === null) return [];
  const tracker = Tracker.safeParse(result);
  if (!tracker.success) {
    const [issue] = tracker.error.issues;
    throw new UnreadablePush(`The tracker cannot be read at /result/${(issue?.path ?? []).map(String).join('/')}.`.slice(0, 300));
  }
  const { data } = tracker;
  const fallback = instant(data.updated_at) ?? instant(data.created_at);
  return [
    {
      waybill: data.tracking_code,
      scans: historyOf(data).flatMap((detail) => scanOf(detail, fallback)),
      eta: instant(data.est_delivery_date),
    },
  ];
}

/** EasyPost: `X-Hmac-Signature: hmac-sha256-hex=<lower hex>`, keyed with the NFKD form of the secret. */
export const easypost: Carrier = {
  name: 'easypost',
  verify(secret, headers, body) {
    const given = headers['x-hmac-signature'];
    if (typeof given !== 'string') return false;
    const digest = createHmac('sha256', secret.normalize('NFKD')).update(body).digest('hex');
    const expected = Buffer.from(`hmac-sha256-hex=${digest}`);
    const actual = Buffer.from(given);
    return actual.length === expected.length && timingSafeEqual(actual, expected);
  },
  read,
  answer: () => ({ received: true }),
};
