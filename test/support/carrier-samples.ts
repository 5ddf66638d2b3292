// What each carrier says of one parcel on its way, in its documented form: collected in Hangzhou, on its way, at the door, delivered.

/** One stop of a parcel, and the hour on 20 November 2026 (UTC) at which it was scanned. */
export type Stop = 'collected' | 'moving' | 'at_door' | 'delivered' | 'odd';

/** A history: stops with the hour of each. */
export type History = readonly (readonly [Stop, number])[];

const two = (value: number): string => String(value).padStart(2, '0');
const utc = (hour: number): string => `2026-11-${two(20 + Math.floor(hour / 24))}T${two(hour % 24)}:00:00Z`;
/** The same instant on a Chinese clock. */
const china = (hour: number): string =>
  utc(hour + 8)
    .replace('T', ' ')
    .replace('Z', '');

type Words = Record<Stop, string>;
const newestFirst = (history: History): History => history.toSorted(([, a], [, b]) => b - a);
const last = (history: History): Stop => newestFirst(history)[0]?.[0] ?? 'moving';

const easypostWords: Words = {
  collected: 'in_transit',
  moving: 'in_transit',
  at_door: 'out_for_delivery',
  delivered: 'delivered',
  odd: 'teleported',
};
const aftershipWords: Words = {
  collected: 'InTransit',
  moving: 'InTransit',
  at_door: 'OutForDelivery',
  delivered: 'Delivered',
  odd: 'Teleported',
};
const shippoWords: Words = { collected: 'TRANSIT', moving: 'TRANSIT', at_door: 'TRANSIT', delivered: 'DELIVERED', odd: 'TELEPORTED' };
const shippoMore: Partial<Words> = { collected: 'package_accepted', at_door: 'out_for_delivery' };
const kuaidi100Words: Words = { collected: '1', moving: '0', at_door: '5', delivered: '3', odd: '987' };
const kdniaoWords: Words = { collected: '1', moving: '204', at_door: '202', delivered: '301', odd: '987' };
const sfWords: Words = { collected: '50', moving: '31', at_door: '130', delivered: '80', odd: '987' };
const shipengineWords: Words = { collected: 'AC', moving: 'IT', at_door: 'IT', delivered: 'DE', odd: 'ZZ' };
const track17Words: Words = {
  collected: 'InTransit_PickedUp',
  moving: 'InTransit_Arrival',
  at_door: 'OutForDelivery_Other',
  delivered: 'Delivered_Other',
  odd: 'Teleported_Far',
};
const track17Status = (stop: Stop): string => track17Words[stop].split('_')[0] ?? '';

