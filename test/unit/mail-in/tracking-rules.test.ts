// The state of a parcel from its scans: whatever the order, whatever is repeated.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ParcelStatus } from '#mail-in/tracking.ts';
import { continuationOf, etaOf, proofAfter, stateOf, watchAfter } from '#mail-in/tracking-rules.ts';

const T0 = Date.UTC(2026, 10, 20);
const scan = (status: ParcelStatus, hour: number, key = `${status}-${hour}`) => ({
  status,
  codeRaw: `raw:${status}`,
  eventKey: key,
  occurredAt: new Date(T0 + hour * 3_600_000),
});
const statusAfter = (...scans: ReturnType<typeof scan>[]) => stateOf(scans).status;

const anyScan = fc
  .tuple(fc.constantFrom(...ParcelStatus.options), fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 3 }))
  .map(([status, hour, n]) => scan(status, hour, `${status}-${hour}-${n}`));

describe('stateOf', () => {
  it('starts as a label', () => {
    expect(stateOf([])).toEqual({ status: 'label_created', codeRaw: null, at: null, deliveredAt: null });
  });

  it('follows the newest scan', () => {
    expect(stateOf([scan('out_for_delivery', 5), scan('in_transit', 2), scan('label_created', 0)])).toEqual({
      status: 'out_for_delivery',
      codeRaw: 'raw:out_for_delivery',
      at: new Date(T0 + 5 * 3_600_000),
      deliveredAt: null,
    });
  });

  it('keeps a delivery against ordinary scans that are newer by their clock', () => {
    const state = stateOf([scan('delivered', 1), scan('in_transit', 3), scan('out_for_delivery', 4)]);
    expect(state).toMatchObject({ status: 'delivered', deliveredAt: new Date(T0 + 3_600_000) });
  });

  it.each(['refused', 'returning', 'returned', 'lost', 'exception'] as const)('lets %s take a delivery back', (status) => {
    expect(stateOf([scan('delivered', 1), scan(status, 2)])).toMatchObject({ status, deliveredAt: null });
  });

  it('does not let an older compensation take a newer delivery back', () => {
    expect(statusAfter(scan('exception', 1), scan('delivered', 2))).toBe('delivered');
  });

  it('reads a delivery on the way back as a return', () => {
    expect(stateOf([scan('returning', 1), scan('delivered', 2)])).toMatchObject({ status: 'returned', deliveredAt: null });
    expect(statusAfter(scan('returning', 1), scan('exception', 2), scan('delivered', 3))).toBe('returned');
    expect(statusAfter(scan('delivered', 1), scan('returning', 2), scan('in_transit', 3), scan('delivered', 4))).toBe('returned');
  });

  it('keeps "on its way back" while it is scanned on that way', () => {
    expect(statusAfter(scan('returning', 1), scan('in_transit', 2), scan('out_for_delivery', 3))).toBe('returning');
  });

  it('lets a refused parcel be tried again', () => {
    expect(statusAfter(scan('refused', 1), scan('in_transit', 2))).toBe('refused');
    expect(statusAfter(scan('refused', 1), scan('delivered', 2))).toBe('delivered');
  });

  it('finds a lost parcel again, and follows one whose label was void', () => {
    expect(statusAfter(scan('lost', 1), scan('in_transit', 2))).toBe('in_transit');
    expect(statusAfter(scan('cancelled', 1), scan('picked_up', 2))).toBe('picked_up');
  });

  it('is not moved by an unknown code', () => {
    expect(stateOf([scan('in_transit', 1), scan('unknown', 2)])).toMatchObject({ status: 'in_transit', codeRaw: 'raw:in_transit' });
    expect(statusAfter(scan('unknown', 2))).toBe('label_created');
  });

  it('does not go back to a label', () => {
    expect(statusAfter(scan('in_transit', 1), scan('label_created', 2))).toBe('in_transit');
  });

  it('says the same for every order of arrival and any repetition', () => {
    fc.assert(
      fc.property(
        fc
          .uniqueArray(anyScan, { selector: ({ eventKey }) => eventKey, maxLength: 10 })
          .chain((scans) => fc.tuple(fc.constant(scans), fc.shuffledSubarray(scans, { minLength: scans.length }), fc.subarray(scans))),
        ([scans, shuffled, again]) => {
          expect(stateOf([...shuffled, ...again])).toEqual(stateOf(scans));
        },
      ),
    );
  });

  it('never leaves a delivery without a compensating scan after it', () => {
    const harmless = anyScan.filter(({ status }) => !['refused', 'returning', 'returned', 'lost', 'exception'].includes(status));
    fc.assert(
      fc.property(fc.array(harmless, { maxLength: 10 }), fc.integer({ min: 0, max: 12 }), (scans, hour) => {
        expect(stateOf([...scans, scan('delivered', hour)]).status).toBe('delivered');
      }),
    );
  });
});

