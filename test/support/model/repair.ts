// The repair order as the design describes it, in plain data: what the reference model knows of one ticket. Nothing here comes from the product's rules.
import type { Inputs } from '#tickets/inputs.ts';
import type { Status } from '#tickets/status.ts';
import type { Telling } from './news.ts';

export type Action = keyof Inputs;
export type Who = 'admin' | 'brand' | 'center' | 'courier' | 'customer' | 'system';

/** What happens around a ticket without being a step of it. */
export type Happening =
  | 'photo'
  | 'parcel'
  | 'parcel_ends'
  | 'remind'
  | 'notice'
  | 'mails_leave'
  | 'sibling_opens'
  | 'sibling_ends'
  | 'sent_on'
  | 'comes_back';

/** A step asked for. Quotes and parts are named `q#1`, `p#2` in the order in which they came to be; `q#0` and `p#0` are another ticket's. */
export interface Asked {
  kind: 'step';
  /** Milliseconds that pass before it. */
  after: number;
  action: Action;
  by: Who;
  input: object;
  reason: string | null;
  /** Sent with the version before the last. */
  stale: boolean;
}

/** Something that happens, or a step that is asked for. */
export type Command = Asked | { kind: 'world'; after: number; happening: Happening };

/** What a center works by, as far as conditions depend on it. */
export interface Rules {
  diagnosisDays: number;
  repairDays: number;
  graceDays: number;
  keepDays: number;
  disputeDays: number;
  reopenHours: number;
  inspectorMustDiffer: boolean;
  photos: number;
  mandatory: Record<'phone' | 'laptop', readonly string[]>;
}

export interface Quote {
  ref: string;
  version: number;
  status: 'draft' | 'sent' | 'approved' | 'declined' | 'expired' | 'superseded';
  form: 'standard' | 'eu_erif';
  currency: string;
  total: number;
  fee: number;
  validDays: number;
  promisedDays: number;
  validUntil: number | null;
  supersedes: string | null;
  by: 'customer' | 'center' | 'system' | null;
  wish: 'return' | 'disposal' | null;
  decidedAt: number | null;
  reminders: number;
}

export interface Part {
  ref: string;
  state: 'ordered' | 'backordered' | 'received' | 'fitted' | 'returned_unused';
  expectedOn: string;
}

/** One repair order. Times are milliseconds since the epoch. */
export interface Repair {
  rules: Rules;
  kind: 'phone' | 'laptop';
  returnMethod: 'ship' | 'pick_up';
  jurisdiction: 'CN' | 'EU' | 'US-CA' | 'none';
  serials: string[];
  status: Status;
  version: number;
  outcome: string | null;
  stages: string[];
  /** The actions taken, the opening first. */
  log: string[];
  feeDisclosed: { amount: number; currency: string } | null;
  photos: number;
  quotes: Quote[];
  hold: { reason: string; openedAt: number; resumeBy: number } | null;
  holds: number;
  parts: Part[];
  promises: { at: number; reason: string; madeAt: number }[];
  qcFailures: number;
  repairedBy: string[];
  /** The last status in which it was open, other than the one it is in. */
  before: Status | null;
  deliveredAt: number | null;
  closedAt: number | null;
  disputedAt: number | null;
  reminders: number;
  storage: { since: number; keepUntil: number; notices: number } | null;
  parcels: { ended: boolean; createdAt: number }[];
  /** The device is between two centers. */
  between: boolean;
  /** The device has another open ticket. */
  sibling: boolean;
  /** The messages that are due to the customer, in order. */
  told: Telling[];
  /** By message, what was new in it when it was told last. */
  said: Record<string, string>;
  /** The version at which it came to be where it is. */
  enteredAt: number;
  /** Since when the center's own work counts; null while it does not. */
  workSince: number | null;
  alerts: Record<string, number>;
}

/** How it begins. */
export type Beginning = Pick<Repair, 'rules' | 'kind' | 'returnMethod' | 'jurisdiction'> & { serial: string };

/** A ticket that has just been opened. */
export const opened = ({ serial, ...rest }: Beginning): Repair => ({
  ...rest,
  serials: [serial],
  status: 'created',
  version: 1,
  outcome: null,
  stages: ['intake'],
  log: ['ticket.create'],
  feeDisclosed: null,
  photos: 0,
  quotes: [],
  hold: null,
  holds: 0,
  parts: [],
  promises: [],
  qcFailures: 0,
  repairedBy: [],
  before: null,
  deliveredAt: null,
  closedAt: null,
  disputedAt: null,
  reminders: 0,
  storage: null,
  parcels: [],
  between: false,
  sibling: false,
  told: [{ seq: 1, message: 'created', state: 'pending' }],
  said: {},
  enteredAt: 1,
  workSince: null,
  alerts: {},
});

/** A copy that can be changed. */
export const copied = (repair: Repair): Repair => ({
  ...repair,
  serials: [...repair.serials],
  stages: [...repair.stages],
  log: [...repair.log],
  told: [...repair.told],
  said: { ...repair.said },
  quotes: repair.quotes.map((quote) => ({ ...quote })),
  parts: repair.parts.map((part) => ({ ...part })),
  promises: [...repair.promises],
  repairedBy: [...repair.repairedBy],
  storage: repair.storage === null ? null : { ...repair.storage },
  parcels: repair.parcels.map((parcel) => ({ ...parcel })),
  alerts: { ...repair.alerts },
});

/** The version that lies or lay with the customer last, whatever became of it. */
export const shownQuote = ({ quotes }: Repair): Quote | undefined =>
  quotes.filter(({ status }) => status !== 'draft').toSorted((a, b) => b.version - a.version)[0];

export const draftOf = ({ quotes }: Repair): Quote | undefined => quotes.find(({ status }) => status === 'draft');

/** What the customer agreed to last. */
export const agreedQuote = ({ quotes }: Repair): Quote | undefined =>
  quotes.filter(({ status }) => status === 'approved').toSorted((a, b) => b.version - a.version)[0];

export const isAwaited = ({ state }: Part): boolean => state === 'ordered' || state === 'backordered';

/** A parcel that can take the device home now. */
export const hasParcel = ({ parcels, disputedAt }: Repair): boolean =>
  parcels.some(({ ended, createdAt }) => !ended && (disputedAt === null || createdAt > disputedAt));
