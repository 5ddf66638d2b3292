// Steps of a ticket that is due in Shanghai, and the rows of its clocks after them.
import type { Clock, ClockName } from '#clocks/clock.ts';
import { type Turn, turnClocks } from '#clocks/clock-rules.ts';
import type { House } from '#service-centers/house.ts';
import { housePolicy } from '#service-centers/policy.ts';
import { usualHours } from '#service-centers/week-hours.ts';
import type { Status } from '#tickets/status.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const house: House = { policy: housePolicy, policyVersion: 3, calendar: { timeZone: 'Asia/Shanghai', hours: usualHours, holidays: [] } };
// A Monday, 10:00 in Shanghai.
export const monday = new Date('2026-11-23T02:00:00.000Z');
export const after = (ms: number, from: Date = monday): Date => new Date(from.getTime() + ms);
export const promised = after(10 * DAY);

export const turn = (more: Partial<Turn> & { to: Status }): Turn => ({
  from: more.to,
  action: 'test',
  now: monday,
  actorKind: 'center',
  returnMethod: 'ship',
  jurisdiction: 'CN',
  hold: null,
  promisedAt: promised,
  quoteValidUntil: null,
  partsExpectedOn: null,
  deliveredAt: null,
  outcome: null,
  house,
  ...more,
});

/** Takes one step after the other over the same rows, as the store does. */
export function played(...turns: Turn[]): Clock[] {
  let clocks: Clock[] = [];
  for (const one of turns) {
    const changed = turnClocks(clocks, one);
    const key = (clock: Clock): string => `${clock.name} ${clock.run}`;
    const turned = new Set(changed.map(key));
    clocks = [...clocks.filter((clock) => !turned.has(key(clock))), ...changed];
  }
  return clocks;
}
export const runsOf = (clocks: readonly Clock[], name: ClockName): Clock[] =>
  clocks.filter((clock) => clock.name === name).toSorted((a, b) => a.run - b.run);
export const only = (clocks: readonly Clock[], name: ClockName): Clock => {
  const [clock, ...more] = runsOf(clocks, name);
  if (clock === undefined || more.length > 0) throw new Error(`${runsOf(clocks, name).length} runs of ${name}`);
  return clock;
};
export const received = turn({ from: 'created', to: 'received' });
export const approved = (now = monday): Turn => turn({ from: 'diagnosing', to: 'approved', now });
