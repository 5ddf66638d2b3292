// SF Express (顺丰 丰桥) route pushes: XML, XML in a form or JSON, each with new routes only. It signs nothing: the address is the secret.
import { z } from 'zod';
import { type Scan, Waybill } from '../tracking.ts';
import { type Answer, type Carrier, type ParcelNews, type Terms, UnreadablePush } from './carrier.ts';
import { cameByAddress } from './proof.ts';
import { type Codes, type Fitting, fit, fitting, instantOf, jsonOf, keyOf, loose, looseCode, MAX_SCANS, meaning, ok, readOf } from './reading.ts';
import { elementsOf } from './xml.ts';

const Route = z.looseObject({ id: looseCode, mailno: Waybill, acceptTime: loose, acceptAddress: loose, remark: loose, opCode: looseCode });
type Route = z.infer<typeof Route>;

const JsonPush = z.looseObject({ Body: z.looseObject({ WaybillRoute: z.array(z.unknown()).max(MAX_SCANS) }) });
/** SF's own answer to a query of routes has the same rows; who asks SF hands it on as it is. */
const QueryAnswer = z.looseObject({
  msgData: z.looseObject({
    routeResps: z.array(z.looseObject({ mailNo: Waybill, routes: z.array(Route.omit({ mailno: true })).max(MAX_SCANS) })).max(100),
  }),
});

/**
 * The opCodes that were seen with a text that says what they mean. SF publishes no list, and many have two meanings (648, 99, 8000):
 * an account adds those of its contract under `codes`. An unknown one is no "in transit".
 */
const codes: Codes = {
  50: 'picked_up',
  54: 'picked_up',
  30: 'in_transit',
  31: 'in_transit',
  36: 'in_transit',
  501: 'in_transit',
  130: 'in_transit',
  80: 'delivered',
  631: 'returned',
};

const trimmed = (text: string): string => text.replace(/^\uFEFF/, '').trim();

/** The XML or JSON of a body: itself, a field `content` or `xml` of a form, or all of it URL-encoded. */
function contentOf(body: Buffer): string {
  const text = trimmed(body.toString());
  if (/^[<{]/.test(text)) return text;
  const form = new URLSearchParams(text);
  const [firstName = ''] = form.keys();
  return trimmed(form.get('content') ?? form.get('xml') ?? firstName);
}

function routesOf(body: Buffer): Fitting<Route> {
  const content = contentOf(body);
  if (content.startsWith('<')) return fitting(Route, elementsOf(content, 'Request', 'WaybillRoute'), 'WaybillRoute');
  const json = jsonOf(content);
  const answered = QueryAnswer.safeParse(json);
  if (answered.success) {
    const those = answered.data.msgData.routeResps.flatMap(({ mailNo, routes }) => routes.map((route) => ({ ...route, mailno: mailNo })));
    return { those, trouble: null };
  }
  return fitting(Route, fit(JsonPush, json, 'push').Body.WaybillRoute, 'WaybillRoute');
}

function scanOf(route: Route, terms: Terms): Scan[] {
  const { id, acceptTime: at, acceptAddress: place, remark, opCode } = route;
  const occurredAt = instantOf(at, terms.timeZone);
  if (occurredAt === null) return [];
  return [
    {
      ...meaning([opCode ?? ''], codes, terms),
      eventKey: id ? `id:${id}` : keyOf([at, opCode, remark, place]),
      codeRaw: opCode ?? '',
      detail: remark || null,
      location: place || null,
      occurredAt,
      occurredLocal: at ?? null,
    },
  ];
}

function read(body: Buffer, terms: Terms): ParcelNews[] {
  const { those: routes, trouble } = routesOf(body);
  if (routes.length > MAX_SCANS) throw new UnreadablePush(`The push has more than ${MAX_SCANS} routes: no more are read.`);
  const parcels = Map.groupBy(routes, ({ mailno }) => mailno);
  const told = { state: null, eta: null, watch: null };
  return readOf(
    [...parcels].map(([waybill, rows]) => ({ waybill, scans: rows.flatMap((row) => scanOf(row, terms)), ...told })),
    trouble,
  );
}

function answer({ body }: { body: Buffer }): Answer {
  if (contentOf(body).startsWith('{')) return ok({ return_code: '0000', return_msg: '成功' });
  return { status: 200, contentType: 'text/xml; charset=utf-8', body: '<Response service="RoutePushService"><Head>OK</Head></Response>' };
}

/** SF Express. */
export const sf: Carrier = {
  name: 'sf',
  types: ['application/xml', 'text/xml', 'application/json', 'application/x-www-form-urlencoded'],
  proof: 'address',
  timeZone: 'Asia/Shanghai',
  verify: (secret, push) => (cameByAddress(secret, push) ? 'right' : 'wrong'),
  read,
  answer,
};
