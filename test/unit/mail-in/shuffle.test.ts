// Order does not matter: however a history arrives, the parcel, its ticket and what the customer is told are the same in the end.
import { describe, expect, it } from 'vitest';
import { isToBeOpened, movesOf, openByOf } from '#mail-in/parcel-moves.ts';
import type { Scan } from '#mail-in/tracking.ts';
import { etaOf, type ParcelState, stateOf } from '#mail-in/tracking-rules.ts';
import { usualHours } from '#service-centers/week-hours.ts';
import { actions } from '#tickets/lifecycle.ts';
import type { Status } from '#tickets/status.ts';
import { arrivals, toldHistories } from '../../support/histories.ts';
import { type Random, random, seedOf } from '../../support/model/random.ts';
import { returnHistories, scansOf, wholeArrivals } from '../../support/return-histories.ts';

const SHUFFLES = Number(process.env['SHUFFLES'] ?? 2_000);
const seed = seedOf(process.env['SHUFFLE_SEED']);
const before = { inbound: 'awaiting_device', outbound: 'ready' } as const;
/** The day each push promises: a day after the newest scan it knows, as a carrier that learns would. */
const promisedBy = (scans: readonly Scan[]): Date => new Date(Math.max(...scans.map(({ occurredAt }) => occurredAt.getTime())) + 86_400_000);

const calendar = { timeZone: 'Asia/Shanghai', hours: usualHours, holidays: [] };
type Direction = keyof typeof before;

interface End {
  state: ParcelState;
  eta: Date | null;
  openBy: Date | null;
  ticket: Status;
  told: (string | null)[];
  kept: number;
}

/** Plays the pushes as `recordTracking` does: what is new is kept, and from all that is kept the rest follows. */
function play(direction: Direction, pushes: readonly (readonly Scan[])[]): End {
  const kept = new Map<string, Scan>();
  const told = new Set<string | null>();
  const caused: string[] = [];
  let state = stateOf([]);
  let eta: Date | null = null;
  let ticket: Status = before[direction];
  for (const push of pushes) {
    for (const scan of push) if (!kept.has(scan.eventKey)) kept.set(scan.eventKey, scan);
    const scans = [...kept.values()];
    state = stateOf(scans);
    eta = etaOf(eta, { eta: promisedBy(push), scans: push }, scans);
    const { take, behind } = movesOf({ direction, scans, state }, { status: ticket, returnMethod: 'ship', caused });
    caused.push(...take, ...behind);
    for (const action of take) {
      const { steps, tells } = actions[action];
      expect(steps[0].from).toContain(ticket);
      ticket = steps[0].to;
      told.add(tells);
    }
  }
  const openBy = isToBeOpened(direction, state) && state.deliveredAt !== null ? openByOf(state.deliveredAt, calendar) : null;
  return { state, eta, openBy, ticket, told: [...told].toSorted(), kept: kept.size };
}

describe(`${SHUFFLES} ways to arrive (SHUFFLE_SEED=${seed})`, () => {
  const cases = toldHistories().flatMap(({ name, scans }) =>
    (['inbound', 'outbound'] as const).map((direction) => [name, direction, scans] as const),
  );

  it.each(cases)('%s %s', { timeout: 120_000 }, (name, direction, scans) => {
    const once = play(direction, [scans]);
    expect(once.kept).toBe(new Set(scans.map(({ eventKey }) => eventKey)).size);
    shuffled(`${name} ${direction}`, direction, once, (chance) => arrivals(scans, chance));
  });

  const returns = returnHistories.flatMap((history) =>
    (['inbound', 'outbound'] as const).map((direction) => [history.name, direction, history] as const),
  );
  /** Where a ticket is left: nothing that a carrier says of the way in takes it back, and a parcel that came home makes it ready again. */
  const left = {
    inbound: () => 'inbound_transit',
    outbound: (ends: string) => ({ returned: 'ready', delivered: 'delivered' })[ends] ?? 'outbound_transit',
  };

  it.each(returns)('%s, %s', { timeout: 120_000 }, (name, direction, history) => {
    const scans = scansOf(history, new Date('2026-11-27T02:00:00Z'));
    const once = play(direction, [scans]);
    expect([once.state.status, once.ticket]).toEqual([history.ends, left[direction](history.ends)]);
    expect(once.told.includes('came_back')).toBe(direction === 'outbound' && history.ends === 'returned');
    shuffled(`${name} ${direction}`, direction, once, (chance) => (history.wholeOnly === true ? wholeArrivals : arrivals)(scans, chance));
  });
});

/** However it arrives, it ends as `once` did. */
function shuffled(name: string, direction: Direction, once: End, arrive: (chance: Random) => Scan[][]): void {
  const wanted = JSON.stringify(once);
  for (let shuffle = 0; shuffle < SHUFFLES; shuffle += 1) {
    const pushes = arrive(random(seed, shuffle));
    const end = play(direction, pushes);
    // Compared as text first: 2,000 deep comparisons of each history would be most of the time.
    if (JSON.stringify(end) === wanted) continue;
    const arrived = JSON.stringify(pushes.map((push) => push.map(({ codeRaw }) => codeRaw)));
    expect(end, `SHUFFLE_SEED=${seed}, ${name}, shuffle ${shuffle}: ${arrived}`).toEqual(once);
  }
}
