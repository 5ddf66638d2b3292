// The contract every carrier on the list keeps, and EasyPost's own vectors as they were recorded.
import { createHmac } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Carrier, UnreadablePush } from '#mail-in/carriers/carrier.ts';
import { carriers } from '#mail-in/carriers/carriers.ts';
import { easypost } from '#mail-in/carriers/easypost.ts';
import { CarrierName, Waybill } from '#mail-in/tracking.ts';
import { stateOf } from '#mail-in/tracking-rules.ts';

interface Sample {
  sign(secret: string, body: Buffer): Record<string, string>;
  /** A push in the documented form with at least two scans, in any order, and one ETA. */
  push: string;
}

const easypostPush = {
  id: 'evt_1',
  object: 'Event',
  description: 'tracker.updated',
  mode: 'test',
  result: {
    object: 'Tracker',
    tracking_code: 'ez4000000004',
    status: 'in_transit',
    updated_at: '2026-11-20T10:00:00Z',
    est_delivery_date: '2026-11-24T00:00:00Z',
    weight: 328.0,
    tracking_details: [
      {
        status: 'in_transit',
        status_detail: 'arrived_at_facility',
        message: 'Arrived',
        datetime: '2026-11-20T09:00:00Z',
        tracking_location: { city: 'HANGZHOU', state: null, country: 'CN', zip: '310000' },
      },
      { status: 'pre_transit', status_detail: 'label_created', message: 'Label', datetime: '2026-11-19T09:00:00Z', tracking_location: null },
    ],
  },
};

const samples: Record<string, Sample> = {
  easypost: {
    sign: (secret, body) => ({ 'x-hmac-signature': `hmac-sha256-hex=${createHmac('sha256', secret.normalize('NFKD')).update(body).digest('hex')}` }),
    push: JSON.stringify(easypostPush),
  },
};

describe.each([...carriers])('carrier %s', (name, carrier: Carrier) => {
  const sample = samples[name];
  if (sample === undefined) throw new Error(`give the carrier ${name} a sample here`);
  const body = Buffer.from(sample.push);
  const secret = 'a-secret-of-this-account';

  it('is listed under its own name, which fits an address', () => {
    expect(carrier.name).toBe(name);
    expect(CarrierName.parse(name)).toBe(name);
  });

  it('accepts what was signed and nothing else', () => {
    const headers = sample.sign(secret, body);
    expect(carrier.verify(secret, headers, body)).toBe(true);
    expect(carrier.verify('another-secret', headers, body)).toBe(false);
    expect(carrier.verify(secret, {}, body)).toBe(false);
    expect(carrier.verify(secret, sample.sign(secret, Buffer.from(' ')), body)).toBe(false);
    for (const at of [0, Math.floor(body.length / 2), body.length - 1]) {
      const tampered = Buffer.from(body);
      tampered[at] = (tampered[at] ?? 0) ^ 1;
      expect(carrier.verify(secret, headers, tampered)).toBe(false);
    }
    expect(carrier.verify(secret, headers, Buffer.concat([body, Buffer.from('\n')]))).toBe(false);
  });

  it('refuses a signature with any bit turned', () => {
    for (const [header, value] of Object.entries(sample.sign(secret, body))) {
      for (let at = 0; at < value.length; at += 1) {
        const turned = value.slice(0, at) + String.fromCharCode(value.charCodeAt(at) ^ 1) + value.slice(at + 1);
        expect(carrier.verify(secret, { [header]: turned }, body)).toBe(false);
      }
    }
  });

  it('reads scans that can be kept', () => {
    const [news] = carrier.read(body);
    expect(Waybill.parse(news?.waybill)).toBe(news?.waybill);
    expect(news?.eta).toBeInstanceOf(Date);
    expect(news?.scans.length).toBeGreaterThanOrEqual(2);
    for (const scan of news?.scans ?? []) expect(Number.isFinite(scan.occurredAt.getTime())).toBe(true);
  });

  it('gives a scan the same key in every push, and different scans different keys', () => {
    const keys = (): string[] => carrier.read(body).flatMap(({ scans }) => scans.map(({ eventKey }) => eventKey));
    expect(keys()).toEqual(keys());
    expect(new Set(keys()).size).toBe(keys().length);
  });

  it.each(['', 'not json', '[]', 'null', '"text"', '{}', '{"description":', '\0'])('says of %j that it cannot be read', (text) => {
    expect(() => carrier.read(Buffer.from(text))).toThrow(UnreadablePush);
  });

  it('answers with JSON', () => {
    expect(JSON.parse(JSON.stringify(carrier.answer()))).toEqual(carrier.answer());
  });
});

