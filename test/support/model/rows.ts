// The database after a sequence: every row of the ticket against the model, and what must hold of any ticket.
import { type RawBuilder, sql } from 'kysely';
import { type Names, nameOf } from './names.ts';
import type { Repair } from './repair.ts';
import type { Site } from './site.ts';
import { stageOf } from './table.ts';
import { differences } from './view.ts';

const hanging = {
  events: sql`select seq, action, from_status as from, to_status as to from ticket_events where ticket_id = t.id order by seq`,
  quotes: sql`select id, version, status, total, wish, decided_by as by, supersedes, reminders, alarm_at is not null as rings,
                     consent is not null as consented from quotes where ticket_id = t.id order by version`,
  holds: sql`select reason, closed_at is null as open, extract(epoch from resume_by - alarm_at)::float8 / 3600 as "ringsBefore" from holds where ticket_id = t.id order by id`,
  promises: sql`select n, promised_at, reason, made_at from promises where ticket_id = t.id order by n`,
  clocks: sql`select * from clocks where ticket_id = t.id order by name, run`,
  parts: sql`select part_no, state, expected_on, received_at is not null as here from part_lines where ticket_id = t.id order by id`,
  storage: sql`select since, released_at, keep_until, jsonb_array_length(notices) as notices from storage_ledgers where ticket_id = t.id order by since`,
  outbox: sql`select event_seq as seq, message, state, dead_reason as why from outbox where subject = t.id and recipient like 'contact:%' order by outbox.id`,
  alerts: sql`select kind from alerts where ticket_id = t.id order by id`,
  parcels: sql`select direction from shipments where ticket_id = t.id and direction = 'outbound' order by id`,
} satisfies Record<string, RawBuilder<unknown>>;

const everything = sql.join(
  Object.entries(hanging).map(([name, query]) => sql`${sql.lit(name)}, (select coalesce(jsonb_agg(r), '[]') from (${query}) r)`),
);

interface ClockRow {
  name: string;
  run: number;
  stopped_at: string | null;
  paused_since: string | null;
  remaining_ms: number | null;
  due_at: string | null;
  alarm_at: string | null;
}
interface Rows {
  ticket: Record<'status' | 'outcome' | 'hold_reason' | 'promised_at' | 'due_at' | 'alarm_at' | 'repaired_by', string | null> & {
    version: number;
    reminders: number;
    qc_failures: number;
  };
  events: { seq: number; action: string; from: string | null; to: string }[];
  quotes: (Record<'id' | 'status', string> &
    Record<'wish' | 'by' | 'supersedes', string | null> &
    Record<'version' | 'total' | 'reminders', number> &
    Record<'rings' | 'consented', boolean>)[];
  holds: { reason: string; open: boolean; ringsBefore: number | null }[];
  promises: { n: number; promised_at: string; reason: string; made_at: string }[];
  clocks: ClockRow[];
  parts: { part_no: string; state: string; expected_on: string; here: boolean }[];
  storage: { since: string; released_at: string | null; keep_until: string; notices: number }[];
  outbox: { seq: number; message: string; state: string; why: string | null }[];
  alerts: { kind: string }[];
  parcels: { direction: string }[];
}

async function rowsOf({ owner }: Site, ticketId: string): Promise<Rows> {
  const { rows } = await sql<{ all: Rows }>`
    select jsonb_build_object('ticket', to_jsonb(t), ${everything}) as all from tickets t where t.id = ${ticketId}`.execute(owner);
  return (rows[0] as { all: Rows }).all;
}

/** A mark of every row of a ticket: the same as long as nobody touches one. */
export async function fingerprint({ owner }: Site, ticketId: string): Promise<string> {
  const { rows } = await sql<{ mark: string }>`
    select md5(jsonb_build_object('ticket', to_jsonb(t), ${everything})::text) as mark from tickets t where t.id = ${ticketId}`.execute(owner);
  return rows[0]?.mark ?? '';
}

