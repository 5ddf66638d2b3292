// kuaidi100 subscription pushes (github.com/kuaidi100-api/java-demo): a form with the JSON in `param`, signed with the subscription's salt.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Scan, type Watch, Waybill } from '../tracking.ts';
import { type Carrier, type ParcelNews, type Terms, UnreadablePush } from './carrier.ts';
import { isProof } from './proof.ts';
import { type Codes, fit, formField, instantOf, jsonOf, keyOf, loose, looseCode, MAX_SCANS, meaning, newestOf, ok, stateAt } from './reading.ts';

const Row = z.looseObject({ time: loose, ftime: loose, context: loose, status: loose, statusCode: looseCode, areaName: loose, location: loose });
type Row = z.infer<typeof Row>;

const Param = z.looseObject({
  status: loose,
  lastResult: z.looseObject({
    nu: Waybill,
    com: loose,
    state: looseCode,
    data: z.array(Row).max(MAX_SCANS).nullish(),
    arrivalTime: loose,
  }),
});

/**
 * kuaidi100's states by number and by name. Of the advanced codes only those that were seen in pushes: the others follow no rule
 * that holds (101 is an order, 103 a collection), so they are for the account's own table until somebody has seen them.
 */
const codes: Codes = {
  0: 'in_transit',
  1: 'picked_up',
  2: 'exception',
  3: 'delivered',
  4: 'returned',
  5: 'out_for_delivery',
  6: 'returning',
  7: 'transferred',
  8: 'customs',
  10: 'customs',
  11: 'customs',
  12: 'customs',
  13: 'customs',
  14: 'refused',
  304: 'delivered',
  1002: 'in_transit',
  在途: 'in_transit',
  揽收: 'picked_up',
  疑难: 'exception',
  签收: 'delivered',
  退签: 'returned',
  派件: 'out_for_delivery',
  退回: 'returning',
  转投: 'transferred',
  清关: 'customs',
  拒签: 'refused',
  干线: 'in_transit',
};

/** The state of the subscription. A signed parcel can still be `polling`, and an `abort` says nothing about the parcel. */
const watches: { readonly [status: string]: Watch } = { polling: 'watching', updateall: 'watching', shutdown: 'ended', abort: 'given_up' };

function scanOf(row: Row, com: string | null | undefined, terms: Terms): Scan[] {
  const { time, ftime, context, status, statusCode, areaName, location } = row;
  const occurredAt = instantOf(time, terms.timeZone) ?? instantOf(ftime, terms.timeZone);
  if (occurredAt === null) return [];
  const codeRaw = statusCode ?? status ?? '';
  return [
    {
      ...meaning([codeRaw, status ?? ''], codes, terms),
      // The push has no ids; the code is in it so that a row whose code is corrected later counts.
      eventKey: keyOf([com, time, context, codeRaw]),
      codeRaw,
      detail: context?.trim() || null,
      location: areaName || location || null,
      occurredAt,
      occurredLocal: time ?? ftime ?? null,
    },
  ];
}

function read(body: Buffer, terms: Terms): ParcelNews[] {
  const param = formField(body, 'param');
  if (param === null) throw new UnreadablePush('The form has no field param.');
  const { status, lastResult } = fit(Param, jsonOf(param), 'field param');
  const { nu, com, state, data, arrivalTime } = lastResult;
  const scans = (data ?? []).flatMap((row) => scanOf(row, com, terms));
  return [
    {
      waybill: nu,
      scans,
      // Without rows the state is 0 whatever has happened.
      state: stateAt(newestOf(scans), [state ?? ''], codes, terms),
      eta: instantOf(arrivalTime, terms.timeZone),
      watch: (Object.hasOwn(watches, status ?? '') ? watches[status ?? ''] : undefined) ?? null,
    },
  ];
}

/** kuaidi100: `sign` = MD5(param + salt) in upper hex over the decoded field. Anything but its own answer is pushed again, three times. */
export const kuaidi100: Carrier = {
  name: 'kuaidi100',
  types: ['application/x-www-form-urlencoded'],
  proof: 'signature',
  timeZone: 'Asia/Shanghai',
  verify(secret, { body }) {
    const param = formField(body, 'param') ?? '';
    const expected = createHash('md5').update(param).update(secret).digest('hex').toUpperCase();
    return isProof(formField(body, 'sign'), expected) && param !== '' ? 'right' : 'wrong';
  },
  read,
  answer: () => ok({ result: true, returnCode: '200', message: '成功' }),
};