describe('easypost', () => {
  const trackerOf = (result: object): Buffer => Buffer.from(JSON.stringify({ description: 'tracker.updated', result }));
  const one = (detail: object) =>
    easypost.read(trackerOf({ tracking_code: 'EZ1', tracking_details: [{ datetime: '2026-11-20T09:00:00Z', ...detail }] }))[0]?.scans[0];

  it.each([
    ['pre_transit', 'label_created', 'label_created'],
    ['in_transit', 'arrived_at_facility', 'in_transit'],
    ['in_transit', null, 'in_transit'],
    ['out_for_delivery', 'out_for_delivery', 'out_for_delivery'],
    ['available_for_pickup', 'arrived_at_pickup_location', 'available_for_pickup'],
    ['delivered', 'arrived_at_destination', 'delivered'],
    ['delivered', 'return', 'returned'],
    ['return_to_sender', 'return', 'returning'],
    ['in_transit', 'return', 'returning'],
    ['failure', 'refused', 'refused'],
    ['failure', 'lost', 'lost'],
    ['failure', 'delayed', 'attempt_failed'],
    ['failure', 'damaged', 'exception'],
    ['failure', 'unknown', 'exception'],
    ['error', null, 'exception'],
    ['cancelled', 'cancelled', 'cancelled'],
    ['unknown', 'expired', 'expired'],
    ['unknown', 'status_update', 'unknown'],
    ['teleported', null, 'unknown'],
    ['constructor', 'toString', 'unknown'],
    [null, null, 'unknown'],
  ])('maps %s with %s to %s', (status, detail, expected) => {
    expect(one({ status, status_detail: detail })?.status).toBe(expected);
  });

  it('keeps the raw code and the place, not the postal code', () => {
    const scan = one({ status: 'in_transit', status_detail: 'held', tracking_location: { city: 'KENLY', state: 'NC', country: 'US', zip: '27542' } });
    expect(scan).toMatchObject({ codeRaw: 'in_transit/held', location: 'KENLY, NC, US' });
    expect(one({ status: 'in_transit' })).toMatchObject({ codeRaw: 'in_transit', location: null, detail: null });
  });

  it('ignores what is not about a tracker, and a tracker event without its tracker', () => {
    expect(easypost.read(Buffer.from('{"description":"batch.created","result":{"object":"Batch"}}'))).toEqual([]);
    expect(easypost.read(Buffer.from('{"description":"tracker.created"}'))).toEqual([]);
    expect(easypost.read(Buffer.from('{"description":"tracker.updated","result":null}'))).toEqual([]);
  });

  it('takes the status of a tracker without history', () => {
    expect(
      easypost.read(trackerOf({ tracking_code: 'EZ1', status: 'delivered', updated_at: '2026-11-20T09:00:00Z', tracking_details: [] })),
    ).toMatchObject([{ scans: [{ status: 'delivered', occurredAt: new Date('2026-11-20T09:00:00Z') }] }]);
    expect(easypost.read(trackerOf({ tracking_code: 'EZ1', status: 'unknown', updated_at: '2026-11-20T09:00:00Z' }))).toMatchObject([{ scans: [] }]);
  });

  it('gives a scan without a usable time that of its tracker, and the same key in later pushes', () => {
    const at = (updated: string) =>
      easypost.read(trackerOf({ tracking_code: 'EZ1', updated_at: updated, tracking_details: [{ status: 'in_transit', datetime: 'soon' }] }))[0]
        ?.scans[0];
    expect(at('2026-11-20T09:00:00Z')?.occurredAt).toEqual(new Date('2026-11-20T09:00:00Z'));
    expect(at('2026-11-20T09:00:00Z')?.eventKey).toBe(at('2026-11-21T09:00:00Z')?.eventKey);
    expect(easypost.read(trackerOf({ tracking_code: 'EZ1', tracking_details: [{ status: 'in_transit', datetime: '0001-01-01' }] }))).toMatchObject([
      { scans: [] },
    ]);
  });

  it.each([
    {},
    { tracking_code: null },
    { tracking_code: 5 },
    { tracking_code: 'X'.repeat(65) },
    { tracking_code: 'A\0B' },
    { tracking_code: 'EZ1', tracking_details: 'none' },
  ])('cannot read a tracker like %j', (tracker) => {
    expect(() => easypost.read(trackerOf(tracker))).toThrow(UnreadablePush);
  });

  it('survives odd values inside a scan', () => {
    const odd = { status: 7, status_detail: [], message: { a: 1 }, carrier_code: true, tracking_location: 'here' };
    expect(one(odd)).toMatchObject({ status: 'unknown', codeRaw: '', detail: null, location: null });
  });
});