const iso = (at: string | null): string | null => (at === null ? null : new Date(at).toISOString());
const counted = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};
const sorted = (record: Record<string, number>): [string, number][] => Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));

/** What the rows say, put as `told` puts what the model says. */
function written(rows: Rows, names: Names): object {
  const { ticket, storage } = rows;
  const open = storage.filter(({ released_at: released }) => released === null);
  return {
    ticket: {
      ...{ status: ticket.status, version: ticket.version, outcome: ticket.outcome, hold: ticket.hold_reason, reminders: ticket.reminders },
      ...{
        promisedAt: iso(ticket.promised_at),
        qcFailures: ticket.qc_failures,
        repairedBy: ticket.repaired_by ?? '',
        rings: ticket.alarm_at !== null,
      },
    },
    log: rows.events.map(({ action }) => action),
    quotes: rows.quotes
      .map((quote) => ({ ...quote, id: nameOf(quote.id, names), supersedes: nameOf(quote.supersedes, names) }))
      .map(({ consented: _, ...quote }) => quote),
    openHolds: rows.holds.filter((hold) => hold.open).map(({ reason, ringsBefore }) => ({ reason, ringsBefore })),
    holds: rows.holds.length,
    promises: rows.promises.map(({ promised_at: at, reason, made_at: madeAt }) => `${iso(at)} ${reason} ${iso(madeAt)}`),
    parts: rows.parts.map(({ part_no: no, state, expected_on: on, here }) => `${no.replace('P-', 'p#')} ${state} ${on} ${String(here)}`).toSorted(),
    storage: open.map(({ keep_until: until, notices }) => ({ keepUntil: iso(until), notices })),
    alerts: sorted(counted(rows.alerts.map(({ kind }) => kind))),
    told: rows.outbox.map(({ seq, message, state, why }) => `${seq} ${message} ${why === 'withdrawn: corrected' ? 'withdrawn' : state}`),
    parcels: rows.parcels.length,
  };
}

/** 3.3: whose holds wait for the customer. */
const waitsForCustomer = new Set([
  ...['customer_info', 'customer_unreachable', 'payment', 'device_lock', 'proof_of_purchase', 'rescheduled_customer', 'serial_mismatch'],
]);

/** N18: a day before its end where the customer has to act and was given two days at least; else at its end. */
const hoursBefore = ({ reason, openedAt, resumeBy }: NonNullable<Repair['hold']>): number =>
  waitsForCustomer.has(reason) && resumeBy - openedAt >= 48 * 3_600_000 ? 24 : 0;

function expected(repair: Repair): object {
  const { status, returnMethod, hold, storage, promises } = repair;
  const at = (ms: number): string => new Date(ms).toISOString();
  return {
    ticket: {
      ...{ status, version: repair.version, outcome: repair.outcome, hold: hold?.reason ?? null, reminders: repair.reminders },
      ...{
        promisedAt: promises.length === 0 ? null : at(promises.at(-1)?.at ?? 0),
        qcFailures: repair.qcFailures,
        repairedBy: repair.repairedBy.join('\n'),
      },
      rings: status === 'awaiting_device' || (status === 'ready' && returnMethod === 'pick_up'),
    },
    log: repair.log,
    quotes: repair.quotes
      .toSorted((a, b) => a.version - b.version)
      .map((quote) => ({
        ...{ id: quote.ref, version: quote.version, status: quote.status, total: quote.total, wish: quote.wish, by: quote.by },
        ...{ supersedes: quote.supersedes, reminders: quote.reminders, rings: quote.status === 'sent' },
      })),
    openHolds: hold === null ? [] : [{ reason: hold.reason, ringsBefore: hoursBefore(hold) }],
    holds: repair.holds,
    promises: promises.map((one) => `${at(one.at)} ${one.reason} ${at(one.madeAt)}`),
    parts: repair.parts.map(({ ref, state, expectedOn }) => `${ref} ${state} ${expectedOn} ${String(!state.endsWith('ordered'))}`).toSorted(),
    storage: storage === null ? [] : [{ keepUntil: at(storage.keepUntil), notices: storage.notices }],
    alerts: sorted(repair.alerts),
    told: repair.told.map(({ seq, message, state }) => `${seq} ${message} ${state}`),
    parcels: repair.parcels.length,
  };
}

