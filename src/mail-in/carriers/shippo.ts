// Shippo `track_updated` webhooks (docs.goshippo.com/docs/tracking/webhooks): signed only for accounts that asked for it, full history.
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { type Scan, Waybill } from '../tracking.ts';
import { type Carrier, type ParcelNews, type Push, type Terms, UnreadablePush, type Verdict } from './carrier.ts';
import { cameByAddress, inWindow, isProof } from './proof.ts';
import { type Codes, fit, instantOf, jsonOf, keyOf, loose, MAX_SCANS, meaning, placeOf, received } from './reading.ts';

const Status = z.looseObject({
  status: loose,
  status_date: loose,
  status_details: loose,
  substatus: z.looseObject({ code: loose }).nullish().catch(null),
  location: z.looseObject({ city: loose, state: loose, country: loose, zip: loose }).nullish().catch(null),
});
type Status = z.infer<typeof Status>;

const Track = z.looseObject({
  tracking_number: Waybill,
  eta: loose,
  tracking_status: Status.nullish().catch(null),
  tracking_history: z.array(Status).max(MAX_SCANS).nullish(),
});

const Event = z.looseObject({ event: z.string().max(100), data: z.unknown().optional() });

/** Shippo's statuses, and the substatuses that say more. RETURNED means on the way back or back: only the latter is said nowhere. */
const codes: Codes = {
  UNKNOWN: 'unknown',
  PRE_TRANSIT: 'label_created',
  TRANSIT: 'in_transit',
  DELIVERED: 'delivered',
  RETURNED: 'returning',
  FAILURE: 'exception',
  'TRANSIT/package_accepted': 'picked_up',
  'TRANSIT/out_for_delivery': 'out_for_delivery',
  'TRANSIT/pickup_available': 'available_for_pickup',
  'TRANSIT/delivery_attempted': 'attempt_failed',
  'TRANSIT/notice_left': 'attempt_failed',
  'TRANSIT/location_inaccessible': 'attempt_failed',
  'TRANSIT/package_damaged': 'exception',
  'FAILURE/package_lost': 'lost',
};

/** The same event has one object_id as the current status and another in the history: what happened makes it one. */
const sameEvent = (a: Status, b: Status): boolean =>
  a.status === b.status && a.status_date === b.status_date && a.location?.city === b.location?.city && a.location?.zip === b.location?.zip;

function scanOf(row: Status, terms: Terms): Scan[] {
  const { status, status_date: at, status_details, substatus, location } = row;
  const occurredAt = instantOf(at, terms.timeZone);
  if (occurredAt === null) return [];
  const codeRaw = [status, substatus?.code].filter((part) => part).join('/');
  return [
    {
      ...meaning([codeRaw, status ?? ''], codes, terms),
      eventKey: keyOf([at, status, substatus?.code, location?.city, location?.state, location?.country, location?.zip]),
      codeRaw,
      detail: status_details ?? null,
      location: placeOf(location?.city, location?.state, location?.country),
      occurredAt,
      occurredLocal: at ?? null,
    },
  ];
}

function read(body: Buffer, terms: Terms): ParcelNews[] {
  const event = Event.safeParse(jsonOf(body));
  if (!event.success) throw new UnreadablePush('The body is not a Shippo event: it names none.');
  if (event.data.event !== 'track_updated') return [];
  const track = fit(Track, event.data.data, 'track');
  const history = track.tracking_history ?? [];
  const { tracking_status: current } = track;
  const rows = current && !history.some((row) => sameEvent(row, current)) ? [...history, current] : history;
  const scans = rows.flatMap((row) => scanOf(row, terms));
  return [{ waybill: track.tracking_number, scans, state: null, eta: instantOf(track.eta, terms.timeZone), watch: null }];
}

/** `Shippo-Auth-Signature: t=<unix seconds>,v1=<hex>` over `t.body`. */
function verifySigned(secret: string, given: string, { body, now }: Push): Verdict {
  const [, t = '', v1 = ''] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(given.replaceAll(' ', '')) ?? [];
  const expected = createHmac('sha256', secret).update(`${t}.`).update(body).digest('hex');
  return isProof(v1, expected) ? inWindow(new Date(Number(t) * 1000), now) : 'wrong';
}

/** Shippo. An account without signatures is protected by its address; one that signs is held to it whatever its address. */
export const shippo: Carrier = {
  name: 'shippo',
  types: ['application/json'],
  proof: 'either',
  timeZone: 'UTC',
  verify(secret, push) {
    const given = push.headers['shippo-auth-signature'];
    if (typeof given === 'string') return verifySigned(secret, given, push);
    return cameByAddress(secret, push) ? 'right' : 'wrong';
  },
  read,
  answer: (_push, parked) => received(parked),
};
