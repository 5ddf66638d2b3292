// Builds the public answers from the rows, field by field; what is not named here does not leave.
import type { Locale } from '#platform/schema.ts';
import { dayIn } from '#platform/time-zone.ts';
import type { Wish } from '#quotes/quote.ts';
import type { OwnLabels } from '#texts/columns.ts';
import { holdWords, mayAddWords, turnOf } from '#tickets/hold-words.ts';
import { holds } from '#tickets/holds.ts';
import { labelFor } from '#tickets/labels.ts';
import { statuses } from '#tickets/lifecycle.ts';
import { promiseWords, stillToKeep } from '#tickets/promise-words.ts';
import type { ReturnMethod, Status } from '#tickets/status.ts';
import { type NotShown, type OpenProgress, type OwnerProgress, SHOWN, type TimelineEntry } from './progress.ts';
import type { OpenRow, OwnerRow } from './store.ts';
import { generalHold, generalSteps, type Hint, hints, stageWords, whoActs, wordsFor } from './wording.ts';

const fiveStages = ['intake', 'diagnosis', 'quote', 'repair', 'return'] as const;

function stageDays(row: OpenRow, locale: Locale): OpenProgress['stages'] {
  return fiveStages.map((stage) => {
    const reached = row.stages_reached[stage];
    return { stage, label: stageWords[stage].label[locale], reachedOn: reached === undefined ? null : dayIn(row.time_zone, reached) };
  });
}

const promisedOn = (row: OpenRow): string | null =>
  row.promised_at === null || !stillToKeep(row.status, row.return_method, row.wish) ? null : dayIn(row.time_zone, row.promised_at);

const nextUpdate = ({ next_update_by: by, time_zone: timeZone }: OpenRow): Pick<OpenProgress, 'nextUpdateBy' | 'nextUpdateOn'> => ({
  nextUpdateBy: by?.toISOString() ?? null,
  nextUpdateOn: by === null ? null : dayIn(timeZone, by),
});

/** Tier 0. */
export function openProgress(row: OpenRow, locale: Locale): OpenProgress {
  const { stage } = statuses[row.status];
  const onHold = row.hold_reason !== null;
  const turn = row.hold_reason === null ? null : turnOf[holds[row.hold_reason].blame];
  const who = turn ?? whoActs(row.status, row.return_method, row.wish);
  return {
    found: true,
    tier: 0,
    stage,
    label: stageWords[stage].label[locale],
    whatThisMeans: (onHold ? generalHold : stageWords[stage]).whatThisMeans[locale],
    stages: stageDays(row, locale),
    promisedOn: promisedOn(row),
    onHold,
    ...nextUpdate(row),
    nextStep: { who, text: (turn === null ? generalSteps[who] : generalHold.steps[turn])[locale] },
    mustAct: who === 'you',
  };
}

const inWords = (at: string, locale: Locale, timeZone: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone }).format(new Date(at));

/** The hold in the words of the mails; null while there is none. */
function holdOf({ hold_reason: reason, hold, time_zone: timeZone, contact_line: contact }: OwnerRow, locale: Locale) {
  if (reason === null || hold === null) return null;
  const { label, blame } = holds[reason];
  const { why, next } = holdWords[reason][locale];
  const whatToDo = next(inWords(hold.resumeBy, locale, timeZone), contact);
  const note = mayAddWords(reason) ? hold.customerText : null;
  return { who: turnOf[blame], why, shown: { label: label[locale], untilOn: dayIn(timeZone, hold.resumeBy), whatToDo, note } };
}

function promisesOf({ promises, time_zone: timeZone }: OwnerRow, locale: Locale): OwnerProgress['promiseHistory'] {
  const shown = (promises ?? []).map(({ promisedAt, reason, note, madeAt }, index, all) => {
    const before = all[index - 1];
    return {
      promisedOn: dayIn(timeZone, promisedAt),
      previousOn: before === undefined ? null : dayIn(timeZone, before.promisedAt),
      reason: before === undefined ? null : promiseWords[reason][locale],
      note,
      madeOn: dayIn(timeZone, madeAt),
    };
  });
  return shown.slice(-SHOWN.promises);
}

/** What the public may read of a step. */
export const timelineEntry = (
  step: { status: Status; at: string | Date },
  { returnMethod, labels, wish }: { returnMethod: ReturnMethod; labels: OwnLabels | null; wish: Wish | null },
  locale: Locale,
): TimelineEntry => ({
  status: step.status,
  label: labelFor(step.status, returnMethod, labels, wish)[locale],
  at: new Date(step.at).toISOString(),
});

/** Whether the quote that lies with the customer is no longer valid; it lies there until the days of grace are over. */
export const ranOut = ({ quote_until: until }: Pick<OwnerRow, 'quote_until'>, now: Date): boolean => until !== null && until < now;

/**
 * Tier 1. Its days are those of the place where the repair is done, which a contact's time zone is unless the contact has another: a promise ends on the
 * day that the mail has named. Tier 0 has the brand's zone, which tells nothing of the place.
 */
export function ownerProgress(found: OwnerRow, locale: Locale, token: { value: string; expiresAt: Date }, now: Date): OwnerProgress {
  const row = { ...found, time_zone: found.center_time_zone ?? found.time_zone };
  const hold = holdOf(row, locale);
  const who = hold?.who ?? whoActs(row.status, row.return_method, row.wish);
  const isOver = ranOut(row, now);
  const words = wordsFor(locale, row.status, row.return_method, row.outcome, { wish: row.wish, isOver });
  return {
    found: true,
    tier: 1,
    status: row.status,
    stage: statuses[row.status].stage,
    label: labelFor(row.status, row.return_method, row.labels, row.wish)[locale],
    whatThisMeans: hold?.why ?? words.whatThisMeans,
    stages: stageDays(row, locale),
    promisedOn: promisedOn(row),
    onHold: hold !== null,
    ...nextUpdate(row),
    nextStep: { who, text: hold?.shown.whatToDo ?? words.whatHappensNext },
    mustAct: who === 'you',
    returnMethod: row.return_method,
    timeline: (row.timeline ?? [])
      .slice(-SHOWN.steps)
      .map((step) => timelineEntry(step, { returnMethod: row.return_method, labels: row.labels, wish: row.wish }, locale)),
    device: { maker: row.maker, model: row.model, serialLast4: row.identifier_last4 },
    hold: hold?.shown ?? null,
    promiseHistory: promisesOf(row, locale),
    center:
      row.center_name === null
        ? null
        : { name: row.center_name, phone: row.center_phone ?? '', hours: row.center_hours, timeZone: row.center_time_zone },
    parcels: (row.parcels ?? []).slice(-SHOWN.parcels).map(({ carrier, waybillLast4 }) => ({ carrier, waybillLast4 })),
    quoteTotal: row.quote_total === null || isOver ? null : { amount: row.quote_total.amount, currency: row.quote_total.currency },
    token: token.value,
    tokenExpiresAt: token.expiresAt.toISOString(),
  };
}

/** The same for every reason not to show anything. */
export const notShown = (hint: Hint, locale: Locale): NotShown => ({ found: false, verifyHint: { code: hint, text: hints[hint][locale] } });
