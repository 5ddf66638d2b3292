// When a customer who has to do something is reminded, and when waiting ends: pure, so that no outage can send two at once or cut anyone off.

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Nobody is cut off unreminded: so many reminders were sent, each on a day of its own. */
const LEAST_REMINDERS = 2;
/** Before a device is disposed of its owner was told three times. */
const LEAST_NOTICES = 3;
/** Days between the last reminder and the end of waiting, where the policy names none. */
const LEAST_NOTICE_DAYS = 2;
/** The customer hears that a promise slips this long before it does, so that there is an open hour left to call. */
const SLIP_WORD_MS = 4 * HOUR_MS;

const daysAfter = (from: Date, days: number): Date => new Date(from.getTime() + days * DAY_MS);
const later = (a: Date, b: Date): Date => (a > b ? a : b);

/** The plan of reminders of one wait. */
export interface Ladder {
  /** When to remind, ascending. */
  slots: readonly Date[];
  /** Reminders without which waiting does not end. */
  least: number;
  /** No slot counts from then on: only what is owed to make the least is still sent. */
  until: Date;
  /** Waiting ends then, if the least was sent. */
  expires: Date;
  /** Days that are left after a reminder which came late. */
  noticeDays: number;
}

/** What is due now, and when to look again; null: never. */
export interface Rung {
  act: 'remind' | 'expire' | 'wait';
  alarmAt: Date | null;
}

/**
 * What a ladder is due at `now`, its alarm having rung and `sent` reminders being sent before. Slots that passed while nobody
 * looked are not made up for: one reminder goes out, the next a day later at the earliest, and the end waits for the last one owed.
 */
export function climb(ladder: Ladder, sent: number, now: Date): Rung {
  const { slots, least, until, expires, noticeDays } = ladder;
  const [first] = slots;
  if (sent === 0 && first !== undefined && now < first) return { act: 'wait', alarmAt: first };
  if (sent >= least) {
    if (now >= expires) return { act: 'expire', alarmAt: null };
    if (now >= until) return { act: 'wait', alarmAt: expires };
  }
  const next = slots.find((slot) => slot > now && slot < until);
  if (next !== undefined) return { act: 'remind', alarmAt: later(next, tomorrow(now)) };
  if (sent + 1 < least) return { act: 'remind', alarmAt: tomorrow(now) };
  return { act: 'remind', alarmAt: later(expires, daysAfter(now, Math.max(1, noticeDays))) };
}

/** Days after the quote was sent, and after its validity. */
interface QuotePolicy {
  quoteReminderDays: readonly number[];
  quoteGraceDays: number;
}

/**
 * Reminders of a quote that awaits its answer. The policy's days are those of a quote whose last day is the one after the last of
 * them (2, 5 and 9 of 10); a longer validity stretches them, a shorter one draws them together.
 */
export function quoteLadder(sentAt: Date, validUntil: Date, policy: QuotePolicy): Ladder {
  const days = policy.quoteReminderDays.toSorted((a, b) => a - b);
  const scale = (validUntil.getTime() - sentAt.getTime()) / ((days.at(-1) ?? 0) + 1);
  return {
    slots: days.map((day) => new Date(Math.round(sentAt.getTime() + day * scale))),
    least: LEAST_REMINDERS,
    until: validUntil,
    expires: daysAfter(validUntil, policy.quoteGraceDays),
    noticeDays: policy.quoteGraceDays,
  };
}

/** Days after the device began to be awaited. */
interface IntakePolicy {
  labelReminderDays: readonly number[];
  labelExpiryDays: number;
}

/** Reminders of a device that was announced and has not come; `openedAt` is when it began to be awaited, `labelEnds` when its label does. */
export function intakeLadder(openedAt: Date, policy: IntakePolicy, labelEnds: Date | null = null): Ladder {
  const given = daysAfter(openedAt, policy.labelExpiryDays);
  const expires = labelEnds !== null && labelEnds > openedAt && labelEnds < given ? labelEnds : given;
  const days = policy.labelReminderDays.toSorted((a, b) => a - b);
  const slots = days.map((day) => daysAfter(openedAt, day));
  return { slots, least: LEAST_REMINDERS, until: expires, expires, noticeDays: LEAST_NOTICE_DAYS };
}

