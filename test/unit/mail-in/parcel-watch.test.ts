// What is said of a parcel and when it is looked at: by where it stands then, each class of news once.
import { describe, expect, it } from 'vitest';
import { newsOf, type Watched, watchFrom } from '#mail-in/parcel-watch.ts';
import type { Bond } from '#mail-in/store.ts';

const now = new Date('2026-11-23T02:00:00Z');
const hours = (n: number): Date => new Date(now.getTime() + n * 3_600_000);
const minutes = (n: number): Date => new Date(now.getTime() + n * 60_000);
const bond = (more: Partial<Bond> = {}): Bond => ({ ticketId: 'tkt', caused: [], told: [], toldEta: null, holdId: null, alarmAt: null, ...more });
const parcel = (more: Partial<Watched> = {}): Watched => ({
  ...{
    direction: 'inbound',
    status: 'in_transit',
    statusAt: now,
    deliveredAt: null,
    openBy: null,
    eta: null,
    declaredValue: null,
    insuredValue: null,
    proof: null,
  },
  ...more,
});
const arrived = parcel({ status: 'delivered', deliveredAt: now, openBy: hours(54) });
const inTransit = { status: 'inbound_transit', holdId: null } as const;
const kinds = (...asked: Parameters<typeof newsOf>): string[] =>
  newsOf(...asked).map((news) => (news.kind === 'trouble' ? news.trouble.as : news.kind));

describe('watchFrom', () => {
  it('looks at nothing that is in order', () => {
    expect(watchFrom(parcel(), bond(), now)).toBeNull();
    expect(watchFrom(parcel({ eta: hours(40) }), bond({ toldEta: hours(40) }), now)).toBeNull();
  });

  it('gathers what comes in a burst, and is not put off by more of it', () => {
    const held = parcel({ status: 'exception' });
    expect(watchFrom(held, bond(), now)).toEqual(minutes(10));
    expect(watchFrom(held, bond({ alarmAt: minutes(3) }), now)).toEqual(minutes(3));
    expect(watchFrom(held, bond({ told: ['exception'] }), now)).toBeNull();
  });

  it('waits three days at customs, and a day at the door', () => {
    expect(watchFrom(parcel({ status: 'customs' }), bond(), now)).toEqual(hours(72));
    expect(watchFrom(arrived, bond(), now)).toEqual(hours(24));
    expect(watchFrom(arrived, bond({ told: ['arrived'] }), now)).toEqual(hours(54));
  });

  it('looks again at what was held up and goes on', () => {
    expect(watchFrom(parcel(), bond({ told: ['exception'], holdId: 'hld' }), now)).toEqual(minutes(10));
    expect(watchFrom(parcel({ status: 'refused' }), bond({ told: ['exception', 'refused'], holdId: 'hld' }), now)).toBeNull();
  });

  it('hears of a later day, not of an earlier one', () => {
    expect(watchFrom(parcel({ eta: hours(48) }), bond({ toldEta: hours(24) }), now)).toEqual(minutes(10));
    expect(watchFrom(parcel({ eta: hours(24) }), bond({ toldEta: hours(48) }), now)).toBeNull();
  });
});

describe('a delivery home', () => {
  const home = parcel({ direction: 'outbound', status: 'delivered', deliveredAt: now, insuredValue: 1 });
  const delivered = { status: 'delivered', holdId: null } as const;

  it('is asked about a day later, where it is worth something and nobody has signed', () => {
    expect(watchFrom(home, bond(), now)).toEqual(hours(24));
    expect(watchFrom({ ...home, insuredValue: null, declaredValue: 1 }, bond(), now)).toEqual(hours(24));
    expect(kinds(home, bond(), delivered, hours(23))).toEqual([]);
    expect(kinds(home, bond(), delivered, hours(24))).toEqual(['unproven']);
  });

  it.each([
    ['worth nothing', { insuredValue: null }, []],
    ['signed for', { proof: { signedBy: 'Wang', url: null } }, []],
    ['spoken of', {}, ['unproven']],
    ['not delivered any more', { status: 'returning', deliveredAt: null }, ['returned']],
    ['no delivery home', { direction: 'loaner_out' }, []],
  ] as const)('is not asked about where it is %s', (_, more, told) => {
    expect(watchFrom({ ...home, ...more }, bond({ told: [...told] }), now)).toBeNull();
    expect(kinds({ ...home, ...more }, bond({ told: [...told] }), delivered, hours(30))).toEqual([]);
  });
});

describe('newsOf', () => {
  it.each(['attempt_failed', 'available_for_pickup', 'exception', 'refused', 'returning', 'lost', 'expired'] as const)('tells %s once', (status) => {
    const [told = ''] = kinds(parcel({ status }), bond(), inTransit, now);
    expect(told).not.toBe('');
    expect(kinds(parcel({ status }), bond({ told: [told] }), inTransit, now)).toEqual([]);
  });

  it('tells a return once, however it is told', () => {
    expect(kinds(parcel({ status: 'returned' }), bond({ told: ['returned'] }), inTransit, now)).toEqual([]);
    expect(kinds(parcel({ status: 'returned' }), bond(), inTransit, now)).toEqual(['returned']);
  });

  it('says nothing of what the ticket is beyond', () => {
    expect(kinds(parcel({ status: 'lost' }), bond(), { status: 'received', holdId: null }, now)).toEqual([]);
    expect(kinds(arrived, bond(), { status: 'diagnosing', holdId: null }, hours(100))).toEqual([]);
    expect(kinds(parcel({ direction: 'outbound', status: 'returned' }), bond(), { status: 'ready', holdId: null }, now)).toEqual([]);
    expect(kinds(parcel({ direction: 'outbound', status: 'attempt_failed' }), bond(), { status: 'delivered', holdId: null }, now)).toEqual([]);
  });

  it('speaks of a parcel at the door after a day, and again when it should have been opened', () => {
    expect(newsOf(arrived, bond(), inTransit, hours(23))).toEqual([]);
    expect(newsOf(arrived, bond(), inTransit, hours(24))).toEqual([{ kind: 'arrived', late: false }]);
    expect(newsOf(arrived, bond({ told: ['arrived'] }), inTransit, hours(30))).toEqual([]);
    expect(newsOf(arrived, bond({ told: ['arrived'] }), inTransit, hours(54))).toEqual([{ kind: 'arrived', late: true }]);
  });

  it('lets go on what its own trouble held up, and nobody else’s', () => {
    const held = bond({ told: ['exception'], holdId: 'hld_1' });
    expect(kinds(parcel(), held, { status: 'inbound_transit', holdId: 'hld_1' }, now)).toEqual(['recovered']);
    expect(kinds(parcel(), held, { status: 'inbound_transit', holdId: 'hld_2' }, now)).toEqual([]);
    expect(kinds(parcel({ status: 'exception' }), held, { status: 'inbound_transit', holdId: 'hld_1' }, now)).toEqual([]);
  });

  it('does not take it for a sign of life that a provider has given up waiting for one', () => {
    const silent = parcel({ status: 'expired' });
    const held = bond({ told: ['exception'], holdId: 'hld_1' });
    expect(kinds(silent, held, { status: 'inbound_transit', holdId: 'hld_1' }, now)).toEqual(['silent']);
    expect(watchFrom(silent, { ...held, told: ['exception', 'silent'] }, now)).toBeNull();
    expect(kinds(parcel(), { ...held, told: ['exception', 'silent'] }, { status: 'inbound_transit', holdId: 'hld_1' }, now)).toEqual(['recovered']);
  });
});
