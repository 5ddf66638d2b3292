// Kdniao (快递鸟) trajectory pushes (kdniao.com, instructions 101 and 102): a form with the JSON in `RequestData`, several waybills each.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { dayIn, offsetAt } from '#platform/time-zone.ts';
import { type Scan, Waybill } from '../tracking.ts';
import { type Answer, type Carrier, type ParcelNews, type Terms, UnreadablePush } from './carrier.ts';
import { isProof } from './proof.ts';
import {
  type Codes,
  fit,
  fitting,
  formField,
  instantOf,
  jsonOf,
  keyOf,
  loose,
  looseCode,
  MAX_PARCELS,
  MAX_SCANS,
  meaning,
  newestOf,
  ok,
  readOf,
  stateAt,
} from './reading.ts';

const Trace = z.looseObject({ AcceptTime: loose, AcceptStation: loose, Remark: loose, Location: loose, Action: looseCode });
type Trace = z.infer<typeof Trace>;

const Parcel = z.looseObject({
  LogisticCode: Waybill,
  ShipperCode: loose,
  State: looseCode,
  StateEx: looseCode,
  EstimatedDeliveryTime: loose,
  Traces: z.array(Trace).max(MAX_SCANS).nullish(),
});
type Parcel = z.infer<typeof Parcel>;

const RequestData = z.looseObject({ EBusinessID: looseCode, Data: z.array(z.unknown()).max(MAX_PARCELS) });

const trajectories: ReadonlySet<string> = new Set(['101', '102']);
const CHINA = 'Asia/Shanghai';

/** `State`, `StateEx` and the `Action` of a row share one list. 304 is a proxy's signature here and a locker at kuaidi100: the tables stay apart. */
const codes: Codes = {
  0: 'unknown',
  1: 'picked_up',
  2: 'in_transit',
  3: 'delivered',
  4: 'exception',
  5: 'transferred',
  6: 'customs',
  10: 'label_created',
  201: 'in_transit',
  202: 'out_for_delivery',
  204: 'in_transit',
  205: 'in_transit',
  206: 'in_transit',
  211: 'available_for_pickup',
  301: 'delivered',
  302: 'delivered',
  304: 'delivered',
  311: 'delivered',
  404: 'refused',
  405: 'attempt_failed',
  406: 'returned',
  407: 'returning',
  413: 'cancelled',
  415: 'cancelled',
  416: 'attempt_failed',
  601: 'customs',
  602: 'customs',
  603: 'customs',
  604: 'customs',
};

function scanOf(trace: Trace, shipper: string | null | undefined, terms: Terms): Scan[] {
  const { AcceptTime: at, AcceptStation: text, Location: location, Action: action } = trace;
  const occurredAt = instantOf(at, terms.timeZone);
  if (occurredAt === null) return [];
  return [
    {
      ...meaning([action ?? ''], codes, terms),
      eventKey: keyOf([shipper, at, text, action]),
      codeRaw: action ?? '',
      detail: text?.trim() || null,
      location: location || null,
      occurredAt,
      occurredLocal: at ?? null,
    },
  ];
}

function newsOf(parcel: Parcel, terms: Terms): ParcelNews {
  const { State: state, StateEx: exact } = parcel;
  const scans = (parcel.Traces ?? []).flatMap((trace) => scanOf(trace, parcel.ShipperCode, terms));
  return {
    waybill: parcel.LogisticCode,
    scans,
    state: stateAt(newestOf(scans), [exact || state || '', state ?? ''], codes, terms),
    eta: instantOf(parcel.EstimatedDeliveryTime, terms.timeZone),
    watch: null,
  };
}

const holdsParcels = (json: unknown): boolean => RequestData.safeParse(json).data?.Data.some((one) => Parcel.safeParse(one).success) ?? false;

function read(body: Buffer, terms: Terms): ParcelNews[] {
  const field = formField(body, 'RequestData');
  if (field === null) throw new UnreadablePush('The form has no field RequestData.');
  const json = jsonOf(field);
  // The kind of a push is not signed: only what reads as no trajectory may be left alone for being of another kind (107: payments).
  const type = formField(body, 'RequestType') ?? '';
  if (/^\d{3,4}$/.test(type) && !trajectories.has(type) && !holdsParcels(json)) return [];
  const { those, trouble } = fitting(Parcel, fit(RequestData, json, 'field RequestData').Data, 'parcel');
  return readOf(
    those.map((parcel) => newsOf(parcel, terms)),
    trouble,
  );
}

/** Kdniao's time of day, as in China: `2026-11-22 10:00:00`. */
const chinaTime = (at: Date): string => `${dayIn(CHINA, at)} ${new Date(at.getTime() + offsetAt(CHINA, at.getTime())).toISOString().slice(11, 19)}`;

function answer({ body, now }: { body: Buffer; now: Date }): Answer {
  const told = RequestData.safeParse(jsonOf(formField(body, 'RequestData') ?? 'null'));
  return ok({ EBusinessID: (told.success ? told.data.EBusinessID : null) ?? '', UpdateTime: chinaTime(now), Success: true, Reason: '' });
}

/** Kdniao: `DataSign` = base64 of the lower hex MD5 of the decoded RequestData and the AppKey; its other fields are not signed. */
export const kdniao: Carrier = {
  name: 'kdniao',
  types: ['application/x-www-form-urlencoded'],
  proof: 'signature',
  timeZone: CHINA,
  verify(secret, { body }) {
    const data = formField(body, 'RequestData') ?? '';
    const digest = createHash('md5').update(data).update(secret).digest('hex');
    return isProof(formField(body, 'DataSign'), Buffer.from(digest).toString('base64')) && data !== '' ? 'right' : 'wrong';
  },
  read,
  answer,
};
