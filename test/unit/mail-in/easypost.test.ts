// EasyPost's own words and odd values, beyond what every carrier's contract asks.
import { describe, expect, it } from 'vitest';
import { UnreadablePush } from '#mail-in/carriers/carrier.ts';
import { easypost } from '#mail-in/carriers/easypost.ts';

describe('easypost', () => {
  const read = (push: Buffer) => easypost.read(push, { codes: {}, timeZone: 'UTC' });
  const trackerOf = (result: object): Buffer => Buffer.from(JSON.stringify({ description: 'tracker.updated', result }));
  const one = (detail: object) =>
    read(trackerOf({ tracking_code: 'EZ1', tracking_details: [{ datetime: '2026-11-20T09:00:00Z', ...detail }] }))[0]?.scans[0];

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
    expect(read(Buffer.from('{"description":"batch.created","result":{"object":"Batch"}}'))).toEqual([]);
    expect(read(Buffer.from('{"description":"tracker.created"}'))).toEqual([]);
    expect(read(Buffer.from('{"description":"tracker.updated","result":null}'))).toEqual([]);
  });

  it('takes the status of a tracker without history', () => {
    expect(read(trackerOf({ tracking_code: 'EZ1', status: 'delivered', updated_at: '2026-11-20T09:00:00Z', tracking_details: [] }))).toMatchObject([
      { scans: [], state: { status: 'delivered', occurredAt: new Date('2026-11-20T09:00:00Z') } },
    ]);
    expect(read(trackerOf({ tracking_code: 'EZ1', status: 'unknown', updated_at: '2026-11-20T09:00:00Z' }))).toMatchObject([
      { scans: [], state: null },
    ]);
  });

  it('gives a scan without a usable time that of its tracker, and the same key in later pushes', () => {
    const at = (updated: string) =>
      read(trackerOf({ tracking_code: 'EZ1', updated_at: updated, tracking_details: [{ status: 'in_transit', datetime: 'soon' }] }))[0]?.scans[0];
    expect(at('2026-11-20T09:00:00Z')?.occurredAt).toEqual(new Date('2026-11-20T09:00:00Z'));
    expect(at('2026-11-20T09:00:00Z')?.eventKey).toBe(at('2026-11-21T09:00:00Z')?.eventKey);
    expect(read(trackerOf({ tracking_code: 'EZ1', tracking_details: [{ status: 'in_transit', datetime: '0001-01-01' }] }))).toMatchObject([
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
    expect(() => read(trackerOf(tracker))).toThrow(UnreadablePush);
  });

  it('survives odd values inside a scan', () => {
    const odd = { status: 7, status_detail: [], message: { a: 1 }, carrier_code: true, tracking_location: 'here' };
    expect(one(odd)).toMatchObject({ status: 'unknown', codeRaw: '', detail: null, location: null });
  });
});