const counters = new Set(['redo', 'cn_loaner', 'cn_own_fault', 'cn_parts', 'warranty_extension']);

/** What must hold of the clocks of any ticket. */
function clockFaults({ clocks, ticket }: Rows): string[] {
  const faults: string[] = [];
  const running = clocks.filter(({ stopped_at: stopped }) => stopped === null);
  for (const clock of clocks) {
    const name = `clock ${clock.name} ${clock.run}`;
    if ((clock.paused_since === null) !== (clock.remaining_ms === null))
      faults.push(`${name} is paused and has nothing left, or the other way round`);
    if (clock.stopped_at !== null && clock.alarm_at !== null) faults.push(`${name} rings although it stopped`);
    if (clock.paused_since !== null && clock.due_at !== null) faults.push(`${name} is due although it is paused`);
    if (clock.remaining_ms !== null && clock.remaining_ms < 0) faults.push(`${name} has less than nothing left`);
  }
  for (const [name, times] of sorted(counted(running.map((clock) => clock.name)))) if (times > 1) faults.push(`clock ${name} runs ${times} times`);
  for (const [name, runs] of sorted(counted(clocks.map((clock) => clock.name)))) {
    if (Math.max(...clocks.filter((clock) => clock.name === name).map(({ run }) => run)) !== runs) faults.push(`runs of clock ${name} have a gap`);
  }
  const due = running
    .filter((clock) => !counters.has(clock.name) && clock.paused_since === null)
    .flatMap(({ due_at: dueAt }) => iso(dueAt) ?? [])
    .toSorted()[0];
  if ((due ?? null) !== iso(ticket.due_at)) faults.push(`due_at is ${String(iso(ticket.due_at))}, the earliest clock ${String(due)}`);
  const ended = stageOf[ticket.status as Repair['status']] === 'end';
  if (ended) for (const { name } of running) if (name !== 'redo') faults.push(`clock ${name} runs on after the end`);
  return faults;
}

/** What must hold of the history of any ticket. */
function historyFaults({ events, ticket, quotes, outbox, promises, storage }: Rows): string[] {
  const faults: string[] = [];
  for (const [index, { seq, from }] of events.entries()) {
    if (seq !== index + 1) faults.push(`event ${index + 1} has seq ${seq}`);
    if (from !== (events[index - 1]?.to ?? null)) faults.push(`event ${seq} begins at ${String(from)}`);
  }
  if (events.at(-1)?.to !== ticket.status || events.length !== ticket.version) faults.push('the ticket is not where its last event left it');
  if (quotes.filter(({ status }) => status === 'sent').length > 1) faults.push('two quotes lie with the customer');
  for (const { status, consented, by, version } of quotes) {
    if (status === 'approved' && !consented) faults.push(`version ${version} was approved by ${String(by)} without a consent`);
  }
  if (new Set(outbox.map(({ seq }) => seq)).size !== outbox.length) faults.push('a step is told twice');
  if (promises.some(({ n }, index) => n !== index + 1)) faults.push('promises have a gap');
  if (storage.filter(({ released_at: released }) => released === null).length > 1) faults.push('two storage ledgers are open');
  return faults;
}

/** Where the rows of the ticket are not as the model says, in words. */
export async function rowFaults(site: Site, ticketId: string, repair: Repair, names: Names): Promise<string[]> {
  const rows = await rowsOf(site, ticketId);
  return [...differences(expected(repair), written(rows, names)).map((text) => `rows${text}`), ...clockFaults(rows), ...historyFaults(rows)];
}
