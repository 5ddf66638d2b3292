// The SQL that reads a ticket: one statement answers everything about it, with what a step looks at where one is to be taken.
import { type RawBuilder, sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { visibleTo } from '#access/visible-tickets.ts';
import { clocksSql } from '#clocks/columns.ts';
import { contactSql } from '#contacts/columns.ts';
import type { ContactRow } from '#contacts/contact.ts';
import { intakePhotosSql } from '#files/columns.ts';
import { type Recipients, recipientsSql } from '#notifications/recipients.ts';
import type { Told } from '#notifications/told.ts';
import { fixed } from '#platform/db/fixed-sql.ts';
import type { Money } from '#platform/schema.ts';
import type { QuoteRow } from '#quotes/quote.ts';
import { houseSql } from '#service-centers/house.ts';
import type { OwnLabels } from '#texts/columns.ts';
import type { HoldRow, PartRow, PromiseRow, StorageRow } from './bench.ts';
import { cameBack } from './came-back.ts';
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
  parentTicketId: string | null;
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
  promisedAt: Date | null;
  dueAt: Date | null;
  stuckAt: Date | null;
  /** Reminders sent in this status. */
  reminders: number;
  /** Names, one a line. */
  repairedBy: string | null;
  disputedAt: Date | null;
  center: TicketView['center'];
  contact: ContactRow;
  device: Omit<TicketView['device'], 'identifiers'>;
  identifiers: { type: 'serial' | 'imei' | 'imei2' | 'meid'; hash: string; sealed: string; keyId: number }[];
  /** Every version, oldest first. */
  quotes: QuoteRow[];
  parts: PartRow[];
  hold: HoldRow | null;
  promises: PromiseRow[];
  storage: StorageRow | null;
  shipments: (TicketView['shipments'][number] & {
    createdAt: string;
    /** The number under which its carrier has passed it on; null where it travels under its first. */
    passedOnAs: string | null;
  })[];
  /** The brand's own; absent in rows that were made by hand. */
  labels?: OwnLabels;
}

/** What a step looks at beside the ticket itself. */
export interface LockedRow extends TicketRow {
  recipients: Recipients;
  /** As `houseOf` and `clocksOf` read them. */
  house: unknown;
  clocks: unknown;
  past: {
    previousStatus: Status | null;
    deliveredAt: string | null;
    /** When the device, which had left, was with us again. */
    cameBackAt: string | null;
    feeDisclosed: Money | null;
    /** Of each finished repair, oldest first. */
    work: string[][] | null;
  };
  intakePhotos: number;
  told: Told;
}

/** Everything about `tickets t`, as one row. */
export const columns = fixed(sql`
  t.id, t.code, t.channel, t.status, t.version, t.outcome, t.center_id as "centerId", t.opened_by as "openedBy",
  t.device_id as "deviceId", t.contact_id as "contactId", t.parent_ticket_id as "parentTicketId", t.fault_reported as "faultReported",
  t.return_method as "returnMethod", t.jurisdiction, t.external_ref as "externalRef", t.stages_reached as "stagesReached",
  t.qc_failures as "qcFailures", t.created_at as "createdAt", t.updated_at as "updatedAt", t.closed_at as "closedAt",
  t.next_update_by as "nextUpdateBy", t.promised_at as "promisedAt", t.due_at as "dueAt", t.stuck_at as "stuckAt", t.reminders,
  t.repaired_by as "repairedBy", t.disputed_at as "disputedAt",
  (select jsonb_build_object('id', c.id, 'code', c.code, 'name', c.name)
     from service_centers c where c.brand_id = t.brand_id and c.id = t.center_id) as center,
  (select ${contactSql} from contacts k where k.brand_id = t.brand_id and k.id = t.contact_id) as contact,
  (select jsonb_build_object('id', d.id, 'kind', d.kind, 'maker', d.maker, 'model', d.model)
     from devices d where d.brand_id = t.brand_id and d.id = t.device_id) as device,
  (select coalesce(jsonb_agg(jsonb_build_object('type', i.type, 'hash', encode(i.value_hash, 'hex'),
            'sealed', encode(i.sealed, 'base64'), 'keyId', i.key_id) order by i.type, i.created_at, i.value_hash), '[]')
     from device_identifiers i where i.brand_id = t.brand_id and i.device_id = t.device_id) as identifiers,
  (select coalesce(jsonb_agg(jsonb_build_object('id', q.id, 'version', q.version, 'status', q.status, 'form', q.form, 'currency', q.currency,
            'lines', q.lines, 'total', q.total, 'diagnosisFee', q.diagnosis_fee, 'validDays', q.valid_days, 'validUntil', q.valid_until,
            'promisedDays', q.promised_days, 'supersedes', q.supersedes, 'sentAt', q.sent_at, 'decidedAt', q.decided_at,
            'decidedBy', q.decided_by, 'wish', q.wish, 'reminders', q.reminders) order by q.version), '[]')
     from quotes q where q.brand_id = t.brand_id and q.ticket_id = t.id) as quotes,
  (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'partNo', p.part_no, 'name', p.name, 'grade', p.grade, 'state', p.state,
            'expectedOn', p.expected_on, 'orderedAt', p.ordered_at, 'receivedAt', p.received_at, 'fittedAt', p.fitted_at,
            'serialOld', p.serial_old, 'serialNew', p.serial_new) order by p.id), '[]')
     from part_lines p where p.brand_id = t.brand_id and p.ticket_id = t.id) as parts,
  (select jsonb_build_object('id', h.id, 'reason', h.reason, 'blame', h.blame, 'pausesClock', h.pauses, 'openedAt', h.opened_at,
            'resumeBy', h.resume_by, 'customerText', h.customer_text, 'internalText', h.internal_text)
     from holds h where h.brand_id = t.brand_id and h.ticket_id = t.id and h.closed_at is null) as hold,
  (select coalesce(jsonb_agg(jsonb_build_object('promisedAt', r.promised_at, 'reason', r.reason, 'note', r.note, 'madeAt', r.made_at)
            order by r.n), '[]')
     from promises r where r.brand_id = t.brand_id and r.ticket_id = t.id) as promises,
  (select jsonb_build_object('since', l.since, 'freeUntil', l.free_until, 'dailyFee', l.daily_fee, 'currency', l.currency,
            'keepUntil', l.keep_until, 'notices', l.notices)
     from storage_ledgers l where l.brand_id = t.brand_id and l.ticket_id = t.id and l.released_at is null) as storage,
  (select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'direction', s.direction, 'carrier', s.carrier, 'waybill', s.waybill,
            'status', s.status, 'eta', s.eta, 'deliveredAt', s.delivered_at, 'openBy', s.open_by, 'labelExpiresAt', s.label_expires_at,
            'toCenterId', s.to_center_id, 'receivedAt', s.received_at, 'createdAt', s.created_at,
            'passedOnAs', (select w.waybill from further_waybills w where w.brand_id = s.brand_id and w.shipment_id = s.id
                            order by w.linked_at desc, w.waybill desc limit 1)) order by s.id), '[]')
     from shipment_tickets x join shipments s on s.brand_id = x.brand_id and s.id = x.shipment_id
    where x.brand_id = t.brand_id and x.ticket_id = t.id) as shipments,
  (select b.labels from brands b where b.brand_id = t.brand_id) as labels`);

