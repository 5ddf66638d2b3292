// All SQL of tickets: one statement reads everything about a ticket, one statement writes a step.
import { type RawBuilder, sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { visibleTo } from '#access/visible-tickets.ts';
import { type Recipients, recipientsSql } from '#notifications/recipients.ts';
import { type Due, outboxCtes } from '#platform/outbox.ts';
import type { Change } from './effects.ts';
import type { Outcome, ReturnMethod, Status } from './status.ts';
import type { TicketView } from './ticket.ts';

/** A ticket with all that hangs on it, as it was read; timestamps inside the JSON columns are text. */
export interface TicketRow {
  id: string;
  code: string;
  channel: TicketView['channel'];
  status: Status;
  version: number;
  outcome: Outcome | null;
  centerId: string;
  openedBy: string;
  deviceId: string;
  contactId: string;
  faultReported: string;
  returnMethod: ReturnMethod;
  jurisdiction: TicketView['jurisdiction'];
  externalRef: string | null;
  stagesReached: TicketView['stagesReached'];
  qcFailures: number;
  createdAt: Date;
  updatedAt: Date;
  closedAt: Date | null;
  nextUpdateBy: Date | null;
  center: TicketView['center'];
  contact: TicketView['contact'];
  device: Omit<TicketView['device'], 'identifiers'>;
  identifiers: { type: 'serial' | 'imei' | 'imei2' | 'meid'; hash: string; sealed: string; keyId: number }[];
  quote: QuoteRow | null;
  parts: { id: string; partNo: string; name: string; expectedOn: string; orderedAt: string; receivedAt: string | null }[];
  shipments: TicketView['shipments'];
  recipients: Recipients;
}

/** A quote as the ticket's row carries it; amounts in minor units. */
export interface QuoteRow {
  id: string;
  status: 'sent' | 'approved' | 'declined';
  currency: string;
  lines: NonNullable<TicketView['quote']>['lines'];
  total: number;
  diagnosisFee: number;
  validUntil: string;
  promisedDays: number;
  sentAt: string;
  decidedAt: string | null;
}

/** Everything about `tickets t`, as one row. */
export const columns = sql`
  t.id, t.code, t.channel, t.status, t.version, t.outcome, t.center_id as "centerId", t.opened_by as "openedBy",
  t.device_id as "deviceId", t.contact_id as "contactId", t.fault_reported as "faultReported", t.return_method as "returnMethod",
  t.jurisdiction, t.external_ref as "externalRef", t.stages_reached as "stagesReached", t.qc_failures as "qcFailures",
  t.created_at as "createdAt", t.updated_at as "updatedAt", t.closed_at as "closedAt", t.next_update_by as "nextUpdateBy",
  (select jsonb_build_object('id', c.id, 'code', c.code, 'name', c.name)
     from service_centers c where c.brand_id = t.brand_id and c.id = t.center_id) as center,
  (select jsonb_build_object('name', k.name, 'phone', k.phone, 'email', k.email, 'address', k.address, 'locale', k.locale, 'timeZone', k.time_zone)
     from contacts k where k.brand_id = t.brand_id and k.id = t.contact_id) as contact,
  (select jsonb_build_object('id', d.id, 'kind', d.kind, 'maker', d.maker, 'model', d.model)
     from devices d where d.brand_id = t.brand_id and d.id = t.device_id) as device,
  (select coalesce(jsonb_agg(jsonb_build_object('type', i.type, 'hash', encode(i.value_hash, 'hex'),
            'sealed', encode(i.sealed, 'base64'), 'keyId', i.key_id) order by i.type), '[]')
     from device_identifiers i where i.brand_id = t.brand_id and i.device_id = t.device_id) as identifiers,
  (select jsonb_build_object('id', q.id, 'status', q.status, 'currency', q.currency, 'lines', q.lines, 'total', q.total,
            'diagnosisFee', q.diagnosis_fee, 'validUntil', q.valid_until, 'promisedDays', q.promised_days,
            'sentAt', q.sent_at, 'decidedAt', q.decided_at)
     from quotes q where q.brand_id = t.brand_id and q.ticket_id = t.id order by q.sent_at desc, q.id desc limit 1) as quote,
  (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'partNo', p.part_no, 'name', p.name, 'expectedOn', p.expected_on,
            'orderedAt', p.ordered_at, 'receivedAt', p.received_at) order by p.id), '[]')
     from part_lines p where p.brand_id = t.brand_id and p.ticket_id = t.id) as parts,
  (select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'direction', s.direction, 'carrier', s.carrier, 'waybill', s.waybill,
            'status', s.status, 'eta', s.eta, 'deliveredAt', s.delivered_at, 'openBy', s.open_by) order by s.id), '[]')
     from shipments s where s.brand_id = t.brand_id and s.ticket_id = t.id) as shipments`;

/** The ticket, or undefined where the actor may not see one. */
export async function byId(deed: Deed, ticketId: string): Promise<TicketRow | undefined> {
  const { rows } = await sql<TicketRow>`
    select ${columns}, null as recipients from tickets t
    where t.brand_id = ${deed.brandId} and t.id = ${ticketId} ${visibleTo(deed.actor)}`.execute(deed.trx);
  return rows[0];
}

/** Locks the ticket and reads all facts and recipients in one round trip. */
export async function lock(deed: Deed, ticketId: string): Promise<TicketRow | undefined> {
  const { rows } = await sql<TicketRow>`
    select ${columns}, ${recipientsSql} as recipients from tickets t
    where t.brand_id = ${deed.brandId} and t.id = ${ticketId} ${visibleTo(deed.actor)}
    for update of t`.execute(deed.trx);
  return rows[0];
}

/** A step, decided and ready to be written. */
export interface StepRow {
  ticketId: string;
  from: Status;
  to: Status;
  /** The version the step starts from; its history row carries the next one. */
  version: number;
  action: string;
  outcome: Outcome | null;
  stagesReached: object;
  closedAt: Date | null;
  nextUpdateBy: Date | null;
  reason: string | null;
  customerNote: string | null;
  data: object;
}

function changeCtes(deed: Deed, ticketId: string, change: Change): RawBuilder<unknown>[] {
  const ctes: RawBuilder<unknown>[] = [];
  if (change.offered !== undefined) {
    const q = change.offered;
    ctes.push(sql`offered as (
      insert into quotes (brand_id, id, ticket_id, version, status, currency, lines, total, diagnosis_fee, valid_days, valid_until, promised_days, sent_at)
      select ${deed.brandId}, ${q.id}, ${ticketId}, 1 + count(*), 'sent', ${q.currency}, ${JSON.stringify(q.lines)}::jsonb, ${q.total},
             ${q.diagnosisFee}, 30, ${q.validUntil}::timestamptz, ${q.promisedDays}, ${deed.now}::timestamptz
        from quotes where brand_id = ${deed.brandId} and ticket_id = ${ticketId})`);
  }
  if (change.decided !== undefined) {
    const { quoteId, status, consent } = change.decided;
    ctes.push(sql`decided as (
      update quotes set status = ${status}, decided_at = ${deed.now}, consent = ${JSON.stringify(consent)}::jsonb
      where brand_id = ${deed.brandId} and id = ${quoteId} and status = 'sent')`);
  }
  if (change.ordered !== undefined) {
    ctes.push(sql`ordered as (
      insert into part_lines (brand_id, id, ticket_id, part_no, name, expected_on, ordered_at)
      select ${deed.brandId}, p.id, ${ticketId}, p."partNo", p.name, p."expectedOn", ${deed.now}
        from jsonb_to_recordset(${JSON.stringify(change.ordered)}::jsonb) as p(id text, "partNo" text, name text, "expectedOn" date))`);
  }
  if (change.receivedParts !== undefined) {
    ctes.push(sql`parts_received as (
      update part_lines set received_at = ${deed.now}, state = 'received'
      where brand_id = ${deed.brandId} and ticket_id = ${ticketId} and id = any(${change.receivedParts}))`);
  }
  return ctes;
}

/** Writes ticket, history, what the action records, outbox rows and lanes in one statement. */
export async function advance(deed: Deed, step: StepRow, change: Change, due: readonly Due[]): Promise<void> {
  const { actor, now } = deed;
  const { rows } = await sql`
    with moved as (
      update tickets set status = ${step.to}, version = version + 1, outcome = coalesce(outcome, ${step.outcome}),
             stages_reached = ${JSON.stringify(step.stagesReached)}::jsonb, qc_failures = qc_failures + ${change.qcFailures ?? 0},
             updated_at = ${now}, closed_at = ${step.closedAt}, next_update_by = ${step.nextUpdateBy}, promised_at = coalesce(promised_at, ${now}::timestamptz + interval '14 days')
       where brand_id = ${deed.brandId} and id = ${step.ticketId} and version = ${step.version}
      returning brand_id, id, version
    ), event as (
      insert into ticket_events (brand_id, ticket_id, seq, action, from_status, to_status, actor_kind, actor_id, reason,
                                 customer_note, data, request_id, occurred_at)
      select brand_id, id, version, ${step.action}, ${step.from}, ${step.to}, ${actor.kind}, ${actor.id}, ${step.reason},
             ${step.customerNote}, ${JSON.stringify(step.data)}::jsonb, ${deed.requestId}, ${now}::timestamptz from moved
    )${sql.join(
      [...changeCtes(deed, step.ticketId, change), ...outboxCtes(deed, due)].map((cte) => sql`, ${cte}`),
      sql``,
    )}
    select id from moved`.execute(deed.trx);
  if (rows.length !== 1) throw new Error(`ticket ${step.ticketId} was not at version ${step.version} although it was locked`);
}
