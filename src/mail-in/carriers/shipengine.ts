// ShipEngine and ShipStation v2 `track` webhooks (docs.shipstation.com): full history, told apart only by time and code.
import { z } from 'zod';
import { type Proof, type Scan, Waybill } from '../tracking.ts';
import { type Carrier, type ParcelNews, type Terms, UnreadablePush } from './carrier.ts';
import { cameByAddress, inWindow } from './proof.ts';
import {
  type Codes,
  fit,
  instantOf,
  jsonOf,
  keyOf,
  loose,
  looseCode,
  MAX_SCANS,
  meaning,
  newestOf,
  placeOf,
  proofOf,
  received,
  stateAt,
} from './reading.ts';
import { codes as details } from './shipengine-codes.ts';

const Event = z.looseObject({
  occurred_at: loose,
  event_date: loose,
  carrier_occurred_at: loose,
  description: loose,
  city_locality: loose,
  state_province: loose,
  country_code: loose,
  event_code: looseCode,
  carrier_detail_code: looseCode,
  status_code: loose,
  status_detail_code: loose,
  signer: loose,
  proof_of_delivery_url: loose,
});
type Event = z.infer<typeof Event>;

const Tracking = z.looseObject({
  tracking_number: Waybill,
  status_code: loose,
  status_detail_code: loose,
  carrier_detail_code: looseCode,
  estimated_delivery_date: loose,
  events: z.array(Event).max(MAX_SCANS).nullish(),
});

const Push = z.looseObject({ resource_type: z.string().max(100), data: z.unknown().optional() });

const kinds: ReadonlySet<string> = new Set(['API_TRACK', 'TRACK_EVENT_V2']);

/** A detail says more than its status, but nothing takes a delivery back. UPS fills in no detail but its own two letters. */
function wordsOf(row: Pick<Event, 'status_code' | 'status_detail_code' | 'carrier_detail_code'>): [string, ...string[]] {
  const { status_code: status, status_detail_code: detail, carrier_detail_code: own } = row;
  const full = [status, detail ?? own].filter((part) => part).join('/');
  if (status === 'DE') return [full, 'DE'];
  return [full, detail ? `*/${detail}` : '', status && own ? `${status}/${own}` : '', status ?? ''];
}

const codes: Codes = details;

function scanOf(event: Event, terms: Terms): Scan[] {
  const at = event.occurred_at ?? event.event_date;
  const occurredAt = instantOf(at, terms.timeZone);
  if (occurredAt === null) return [];
  const words = wordsOf(event);
  return [
    {
      ...meaning(words, codes, terms),
      eventKey: keyOf([at, event.event_code ?? event.description, event.status_code, event.status_detail_code, event.carrier_detail_code]),
      codeRaw: words[0],
      detail: event.description ?? null,
      location: placeOf(event.city_locality, event.state_province, event.country_code),
      occurredAt,
      // The carrier's own clock, sometimes with a Z that is false: kept to be shown, never reckoned with.
      occurredLocal: event.carrier_occurred_at ?? at ?? null,
    },
  ];
}

/** It stands in the rows, mostly in that of the delivery; elsewhere a signer is empty. */
const proofIn = (events: readonly Event[]): Proof | null =>
  proofOf(events.find(({ signer }) => signer?.trim())?.signer, events.find(({ proof_of_delivery_url: url }) => url?.trim())?.proof_of_delivery_url);

function read(body: Buffer, terms: Terms): ParcelNews[] {
  const push = Push.safeParse(jsonOf(body));
  if (!push.success) throw new UnreadablePush('The body is not a ShipEngine webhook: it has no resource_type.');
  if (!kinds.has(push.data.resource_type)) return [];
  const tracking = fit(Tracking, push.data.data, 'tracking');
  const scans = (tracking.events ?? []).flatMap((event) => scanOf(event, terms));
  return [
    {
      waybill: tracking.tracking_number,
      scans,
      state: stateAt(newestOf(scans), wordsOf(tracking), codes, terms),
      eta: instantOf(tracking.estimated_delivery_date, terms.timeZone),
      proof: proofIn(tracking.events ?? []),
      watch: null,
    },
  ];
}

/**
 * ShipEngine. It signs with RSA, but says nowhere that was found which bytes, and no signed push is on record to try it on: until
 * then its address is the secret, and the time it sends must be now.
 */
export const shipengine: Carrier = {
  name: 'shipengine',
  types: ['application/json'],
  proof: 'address',
  timeZone: 'UTC',
  verify(secret, push) {
    if (!cameByAddress(secret, push)) return 'wrong';
    const sent = push.headers['x-shipengine-timestamp'];
    return typeof sent === 'string' ? inWindow(instantOf(sent, 'UTC'), push.now) : 'right';
  },
  read,
  answer: (_push, parked) => received(parked),
};