const past = sql`
  (select jsonb_build_object(
            -- A ticket that was corrected from one end to another is opened again to where it was open last.
            'previousStatus', (array_agg(e.from_status order by e.seq desc)
              filter (where e.from_status <> e.to_status and e.from_status not in ('closed', 'cancelled', 'disposed')))[1],
            -- Opened again, it is still the delivery of that day.
            'deliveredAt', max(e.occurred_at)
              filter (where e.to_status = 'delivered' and e.from_status <> 'delivered' and e.action <> 'admin.reopen'),
            'cameBackAt', max(e.occurred_at) filter (where ${cameBack}),
            'feeDisclosed', (array_agg(e.data -> 'diagnosisFee' order by e.seq desc) filter (where e.action = 'device.receive'))[1],
            'work', jsonb_agg(e.data -> 'work' order by e.seq) filter (where e.action = 'repair.finish'))
     from ticket_events e where e.brand_id = t.brand_id and e.ticket_id = t.id)`;

const factsColumns = fixed(sql`
  ${columns}, (select s.version from tickets s where s.brand_id = t.brand_id and s.id = t.id) as "seenVersion", ${recipientsSql} as recipients,
  ${houseSql} as house, ${clocksSql} as clocks, ${past} as past, ${intakePhotosSql} as "intakePhotos", t.told`);

/** The ticket, or undefined where the actor may not see one. */
export async function byId(deed: Deed, ticketId: string): Promise<TicketRow | undefined> {
  const { rows } = await sql<TicketRow>`
    select ${columns} from tickets t
    where t.brand_id = ${deed.brandId} and t.id = ${ticketId} ${visibleTo(deed.actor)}`.execute(deed.trx);
  return rows[0];
}

/**
 * Locks the ticket and reads all facts and recipients in one round trip. A statement that had to wait for the lock answers the ticket
 * as it is now and what hangs on it as it was before the wait: then it is all read again. `ofAnyone`: whoever asks has shown otherwise
 * that it may.
 */
export async function lock(deed: Deed, ticketId: string, ofAnyone = false): Promise<LockedRow | undefined> {
  const visible = ofAnyone ? sql`` : visibleTo(deed.actor);
  const row = await lockAndRead(deed, ticketId, visible);
  return row === undefined || row.seenVersion === row.version ? row : lockAndRead(deed, ticketId, visible);
}

async function lockAndRead(deed: Deed, ticketId: string, visible: RawBuilder<unknown>): Promise<(LockedRow & { seenVersion: number }) | undefined> {
  const { rows } = await sql<LockedRow & { seenVersion: number }>`
    select ${factsColumns}
      from tickets t
     where t.brand_id = ${deed.brandId} and t.id = ${ticketId} ${visible}
       for update of t`.execute(deed.trx);
  return rows[0];
}
