// Every clock as data: in which statuses it runs, whose time stands still, and when it is due.
import { addWorkingDays, endOfDay } from '#service-centers/calendar.ts';
import type { House } from '#service-centers/house.ts';
import type { Policy } from '#service-centers/policy.ts';
import { type HoldReason, holds } from '#tickets/holds.ts';
import type { Outcome, ReturnMethod, Status } from '#tickets/status.ts';
import type { ClockName } from './clock.ts';

/** A step of a ticket, as far as clocks look at it. */
export interface Turn {
  /** Null: the ticket is being opened. */
  from: Status | null;
  to: Status;
  action: string;
  now: Date;
  actorKind: string;
  returnMethod: ReturnMethod;
  jurisdiction: 'CN' | 'EU' | 'US-CA' | 'none';
  /** The open hold after the step. */
  hold: HoldReason | null;
  /** The promise after the step. */
  promisedAt: Date | null;
  /** End of validity of the quote that is sent after the step. */
  quoteValidUntil: Date | null;
  /** Latest day of the parts that are outstanding after the step. */
  partsExpectedOn: string | null;
  deliveredAt: Date | null;
  /** Another center has the device from this step on. */
  handedOver?: boolean;
  /** After the step; where it is not given, every outcome counts as a repair. */
  outcome?: Outcome | null;
  house: House;
}

/** How one clock behaves. */
export interface ClockRule {
  basis: 'working' | 'calendar';
  /** Coming into one of these from outside starts it; leaving them and `waits` stops it. */
  runs: ReadonlySet<Status>;
  /** It stands still in these, where it has started before. */
  waits: ReadonlySet<Status>;
  /** It stands still during these holds. */
  pausedBy: ReadonlySet<HoldReason>;
  /** What else must be so while it runs. */
  only?: (turn: Turn) => boolean;
  /** Days it has, on its basis. */
  days?: (policy: Policy) => number;
  /** Its due is a date somebody gave: it moves with that date, and starts whenever there is one. Without days or a date it only counts up. */
  given?: (turn: Turn) => Date | null;
  /** From when on its days count, where that is not the step itself. */
  since?: (turn: Turn) => Date;
  /** Passing its due is no breach. */
  counts?: true;
  /** It measures the work of one center: the next one begins anew. */
  ofCenter?: true;
}

const DAY_MS = 86_400_000;

const those = (...statuses: Status[]): ReadonlySet<Status> => new Set(statuses);
const none: ReadonlySet<never> = new Set();
const holdsThat = (pause: (hold: (typeof holds)[HoldReason]) => boolean): ReadonlySet<HoldReason> =>
  new Set((Object.keys(holds) as HoldReason[]).filter((reason) => pause(holds[reason])));

const customerHolds = holdsThat(({ blame }) => blame === 'customer');
const centerPauses = holdsThat(({ pauses }) => pauses);
const ownWorkPauses = holdsThat(({ pauses, blame }) => pauses || blame === 'maker');

const inShop = ['received', 'diagnosing', 'quoted', 'approved', 'awaiting_parts', 'in_repair', 'quality_check'] as const;
const bench: ReadonlySet<string> = new Set(['center', 'brand', 'admin']);

const chinese = ({ jurisdiction }: Turn): boolean => jurisdiction === 'CN';

const plain = { basis: 'calendar', waits: none, pausedBy: none } as const;

/**
 * The table. Legal targets: days of the Chinese provisions on repair, replacement and return of mobile phones (7: Art. 15,
 * 60: Art. 16, 30: Art. 17). They show evidence and decide nothing.
 */
export const clockTable: Readonly<Record<ClockName, ClockRule>> = {
  acknowledge: {
    ...plain,
    basis: 'working',
    runs: those('created', 'awaiting_device', 'inbound_transit'),
    only: ({ actorKind }) => !bench.has(actorKind),
    days: (policy) => policy.acknowledgeDays,
  },
  diagnosis: {
    ...plain,
    basis: 'working',
    runs: those('received', 'diagnosing'),
    pausedBy: centerPauses,
    ofCenter: true,
    days: (policy) => policy.diagnosisDays,
  },
  quote_answer: { ...plain, runs: those('quoted'), given: ({ quoteValidUntil }) => quoteValidUntil },
  repair: {
    basis: 'working',
    runs: those('approved', 'awaiting_parts', 'in_repair', 'quality_check'),
    // A revised quote puts the work down until the customer has answered; parts have a clock of their own.
    waits: those('quoted', 'awaiting_parts'),
    pausedBy: ownWorkPauses,
    ofCenter: true,
    days: (policy) => policy.repairDays,
  },
  parts: {
    ...plain,
    runs: those('awaiting_parts'),
    given: ({ partsExpectedOn, house }) => (partsExpectedOn === null ? null : endOfDay(house.calendar.timeZone, partsExpectedOn)),
  },
  promise: {
    basis: 'calendar',
    runs: those(...inShop, 'ready'),
    // While the customer decides, the day depends on the customer; the decision makes a new promise.
    waits: those('quoted'),
    pausedBy: customerHolds,
    // What is fetched was promised to be ready; what is shipped, to leave.
    only: ({ to, returnMethod }) => to !== 'ready' || returnMethod === 'ship',
    given: ({ promisedAt }) => promisedAt,
  },
  storage: {
    ...plain,
    runs: those('ready'),
    pausedBy: new Set<HoldReason>(['legal_block']),
    only: ({ returnMethod }) => returnMethod === 'pick_up',
    days: (policy) => policy.freeStorageDays,
  },
  redo: {
    ...plain,
    runs: those('delivered', 'closed'),
    only: ({ outcome }) => outcome === undefined || outcome === 'repaired' || outcome === 'replaced',
    since: ({ now, deliveredAt }) => deliveredAt ?? now,
    days: (policy) => policy.repairWarrantyDays,
    counts: true,
  },
  cn_loaner: { ...plain, runs: those(...inShop), only: chinese, days: () => 7 },
  cn_own_fault: {
    basis: 'calendar',
    runs: those(...inShop),
    waits: those('quoted', 'awaiting_parts'),
    pausedBy: customerHolds,
    only: chinese,
    days: () => 30,
  },
  cn_parts: { ...plain, runs: those(...inShop), only: chinese, days: () => 60 },
  warranty_extension: { ...plain, runs: those(...inShop, 'ready', 'outbound_transit'), counts: true },
};

/** When a clock is due that starts at this step, or the date that is given for it after this step; null where it only counts up. */
export function dueOf({ basis, days, given, since }: ClockRule, turn: Turn): Date | null {
  if (given !== undefined) return given(turn);
  if (days === undefined) return null;
  const count = days(turn.house.policy);
  const start = since?.(turn) ?? turn.now;
  return basis === 'working' ? addWorkingDays(turn.house.calendar, start, count) : new Date(start.getTime() + count * DAY_MS);
}

/** They count for the law or for the scorecard; a ticket is not overdue by them. */
export const countersOnly: ReadonlySet<ClockName> = new Set(['redo', 'cn_loaner', 'cn_own_fault', 'cn_parts', 'warranty_extension']);
