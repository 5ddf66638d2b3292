// 17TRACK webhooks v2.x (api.17track.net): the whole history of each of its providers, signed with the API key.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Scan, Waybill } from '../tracking.ts';
import { type Carrier, type ParcelNews, type Terms, UnreadablePush } from './carrier.ts';
import { isProof } from './proof.ts';
import { type Codes, fit, instantOf, jsonOf, keyOf, loose, MAX_SCANS, meaning, newestOf, ok, stateAt } from './reading.ts';

const Event = z.looseObject({
  time_iso: loose,
  time_utc: loose,
  time_raw: z.looseObject({ date: loose, time: loose }).nullish().catch(null),
  description: loose,
  location: loose,
  stage: loose,
  sub_status: loose,
});
type Event = z.infer<typeof Event>;

const Data = z.looseObject({
  number: Waybill,
  track_info: z
    .looseObject({
      latest_status: z.looseObject({ status: loose, sub_status: loose }).nullish().catch(null),
      time_metrics: z
        .looseObject({ estimated_delivery_date: z.looseObject({ from: loose, to: loose }).nullish().catch(null) })
        .nullish()
        .catch(null),
      tracking: z.looseObject({ providers: z.array(z.looseObject({ events: z.array(Event).max(MAX_SCANS).nullish() })).max(20) }).nullish(),
    })
    .nullish(),
});

const Push = z.looseObject({ event: z.string().max(100), data: z.unknown().optional() });

/** 17TRACK's statuses, and the sub-statuses that say more. */
const codes: Codes = {
  NotFound: 'unknown',
  InfoReceived: 'label_created',
  InTransit: 'in_transit',
  Expired: 'expired',
  AvailableForPickup: 'available_for_pickup',
  OutForDelivery: 'out_for_delivery',
  DeliveryFailure: 'attempt_failed',
  Delivered: 'delivered',
  Exception: 'exception',
  InTransit_PickedUp: 'picked_up',
  InTransit_CustomsProcessing: 'customs',
  InTransit_CustomsReleased: 'customs',
  InTransit_CustomsRequiringInformation: 'customs',
  DeliveryFailure_Rejected: 'refused',
  Exception_Rejected: 'refused',
  Exception_Returning: 'returning',
  Exception_Returned: 'returned',
  Exception_Lost: 'lost',
  Exception_Cancel: 'cancelled',
};

/** The sub-status first, then the status it begins with. */
const wordsOf = (sub: string | null | undefined, status: string | null | undefined): [string, ...string[]] => [
  sub ?? status ?? '',
  status ?? '',
  sub?.split('_')[0] ?? '',
];

function scanOf(event: Event, terms: Terms): Scan[] {
  const { time_iso, time_utc, time_raw, description, location, stage, sub_status: sub } = event;
  const raw = time_raw?.date ? [time_raw.date, time_raw.time].filter((part) => part).join('T') : null;
  const at = time_utc ?? time_iso ?? raw;
  const occurredAt = instantOf(at, terms.timeZone);
  if (occurredAt === null) return [];
  const words = wordsOf(sub, stage);
  return [
    {
      ...meaning(words, codes, terms),
      eventKey: keyOf([at, words[0], description, location]),
      codeRaw: words[0],
      detail: description ?? null,
      location: location || null,
      occurredAt,
      // Where 17TRACK knows no zone it gives the wall time alone.
      occurredLocal: time_iso ?? raw ?? at ?? null,
    },
  ];
}

function read(body: Buffer, terms: Terms): ParcelNews[] {
  const push = Push.safeParse(jsonOf(body));
  if (!push.success) throw new UnreadablePush('The body is not a 17TRACK webhook: it names no event.');
  const { event } = push.data;
  if (event !== 'TRACKING_UPDATED' && event !== 'TRACKING_STOPPED') return [];
  const { number: waybill, track_info: info } = fit(Data, push.data.data, 'data');
  const scans = (info?.tracking?.providers ?? []).flatMap(({ events }) => (events ?? []).flatMap((row) => scanOf(row, terms)));
  const { status, sub_status: sub } = info?.latest_status ?? {};
  const { from, to } = info?.time_metrics?.estimated_delivery_date ?? {};
  return [
    {
      waybill,
      scans,
      state: stateAt(newestOf(scans), wordsOf(sub, status), codes, terms),
      eta: instantOf(to ?? from, terms.timeZone),
      watch: event === 'TRACKING_STOPPED' ? 'ended' : 'watching',
    },
  ];
}

/** 17TRACK: `sign` = SHA-256 of the body, a slash and the API key, which is the account's secret here. */
export const seventeentrack: Carrier = {
  name: '17track',
  types: ['application/json'],
  proof: 'signature',
  timeZone: 'UTC',
  verify: (secret, { headers, body }) =>
    isProof(headers['sign'], createHash('sha256').update(body).update(`/${secret}`).digest('hex')) ? 'right' : 'wrong',
  read,
  answer: () => ok({ received: true }),
};
