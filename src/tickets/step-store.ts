// The SQL that writes a step: ticket, history, everything that changes with it and what is due, in one statement.
import { type RawBuilder, sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { raiseCtes } from '#alerts/raise.ts';
import type { Clock } from '#clocks/clock.ts';
import { clockCtes } from '#clocks/columns.ts';
import type { Told } from '#notifications/told.ts';
import { violates } from '#platform/db/failures.ts';
import { type Due, outboxCtes } from '#platform/outbox.ts';
import { Problem } from '#problems.ts';
import { surveyCtes } from '#surveys/schedule.ts';
import type { PartRow, PromiseRow, StorageRow } from './bench.ts';
import type { Change, QuoteWrite } from './effects.ts';
import { firstHoldAlarm } from './ladders.ts';
import type { TicketRow } from './store.ts';

/** A step, decided and ready to be written. */
export interface StepRow {
  before: TicketRow;
  after: TicketRow;
  action: string;
  reason: string | null;
  customerNote: string | null;
  data: object;
  change: Change;
  promise: PromiseRow | null;
  clocks: readonly Clock[];
  /** Set where the status changes: when its ladder of reminders begins; null: it has none. */
  ladder: { alarmAt: Date | null } | null;
  storageOpened: StorageRow | null;
  storageMoved: StorageRow | null;
  storageReleased: boolean;
  newIdentifier: { raw: string; hash: Buffer; confusableHash: Buffer; last4: string } | null;
  /** The caller wished that the customer be told nothing of it. */
  suppressed: boolean;
  told: Told;
  due: readonly Due[];
}

const json = (value: object): string => JSON.stringify(value);

function quotesCte(deed: Deed, ticketId: string, quotes: readonly QuoteWrite[]): RawBuilder<unknown> {
  // One row after the other, in this order: a version makes room before the next takes it.
  return sql`quoted as (
    insert into quotes as q (brand_id, id, ticket_id, version, status, form, currency, lines, total, diagnosis_fee, valid_days, valid_until,
                        promised_days, supersedes, sent_at, decided_at, decided_by, wish, consent, alarm_at)
    select ${deed.brandId}, r.id, ${ticketId}, r.version, r.status, r.form, r.currency, r.lines, r.total, r."diagnosisFee", r."validDays",
           r."validUntil", r."promisedDays", r.supersedes, r."sentAt", r."decidedAt", r."decidedBy", r.wish, r.consent, r."alarmAt"
      from jsonb_to_recordset(${json(quotes)}::jsonb) as r(id text, version integer, status text, form text, currency text, lines jsonb,
           total integer, "diagnosisFee" integer, "validDays" integer, "validUntil" timestamptz, "promisedDays" integer, supersedes text,
           "sentAt" timestamptz, "decidedAt" timestamptz, "decidedBy" text, wish text, consent jsonb, "alarmAt" timestamptz)
    on conflict (brand_id, id) do update
      set version = excluded.version, status = excluded.status, form = excluded.form, currency = excluded.currency, lines = excluded.lines,
          total = excluded.total, diagnosis_fee = excluded.diagnosis_fee, valid_days = excluded.valid_days, valid_until = excluded.valid_until,
          promised_days = excluded.promised_days, supersedes = excluded.supersedes, sent_at = excluded.sent_at,
          decided_at = excluded.decided_at, decided_by = excluded.decided_by, wish = excluded.wish,
          consent = coalesce(excluded.consent, q.consent), alarm_at = excluded.alarm_at)`;
}

function partsCte(deed: Deed, ticketId: string, parts: readonly PartRow[]): RawBuilder<unknown> {
  return sql`parted as (
    insert into part_lines (brand_id, id, ticket_id, part_no, name, grade, state, expected_on, ordered_at, received_at, fitted_at, serial_old, serial_new)
    select ${deed.brandId}, r.id, ${ticketId}, r."partNo", r.name, r.grade, r.state, r."expectedOn", r."orderedAt", r."receivedAt",
           r."fittedAt", r."serialOld", r."serialNew"
      from jsonb_to_recordset(${json(parts)}::jsonb) as r(id text, "partNo" text, name text, grade text, state text, "expectedOn" date,
           "orderedAt" timestamptz, "receivedAt" timestamptz, "fittedAt" timestamptz, "serialOld" text, "serialNew" text)
    on conflict (brand_id, id) do update
      set state = excluded.state, expected_on = excluded.expected_on, received_at = excluded.received_at, fitted_at = excluded.fitted_at,
          serial_old = excluded.serial_old, serial_new = excluded.serial_new)`;
}

function holdCtes(deed: Deed, ticketId: string, { holdClosed, holdOpened }: Change, heldNow: TicketRow['hold']): RawBuilder<unknown>[] {
  const rows = [
    ...(holdClosed === true && heldNow !== null ? [{ ...heldNow, closedAt: deed.now, alarmAt: null }] : []),
    ...(holdOpened === undefined ? [] : [{ ...holdOpened, closedAt: null, alarmAt: firstHoldAlarm(holdOpened) }]),
  ];
  if (rows.length === 0) return [];
  return [
    sql`held as (
      insert into holds (brand_id, id, ticket_id, reason, blame, pauses, opened_at, resume_by, customer_text, internal_text, closed_at, alarm_at)
      select ${deed.brandId}, r.id, ${ticketId}, r.reason, r.blame, r."pausesClock", r."openedAt", r."resumeBy", r."customerText",
             r."internalText", r."closedAt", r."alarmAt"
        from jsonb_to_recordset(${json(rows)}::jsonb) as r(id text, reason text, blame text, "pausesClock" boolean, "openedAt" timestamptz,
             "resumeBy" timestamptz, "customerText" text, "internalText" text, "closedAt" timestamptz, "alarmAt" timestamptz)
      on conflict (brand_id, id) do update set closed_at = excluded.closed_at, alarm_at = excluded.alarm_at)`,
  ];
}

function storageCtes(deed: Deed, step: StepRow): RawBuilder<unknown>[] {
  const { storageOpened: opened, storageMoved: moved } = step;
  return [
    ...(step.storageReleased
      ? [
          sql`released as (
            update storage_ledgers set released_at = ${deed.now}
             where brand_id = ${deed.brandId} and ticket_id = ${step.before.id} and released_at is null)`,
        ]
      : []),
    ...(moved === null
      ? []
      : [
          sql`kept_longer as (
            update storage_ledgers set free_until = ${moved.freeUntil}::timestamptz, keep_until = ${moved.keepUntil}::timestamptz
             where brand_id = ${deed.brandId} and ticket_id = ${step.before.id} and released_at is null)`,
        ]),
    ...(opened === null
      ? []
      : [
          sql`stored as (
            insert into storage_ledgers (brand_id, ticket_id, since, free_until, daily_fee, currency, keep_until)
            values (${deed.brandId}, ${step.before.id}, ${opened.since}::timestamptz, ${opened.freeUntil}::timestamptz, ${opened.dailyFee},
                    ${opened.currency}, ${opened.keepUntil}::timestamptz)
            on conflict (brand_id, ticket_id, since) do update set released_at = null)`,
        ]),
  ];
}

function identifierCte(deed: Deed, deviceId: string, one: NonNullable<StepRow['newIdentifier']>): RawBuilder<unknown> {
  return sql`identified as (
    insert into device_identifiers (brand_id, device_id, type, value_hash, confusable_hash, sealed, key_id, last4, created_at)
    values (${deed.brandId}, ${deviceId}, 'serial', ${one.hash}, ${one.confusableHash}, ${deed.seal.seal(one.raw)}, ${deed.seal.keyId}, ${one.last4}, ${deed.now})
    on conflict (brand_id, value_hash, type) do nothing returning 1)`;
}

function ctesOf(deed: Deed, step: StepRow): RawBuilder<unknown>[] {
  const { before, change, promise } = step;
  return [
    ...(change.quotes === undefined || change.quotes.length === 0 ? [] : [quotesCte(deed, before.id, change.quotes)]),
    ...(change.parts === undefined || change.parts.length === 0 ? [] : [partsCte(deed, before.id, change.parts)]),
    ...holdCtes(deed, before.id, change, before.hold),
    ...storageCtes(deed, step),
    ...(promise === null
      ? []
      : [
          sql`promised as (
            insert into promises (brand_id, ticket_id, n, promised_at, reason, note, actor_kind, actor_id, made_at)
            values (${deed.brandId}, ${before.id}, ${before.promises.length + 1}, ${promise.promisedAt}::timestamptz, ${promise.reason},
                    ${promise.note}, ${deed.actor.kind}, ${deed.actor.id}, ${deed.now}))`,
        ]),
    ...(step.newIdentifier === null ? [] : [identifierCte(deed, before.deviceId, step.newIdentifier)]),
    ...clockCtes(deed, { ticketId: before.id, centerId: step.after.centerId }, step.clocks),
    ...raiseCtes(deed, before.id, step.after.centerId, change.alerts ?? []),
    ...surveyCtes(deed, before.id, step.after.centerId, change.surveyAt ?? null),
    ...outboxCtes(deed, step.due),
  ];
}

/**
 * Writes the step; answers whether the device has got another serial by it.
 * Problem: open_ticket_exists where an ended ticket would come back beside another open one of its device.
 */
export async function advance(deed: Deed, step: StepRow): Promise<boolean> {
  const { actor, now } = deed;
  const { before, after, ladder } = step;
  const statement = sql<{ identified: boolean }>`
    with moved as (
      update tickets set status = ${after.status}, version = version + 1, outcome = ${after.outcome},
             stages_reached = ${json(after.stagesReached)}::jsonb, qc_failures = ${after.qcFailures}, updated_at = ${now},
             closed_at = ${after.closedAt}, next_update_by = ${after.nextUpdateBy}, promised_at = ${after.promisedAt}, due_at = ${after.dueAt},
             stuck_at = ${after.stuckAt}, hold_reason = ${after.hold?.reason ?? null}, repaired_by = ${after.repairedBy},
             disputed_at = ${after.disputedAt}, center_id = ${after.centerId}, reminders = ${after.reminders}, told = ${json(step.told)}::jsonb,
             alarm_at = ${ladder === null ? sql`alarm_at` : sql`${ladder.alarmAt}`}
       where brand_id = ${deed.brandId} and id = ${before.id} and version = ${before.version}
      returning brand_id, id, version
    ), event as (
      insert into ticket_events (brand_id, ticket_id, seq, action, from_status, to_status, actor_kind, actor_id, reason,
                                 customer_note, data, request_id, occurred_at, suppressed)
      select brand_id, id, version, ${step.action}, ${before.status}, ${after.status}, ${actor.kind}, ${actor.id}, ${step.reason},
             ${step.customerNote}, ${json(step.data)}::jsonb, ${deed.requestId}, ${now}::timestamptz, ${step.suppressed} from moved
    )${sql.join(
      ctesOf(deed, step).map((cte) => sql`, ${cte}`),
      sql``,
    )}
    select id, ${step.newIdentifier === null ? sql`false` : sql`exists (select from identified)`} as identified from moved`;
  try {
    const { rows } = await statement.execute(deed.trx);
    if (rows.length !== 1) throw new Error(`ticket ${before.id} was not at version ${before.version} although it was locked`);
    deed.moved.push(before.id);
    return rows[0]?.identified === true;
  } catch (error) {
    if (!violates(error, 'tickets_open_device_key')) throw error;
    throw new Problem('open_ticket_exists', 'The device has another open ticket. End that one before this one comes back.');
  }
}