/** Days after the device became ready. */
interface StoragePolicy {
  storageNoticeDays: readonly number[];
}

/** Notices of a device that is not picked up, from `since` to the day before which it may not be disposed of. */
export function storageLadder(since: Date, keepUntil: Date, policy: StoragePolicy): Ladder {
  const days = policy.storageNoticeDays.toSorted((a, b) => a - b);
  const slots = days.map((day) => daysAfter(since, day));
  return { slots, least: LEAST_NOTICES, until: keepUntil, expires: keepUntil, noticeDays: LEAST_NOTICE_DAYS };
}

const firstOf = ({ slots, expires }: Ladder): Date => slots[0] ?? expires;

/** `quotes.alarm_at` of a quote that is being sent; its reminders begin at 0. */
export const firstQuoteAlarm = (sentAt: Date, validUntil: Date, policy: QuotePolicy): Date => firstOf(quoteLadder(sentAt, validUntil, policy));

/** `tickets.alarm_at` on entering awaiting_device; `tickets.reminders` begin at 0. */
export const firstIntakeAlarm = (openedAt: Date, policy: IntakePolicy): Date => firstOf(intakeLadder(openedAt, policy));

/** `tickets.alarm_at` on entering ready where the customer picks up; `tickets.reminders` begin at 0. */
export const firstStorageAlarm = (since: Date, keepUntil: Date, policy: StoragePolicy): Date => firstOf(storageLadder(since, keepUntil, policy));

/**
 * When the customer hears from us next, at the latest: after so many quiet days, and before a day passes that was given.
 * `kept` is the day promised before, where the step tells nothing; `due` is null where nothing runs that was given a day, or it stands still.
 */
export function nextWordBy(now: Date, quietDays: number | null, kept: Date | null, due: Date | null): Date | null {
  if (quietDays === null) return null;
  const quiet = kept ?? daysAfter(now, quietDays);
  // Of a promise for the same day, halfway: nobody apologizes in the minute after promising.
  const half = due === null ? 0 : (now.getTime() + due.getTime()) / 2;
  const before = due === null ? null : new Date(Math.max(due.getTime() - SLIP_WORD_MS, half));
  return before !== null && before > now && before < quiet ? before : quiet;
}

/** Whether a word that is due now is that this day slips: it has passed, or there is no other word left before it does. */
export const isSlipping = (now: Date, due: Date | null): boolean => due !== null && due.getTime() - 2 * SLIP_WORD_MS <= now.getTime();

/** The earlier of two days, where there are any. */
export const earlier = (a: Date | null, b: Date | null): Date | null => (a === null || (b !== null && b < a) ? b : a);

/** A hold that waits for the customer reminds this long before it runs out, where it was given twice as long. */
const HOLD_WORD_MS = DAY_MS;

/** `holds.alarm_at` of a hold that is being opened: a day before its end where the customer can still act, else its end. */
export function firstHoldAlarm({ blame, openedAt, resumeBy }: { blame: string; openedAt: string; resumeBy: string }): Date {
  const [opened, end] = [Date.parse(openedAt), Date.parse(resumeBy)];
  return new Date(blame === 'customer' && end - opened >= 2 * HOLD_WORD_MS ? end - HOLD_WORD_MS : end);
}

/** One day from now: the pace at which a ladder that cannot go on is looked at again. */
export const tomorrow = (now: Date): Date => daysAfter(now, 1);

/** When waiting ends by this plan; null where that is too near to be announced, because reminders are still owed. */
export const announcedEnd = ({ expires, noticeDays }: Ladder, now: Date): Date | null => (expires > daysAfter(now, noticeDays + 1) ? expires : null);
