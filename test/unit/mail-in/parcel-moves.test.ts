// The steps that scans cause: the same ones in whatever order they come, each once a parcel.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isToBeOpened, movesOf, openByOf } from '#mail-in/parcel-moves.ts';
import { ParcelStatus } from '#mail-in/tracking.ts';
import { stateOf } from '#mail-in/tracking-rules.ts';
import { usualHours } from '#service-centers/week-hours.ts';
import { actions } from '#tickets/lifecycle.ts';
import { Status } from '#tickets/status.ts';

const T0 = Date.UTC(2026, 10, 20);
const scan = (status: ParcelStatus, hour: number, key = `${status}-${hour}`) => ({
  status,
  codeRaw: `raw:${status}`,
  eventKey: key,
  occurredAt: new Date(T0 + hour * 3_600_000),
});
type Seen = ReturnType<typeof scan>;
type Way = 'inbound' | 'outbound' | 'transfer' | 'loaner_out';

const moves = (direction: Way, status: Status, scans: Seen[], returnMethod: 'ship' | 'pick_up' = 'ship', caused: string[] = []) =>
  movesOf({ direction, scans, state: stateOf(scans) }, { status, returnMethod, caused }).take;

describe('movesOf', () => {
  it('moves a ticket that waits for its device once the carrier has it', () => {
    expect(moves('inbound', 'awaiting_device', [scan('label_created', 0)])).toEqual([]);
    expect(moves('inbound', 'awaiting_device', [scan('picked_up', 1)])).toEqual(['shipment.collected']);
    expect(moves('inbound', 'awaiting_device', [scan('delivered', 3), scan('in_transit', 1)])).toEqual(['shipment.collected']);
    expect(moves('inbound', 'inbound_transit', [scan('in_transit', 1)])).toEqual([]);
    // Kept until the intake is open.
    expect(moves('inbound', 'created', [scan('in_transit', 1)])).toEqual([]);
  });

  it('never takes delivered at the door for received', () => {
    for (const status of Status.options) {
      const taken = moves('inbound', status, [scan('delivered', 3)]);
      expect(taken).toEqual(status === 'awaiting_device' ? ['shipment.collected'] : []);
    }
  });

  it('ships and delivers the way back', () => {
    expect(moves('outbound', 'ready', [scan('in_transit', 1)])).toEqual(['shipment.dispatched']);
    expect(moves('outbound', 'ready', [scan('delivered', 2)])).toEqual(['shipment.dispatched', 'shipment.delivered']);
    expect(moves('outbound', 'outbound_transit', [scan('in_transit', 1), scan('delivered', 2)])).toEqual(['shipment.delivered']);
    expect(moves('outbound', 'ready', [scan('in_transit', 1)], 'pick_up')).toEqual([]);
  });

  it('takes back what the carrier brought back, once, and never sends it out again by a late scan', () => {
    const scans = [scan('in_transit', 1), scan('returning', 2), scan('returned', 3)];
    expect(moves('outbound', 'outbound_transit', scans, 'ship', ['shipment.dispatched'])).toEqual(['shipment.returned']);
    // The same where the return is heard of first.
    expect(moves('outbound', 'ready', scans)).toEqual(['shipment.dispatched', 'shipment.returned']);
    const both = ['shipment.dispatched', 'shipment.returned'];
    expect(moves('outbound', 'ready', [...scans, scan('in_transit', 1.5)], 'ship', both)).toEqual([]);
    expect(moves('outbound', 'outbound_transit', scans, 'ship', both)).toEqual([]);
  });

  it('remembers steps that somebody else has taken', () => {
    const { take, behind } = movesOf(
      { direction: 'outbound', scans: [scan('in_transit', 1)], state: stateOf([scan('in_transit', 1)]) },
      { status: 'outbound_transit', returnMethod: 'ship', caused: [] },
    );
    expect([take, behind]).toEqual([[], ['shipment.dispatched']]);
  });

  it('moves nothing that has ended, and nothing by a transfer or a loaner', () => {
    for (const status of ['closed', 'cancelled', 'disposed'] as const) {
      expect(moves('inbound', status, [scan('in_transit', 1)])).toEqual([]);
      expect(moves('outbound', status, [scan('in_transit', 1), scan('delivered', 2)])).toEqual([]);
    }
    for (const way of ['transfer', 'loaner_out'] as const) {
      for (const status of Status.options) expect(moves(way, status, [scan('in_transit', 1), scan('delivered', 2)])).toEqual([]);
    }
  });

  it('ends at the same status with the same steps, in whatever order scans come one by one', () => {
    const ordinary = ParcelStatus.options.filter((status) => !['returning', 'returned'].includes(status));
    const anyScan = fc
      .tuple(fc.constantFrom(...ordinary), fc.integer({ min: 0, max: 9 }))
      .map(([status, hour]) => scan(status, hour, `${status}-${hour}`));
    const sets = fc.uniqueArray(anyScan, { selector: ({ eventKey }) => eventKey, minLength: 1, maxLength: 6 });
    const play = (direction: 'inbound' | 'outbound', scans: readonly Seen[]): unknown => {
      let status: Status = direction === 'inbound' ? 'awaiting_device' : 'ready';
      const caused: string[] = [];
      const seen: Seen[] = [];
      for (const one of scans) {
        seen.push(one);
        const { take, behind } = movesOf({ direction, scans: seen, state: stateOf(seen) }, { status, returnMethod: 'ship', caused });
        for (const action of take) status = actions[action].steps[0].to;
        caused.push(...take, ...behind);
      }
      return { status, caused: caused.filter((action) => action !== 'shipment.delivered').toSorted() };
    };
    fc.assert(
      fc.property(
        fc.constantFrom('inbound', 'outbound'),
        sets.chain((scans) => fc.tuple(fc.constant(scans), fc.shuffledSubarray(scans, { minLength: scans.length }))),
        (direction, [scans, shuffled]) => {
          // A delivery that was taken back later has been told by then: only histories without one are compared.
          fc.pre(!scans.some(({ status }) => status === 'delivered') || stateOf(scans).status === 'delivered');
          expect(play(direction, shuffled)).toEqual(play(direction, scans));
        },
      ),
    );
  });
});

describe('opening a parcel', () => {
  const calendar = { timeZone: 'Asia/Shanghai', hours: usualHours, holidays: [] };

  it('is due at the close of the second working day', () => {
    // A Friday, 18:00 in Shanghai: Monday and Tuesday follow.
    expect(openByOf(new Date('2026-11-20T10:00:00Z'), calendar)).toEqual(new Date('2026-11-24T10:00:00Z'));
  });

  it('is waited for while an inbound parcel is delivered', () => {
    expect(isToBeOpened('inbound', stateOf([scan('in_transit', 1), scan('delivered', 5)]))).toBe(true);
    expect(isToBeOpened('outbound', stateOf([scan('delivered', 5)]))).toBe(false);
    expect(isToBeOpened('inbound', stateOf([scan('delivered', 5), scan('lost', 6)]))).toBe(false);
  });
});