describe('etaOf', () => {
  const [early, late] = [new Date(T0 + 86_400_000), new Date(T0 + 2 * 86_400_000)];
  const all = [scan('in_transit', 1), scan('out_for_delivery', 5)];
  it('believes the push that knows the newest scan', () => {
    expect(etaOf(early, { eta: late, scans: all }, all)).toEqual(late);
    expect(etaOf(late, { eta: early, scans: all.slice(0, 1) }, all)).toEqual(late);
  });
  it('takes a first day from anybody, and keeps it where none is named', () => {
    expect(etaOf(null, { eta: late, scans: [] }, all)).toEqual(late);
    expect(etaOf(early, { eta: null, scans: all }, all)).toEqual(early);
    expect(etaOf(null, { eta: null, scans: [] }, [])).toBeNull();
  });
});

describe('watchAfter', () => {
  it('follows what is said, but does not begin again after its end', () => {
    expect(watchAfter(null, 'watching')).toBe('watching');
    expect(watchAfter('given_up', 'watching')).toBe('watching');
    expect(watchAfter('watching', 'ended')).toBe('ended');
    expect(watchAfter('ended', 'watching')).toBe('ended');
    expect(watchAfter('ended', null)).toBe('ended');
  });
});

describe('continuationOf', () => {
  const said = (detail: string | null, status: ParcelStatus = 'transferred') => continuationOf({ status, detail }, 'YT6186594166532');

  it.each([
    ['快件已转投【申通快递】，新单号：773012345678901', '773012345678901'],
    ['已转单，运单号为 sf1234567890123，请留意', 'SF1234567890123'],
    ['Transferred to the post, new tracking number: 9400100208303109500706', '9400100208303109500706'],
    ['Goes on under waybill #RR123456789CN', 'RR123456789CN'],
  ])('reads the number: %s', (text, number) => {
    expect(said(text)).toBe(number);
  });

  it.each([
    ['no number', '快件已转投【申通快递】'],
    ['a telephone', '快件已转投，请致电 4008111111'],
    ['a short one', '单号：1234567'],
    ['its own', '单号：YT6186594166532'],
    ['one of two', '原单号：773012345678901，新单号：773012345678902'],
    ['a word behind the word for it', 'Waybill transferred to the local post'],
    ['another', 'A new tracking number available soon'],
    ['nothing', null],
  ])('reads none where there is %s', (_, text) => {
    expect(said(text)).toBeNull();
  });

  it('reads no other scan, and believes what is said beside the text', () => {
    expect(said('新单号：773012345678901', 'in_transit')).toBeNull();
    expect(continuationOf({ status: 'transferred', detail: '新单号：773012345678901', continuesAs: 'SF1234567890123' }, 'A')).toBe('SF1234567890123');
  });

  it('is quick with a text made to be slow', () => {
    // Of this process alone: other suites run beside it.
    const began = process.cpuUsage();
    said(`waybill${' '.repeat(5_000)}`.repeat(20));
    expect(process.cpuUsage(began).user).toBeLessThan(200_000);
  });
});

describe('proofAfter', () => {
  it('keeps what was shown first and adds what it lacked', () => {
    const name = { signedBy: 'Wang', url: null };
    const picture = { signedBy: null, url: 'https://x.example.com/1' };
    expect(proofAfter(null, name)).toBe(name);
    expect(proofAfter(name, null)).toBe(name);
    expect(proofAfter(name, { signedBy: 'Li', url: null })).toBe(name);
    expect(proofAfter(name, picture)).toEqual({ signedBy: 'Wang', url: picture.url });
    expect(proofAfter(picture, name)).toEqual({ signedBy: 'Wang', url: picture.url });
  });
});
