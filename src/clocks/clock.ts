// A clock of a ticket: how long something may take, how much of it has passed, and whose time stood still.

/** Every clock. `cn_*` are flags of the Chinese "three guarantees", `warranty_extension` and `redo` only count. */
export const clockNames = [
  'acknowledge',
  'diagnosis',
  'quote_answer',
  'repair',
  'parts',
  'promise',
  'storage',
  'redo',
  'cn_loaner',
  'cn_own_fault',
  'cn_parts',
  'warranty_extension',
] as const;
export type ClockName = (typeof clockNames)[number];

/** One run of one clock, as it is stored. */
export interface Clock {
  name: ClockName;
  /** The n-th time this clock runs for this ticket. */
  run: number;
  /** The policy its target was taken from; a later one does not touch it. */
  policyVersion: number;
  basis: 'working' | 'calendar';
  startedAt: Date;
  stoppedAt: Date | null;
  pausedSince: Date | null;
  /** Milliseconds it stood still before the pause that is on. */
  pausedMs: number;
  /** Milliseconds left on its basis when the pause that is on began. */
  remainingMs: number | null;
  /** Null while it is paused or where it only counts up. */
  dueAt: Date | null;
  /** When the sweep looks at it next. */
  alarmAt: Date | null;
  breachedAt: Date | null;
}