const recorded = path.resolve(import.meta.dirname, '../../../../shared/fixtures/carriers/easypost');

describe.skipIf(!existsSync(recorded))(`recorded EasyPost bodies (skipped where ../shared/fixtures/carriers/easypost is missing)`, () => {
  interface Meta {
    kind: 'webhook' | 'tracker_object' | 'api_response';
    bytes: number;
    secret: string | null;
    signature: { value: string } | null;
    derived_signature?: { secret: string; value: string };
    expected: {
      waybill: string | null;
      status_normalised: string | null;
      event_count: number;
      last_occurred_at: string | null;
      delivered_at?: string;
    };
  }
  const names = existsSync(recorded) ? readdirSync(recorded).filter((file) => file.endsWith('.meta.json')) : [];

  it.each(names.map((file) => file.replace('.meta.json', '')))('%s', (name) => {
    const meta = JSON.parse(readFileSync(path.join(recorded, `${name}.meta.json`), 'utf8')) as Meta;
    const body = readFileSync(path.join(recorded, `${name}.json`));
    expect(body.length).toBe(meta.bytes);

    if (meta.signature !== null) expect(easypost.verify(meta.secret ?? '', { 'x-hmac-signature': meta.signature.value }, body)).toBe(true);
    if (meta.derived_signature !== undefined) {
      const { secret, value } = meta.derived_signature;
      expect(easypost.verify(secret, { 'x-hmac-signature': value }, body)).toBe(true);
      expect(easypost.verify(secret, { 'x-hmac-signature': value }, Buffer.concat([body, Buffer.from('\n')]))).toBe(false);
    }

    // A recorded tracker is what a webhook carries as its result.
    const push = meta.kind === 'tracker_object' ? Buffer.from(`{"description":"tracker.updated","result":${body.toString()}}`) : body;
    const [news] = easypost.read(push);
    const scans = news?.scans ?? [];
    expect(scans).toHaveLength(meta.expected.event_count);
    expect(news?.waybill ?? null).toBe(meta.expected.waybill);
    if (news === undefined) return;
    const state = stateOf(scans);
    expect(state.status).toBe(meta.expected.status_normalised);
    const last = Math.max(...scans.map(({ occurredAt }) => occurredAt.getTime()));
    expect(last).toBe(Date.parse(meta.expected.last_occurred_at ?? ''));
    if (meta.expected.delivered_at !== undefined) expect(state.deliveredAt).toEqual(new Date(meta.expected.delivered_at));
  });
});