/** By carrier, what it says of a parcel with this history. */
export const samples: Record<string, (waybill: string, history: History) => string> = {
  easypost: (waybill, history) =>
    JSON.stringify({
      id: `evt_${waybill}`,
      object: 'Event',
      description: 'tracker.updated',
      result: {
        object: 'Tracker',
        tracking_code: waybill,
        status: easypostWords[last(history)],
        updated_at: utc(40),
        est_delivery_date: '2026-11-24T00:00:00Z',
        weight: 328.5,
        tracking_details: history.map(([stop, hour]) => ({
          status: easypostWords[stop],
          status_detail: null,
          message: stop,
          datetime: utc(hour),
          tracking_location: { city: 'HANGZHOU', state: null, country: 'CN', zip: '310000' },
        })),
      },
    }),
  aftership: (waybill, history) =>
    JSON.stringify({
      event: 'tracking_update',
      event_id: '94dadd60-ed26-46d0-aa52-3ced925a50ff',
      msg: {
        tracking_number: waybill,
        slug: 'sf-express',
        tag: aftershipWords[last(history)],
        subtag: `${aftershipWords[last(history)]}_001`,
        expected_delivery: '2026-11-24',
        checkpoints: history.map(([stop, hour]) => ({
          slug: 'sf-express',
          checkpoint_time: utc(hour).replace('Z', '+00:00'),
          tag: aftershipWords[stop],
          subtag: `${aftershipWords[stop]}_001`,
          message: stop,
          city: 'Hangzhou',
          country_name: 'China',
        })),
      },
      ts: 1_795_000_000,
    }),
  shippo(waybill, history) {
    const row = (stop: Stop, hour: number) => ({
      status: shippoWords[stop],
      substatus: shippoMore[stop] === undefined ? null : { code: shippoMore[stop], text: stop, action_required: false },
      status_date: utc(hour),
      status_details: stop,
      location: { city: 'Hangzhou', state: null, country: 'CN', zip: '310000' },
    });
    const [newest] = newestFirst(history);
    return JSON.stringify({
      event: 'track_updated',
      test: false,
      data: {
        carrier: 'sf',
        tracking_number: waybill,
        eta: '2026-11-24T00:00:00Z',
        tracking_status: newest === undefined ? null : { ...row(...newest), object_id: 'current' },
        tracking_history: history.map(([stop, hour]) => row(stop, hour)),
      },
    });
  },
  kuaidi100: (waybill, history) =>
    JSON.stringify({
      status: last(history) === 'delivered' ? 'shutdown' : 'polling',
      billstatus: '',
      message: '',
      lastResult: {
        message: 'ok',
        nu: waybill,
        com: 'shunfeng',
        status: '200',
        ischeck: last(history) === 'delivered' ? '1' : '0',
        state: kuaidi100Words[last(history)],
        arrivalTime: '2026-11-24 12:00:00',
        data: newestFirst(history).map(([stop, hour]) => ({
          time: china(hour),
          ftime: china(hour),
          context: `【杭州】${stop}`,
          statusCode: kuaidi100Words[stop],
          areaName: '浙江,杭州市',
        })),
      },
    }),
  kdniao: (waybill, history) =>
    JSON.stringify({
      EBusinessID: '1281025',
      PushTime: china(40),
      Count: 1,
      Data: [
        {
          EBusinessID: '1281025',
          ShipperCode: 'SF',
          LogisticCode: waybill,
          Success: true,
          State: kdniaoWords[last(history)].slice(0, 1),
          StateEx: kdniaoWords[last(history)],
          EstimatedDeliveryTime: '2026-11-24 12:00:00',
          Traces: history.map(([stop, hour]) => ({
            AcceptTime: china(hour),
            AcceptStation: `【杭州】${stop}`,
            Action: kdniaoWords[stop],
            Location: '杭州',
          })),
        },
      ],
    }),
  sf: (waybill, history) =>
    `<?xml version="1.0" encoding="UTF-8"?><Request service="RoutePushService" lang="zh-CN"><Body>${history
      .map(
        ([stop, hour]) =>
          `<WaybillRoute id="${waybill}${stop}${hour}" mailno="${waybill}" acceptTime="${china(hour)}" acceptAddress="杭州" remark="${stop} &lt;1&gt;" opCode="${sfWords[stop]}"/>`,
      )
      .join('')}</Body></Request>`,
  shipengine: (waybill, history) =>
    JSON.stringify({
      resource_url: 'https://api.shipengine.com/v1/tracking',
      resource_type: 'API_TRACK',
      data: {
        tracking_number: waybill,
        status_code: shipengineWords[last(history)],
        carrier_detail_code: last(history) === 'at_door' ? 'OT' : null,
        estimated_delivery_date: '2026-11-24T00:00:00Z',
        events: newestFirst(history).map(([stop, hour]) => ({
          occurred_at: utc(hour),
          carrier_occurred_at: china(hour).replace(' ', 'T'),
          description: stop,
          city_locality: 'HANGZHOU',
          country_code: 'CN',
          event_code: shipengineWords[stop],
          status_code: shipengineWords[stop],
          carrier_detail_code: stop === 'at_door' ? 'OT' : null,
        })),
      },
    }),
  '17track': (waybill, history) =>
    JSON.stringify({
      event: 'TRACKING_UPDATED',
      data: {
        number: waybill,
        carrier: 100_003,
        tag: null,
        track_info: {
          latest_status: { status: track17Status(last(history)), sub_status: track17Words[last(history)] },
          time_metrics: { estimated_delivery_date: { source: 'Official', from: null, to: '2026-11-24T00:00:00+08:00' } },
          tracking: {
            providers: [
              {
                provider: { key: 100_003, name: 'SF' },
                events: newestFirst(history).map(([stop, hour]) => ({
                  time_iso: `${china(hour).replace(' ', 'T')}+08:00`,
                  time_utc: utc(hour),
                  time_raw: { date: china(hour).slice(0, 10), time: china(hour).slice(11), timezone: '+08:00' },
                  description: stop,
                  location: 'Hangzhou',
                  stage: track17Status(stop),
                  sub_status: track17Words[stop],
                })),
              },
            ],
          },
        },
      },
    }),
};

/** What this carrier says of this parcel. */
export const sample = (carrier: string, waybill: string, history: History): string => {
  const say = samples[carrier];
  if (say === undefined) throw new Error(`say in test/support/carrier-samples.ts what ${carrier} says`);
  return say(waybill, history);
};
