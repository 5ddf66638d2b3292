// All SQL of the customer's link: what it shows, giving tickets theirs, and making one anew.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { visibleTo } from '#access/visible-tickets.ts';
import { usableLabel } from '#mail-in/usable-label.ts';
import { houseSql } from '#service-centers/house.ts';
import { cameBack } from '#tickets/came-back.ts';
import type { HoldReason } from '#tickets/holds.ts';
import type { Carrying } from '#tickets/location.ts';
import { toPaySql } from '#tickets/to-pay.ts';
import { wishSql } from '#tickets/wish.ts';
import type { Linked } from './link.ts';
import { type LinkedTicket, NOTES_SHOWN } from './link-ticket.ts';
import type { OwnerRow } from './store.ts';

/** What a customer may read of the ticket, as it comes out of the database: times inside JSON are text. */
export interface LinkRow extends Omit<OwnerRow, 'quote_until'> {
  /** The last step. */
  version: number;
  fault_reported: string;
  hold_reason: HoldReason | null;
  intake: LinkedTicket['intake'];
  quote: QuoteRow | null;
  /** Every quote that was sent. */
  versions: { id: string; version: number }[];
  shipments: LinkedTicket['parcels'];
  /** Parcels whose label the customer can still send the device in with, by their ids. */
  parcel_labels: string[];
  notes: LinkedTicket['notes'];
  center_address: string | null;
  /** Parcels between two centers, oldest first. */
  transfers: Carrying[];
  delivered_at: Date | null;
  closed_at: Date | null;
  /** What the customer has asked for by link, oldest first. */
  requests: LinkedTicket['requests'];
  /** What was charged where the repair was given up, in minor units of its quote. */
  charge: number | null;
  /** The open ticket that the customer had this repair taken up again with. */
  re_repair: (NonNullable<LinkedTicket['reRepair']> & { generation: number }) | null;
  house: unknown;
}

/** What became of a quote. */
export interface Decided {
  status: 'sent' | 'approved' | 'declined' | 'expired' | 'superseded';
  /** Text where it comes out of JSON. */
  decidedAt: Date | string | null;
  decidedBy: 'customer' | 'center' | 'system' | null;
  wish: 'return' | 'disposal' | null;
}

interface Priced {
  currency: string;
  /** Minor units. */
  total: number;
}

/** The newest quote that was sent. */
export interface QuoteRow extends Decided, Priced {
  id: string;
  version: number;
  form: 'standard' | 'eu_erif';
  lines: NonNullable<LinkedTicket['quote']>['lines'];
  diagnosisFee: number;
  validUntil: string;
  promisedDays: number;
  sentAt: string;
}

/** `n`: the open ticket that the customer of `t` had its repair taken up again with. One that a center opened may have a customer of its own. */
const takenUp = sql`n.brand_id = t.brand_id and n.parent_ticket_id = t.id and n.opened_by = t.contact_id
                     and n.status not in ('closed', 'cancelled', 'disposed')`;

/** The promised day; null where the device has come back after it: it had left, and what is promised to be kept is another day or none. As store.ts has it. */
const promisedSql = sql`
  case when not exists (select from ticket_events e where e.brand_id = t.brand_id and e.ticket_id = t.id
                           and ${cameBack} and e.occurred_at >= t.promised_at
                           and e.occurred_at > (select max(r.made_at) from promises r where r.brand_id = t.brand_id and r.ticket_id = t.id))
       then t.promised_at end`;

/**
 * The ticket of a link. Not the view of the lookup, which goes by the device's numbers and has no device without one; the columns
 * that both have are named alike, so that one projection serves both.
 */
export async function linkedTicket(deed: Deed, ticketId: string): Promise<LinkRow | undefined> {
  const { rows } = await sql<LinkRow>`
    select t.brand_id, t.id as ticket_id, t.code, t.status, t.outcome, t.return_method, t.stages_reached, t.next_update_by,
           t.version, t.closed_at, t.fault_reported, ${promisedSql} as promised_at, t.hold_reason, b.time_zone, b.contact_line, b.labels,
           null as phone_last4, null as proof_failures, null as proof_window_start,
           coalesce((select i.last4 from device_identifiers i where i.brand_id = t.brand_id and i.device_id = t.device_id
                      order by i.type = 'serial' desc, i.type, i.created_at desc, i.value_hash limit 1), '') as identifier_last4,
           d.maker, d.model, s.name as center_name, s.phone as center_phone, s.hours as center_hours, s.time_zone as center_time_zone,
           s.address as center_address,
           (select jsonb_agg(jsonb_build_object('status', e.to_status, 'at', e.occurred_at) order by e.seq) from ticket_events e
             where e.brand_id = t.brand_id and e.ticket_id = t.id and e.from_status is distinct from e.to_status) as timeline,
           null as parcels, ${wishSql} as wish, ${toPaySql} as quote_total,
           (select jsonb_build_object('resumeBy', h.resume_by, 'customerText', h.customer_text) from holds h
             where h.brand_id = t.brand_id and h.ticket_id = t.id and h.closed_at is null) as hold,
           (select coalesce(jsonb_agg(jsonb_build_object('promisedAt', p.promised_at, 'reason', p.reason, 'note', p.note, 'madeAt', p.made_at)
                     order by p.n), '[]') from promises p where p.brand_id = t.brand_id and p.ticket_id = t.id) as promises,
           (select jsonb_build_object('id', q.id, 'version', q.version, 'status', q.status, 'form', q.form, 'currency', q.currency,
                     'lines', q.lines, 'total', q.total, 'diagnosisFee', q.diagnosis_fee, 'validUntil', q.valid_until,
                     'promisedDays', q.promised_days, 'sentAt', q.sent_at, 'decidedAt', q.decided_at, 'decidedBy', q.decided_by, 'wish', q.wish)
              from quotes q where q.brand_id = t.brand_id and q.ticket_id = t.id and q.status <> 'draft'
             order by q.version desc limit 1) as quote,
           (select coalesce(jsonb_agg(jsonb_build_object('id', q.id, 'version', q.version) order by q.version), '[]')
              from quotes q where q.brand_id = t.brand_id and q.ticket_id = t.id and q.status <> 'draft') as versions,
           (select coalesce(jsonb_agg(jsonb_build_object('direction', p.direction, 'carrier', p.carrier,
                     'waybill', coalesce((select w.waybill from further_waybills w where w.brand_id = p.brand_id and w.shipment_id = p.id
                                           order by w.linked_at desc, w.waybill desc limit 1), p.waybill),
                     'status', p.status, 'eta', p.eta, 'deliveredAt', p.delivered_at) order by p.id), '[]')
              from shipment_tickets x join shipments p on p.brand_id = x.brand_id and p.id = x.shipment_id
             where x.brand_id = t.brand_id and x.ticket_id = t.id and p.direction in ('inbound', 'outbound') and p.status <> 'cancelled') as shipments,
           array(select s.id from shipment_tickets x join shipments s on s.brand_id = x.brand_id and s.id = x.shipment_id
                  where x.brand_id = t.brand_id and x.ticket_id = t.id and ${usableLabel(deed.now)} order by s.id) as parcel_labels,
           (select coalesce(jsonb_agg(jsonb_build_object('direction', p.direction, 'status', p.status, 'receivedAt', p.received_at) order by p.id), '[]')
              from shipment_tickets x join shipments p on p.brand_id = x.brand_id and p.id = x.shipment_id
             where x.brand_id = t.brand_id and x.ticket_id = t.id and p.direction = 'transfer') as transfers,
           (select coalesce(jsonb_agg(jsonb_build_object('body', n.body, 'writtenAt', n.created_at) order by n.id), '[]')
              from (select n.id, n.body, n.created_at from notes n
                     where n.brand_id = t.brand_id and n.ticket_id = t.id and n.visibility = 'customer'
                     order by n.id desc limit ${NOTES_SHOWN}) n) as notes,
           (select jsonb_build_object('accessories', e.data->'accessories', 'condition', e.data->'condition', 'recordedAt', e.occurred_at)
              from ticket_events e where e.brand_id = t.brand_id and e.ticket_id = t.id and e.action = 'device.receive'
             order by e.seq desc limit 1) as intake,
           (select max(e.occurred_at) from ticket_events e where e.brand_id = t.brand_id and e.ticket_id = t.id
               and e.to_status = 'delivered' and e.from_status <> 'delivered' and e.action <> 'admin.reopen') as delivered_at,
           (select coalesce(jsonb_agg(jsonb_build_object('action', e.action, 'at', e.occurred_at, 'what', e.data->>'what',
                     'text', coalesce(e.data->>'details', e.reason)) order by e.seq), '[]')
              from ticket_events e where e.brand_id = t.brand_id and e.ticket_id = t.id and e.actor_kind = 'customer'
               and e.action in ('ticket.cancel', 'delivery.dispute', 'disposal.consent')) as requests,
           case when t.outcome = 'unrepairable' then (select (e.data->>'charge')::integer from ticket_events e
             where e.brand_id = t.brand_id and e.ticket_id = t.id and e.action in ('repair.abandon', 'diagnosis.unrepairable')
             order by e.seq desc limit 1) end as charge,
           (select jsonb_build_object('code', n.code, 'openedAt', n.created_at, 'generation', n.link_generation)
              from tickets n where ${takenUp} limit 1) as re_repair,
           ${houseSql} as house
      from tickets t
      join brands b on b.brand_id = t.brand_id
      left join devices d on d.brand_id = t.brand_id and d.id = t.device_id
      left join service_centers s on s.brand_id = t.brand_id and s.id = t.center_id
     where t.brand_id = ${deed.brandId} and t.id = ${ticketId} ${visibleTo(deed.actor)}`.execute(deed.trx);
  return rows[0];
}

/**
 * Locks the ticket. A statement of its own: what the following ones read is then newer than whatever was waited for, which the
 * row of a locking read alone would be, but nothing beside it.
 */
export async function lockTicket(deed: Deed, ticketId: string): Promise<void> {
  await sql`select 1 from tickets t where t.brand_id = ${deed.brandId} and t.id = ${ticketId} for update`.execute(deed.trx);
}

/** Whose calendar and clock it is told by. */
interface Placed {
  timeZone: string;
}

/** One version of the ticket's quote that the customer was sent; undefined where there is none of this id. */
export async function sentQuote(deed: Deed, ticketId: string, quoteId: string): Promise<(Decided & Priced & Placed) | undefined> {
  const { rows } = await sql<Decided & Priced & Placed>`
    select q.status, q.currency, q.total, q.decided_at as "decidedAt", q.decided_by as "decidedBy", q.wish, s.time_zone as "timeZone"
      from quotes q
      join tickets t on t.brand_id = q.brand_id and t.id = q.ticket_id
      join service_centers s on s.brand_id = t.brand_id and s.id = t.center_id
     where q.brand_id = ${deed.brandId} and q.ticket_id = ${ticketId} and q.id = ${quoteId} and q.status <> 'draft'`.execute(deed.trx);
  return rows[0];
}

/**
 * The open ticket that the customer had this one's repair taken up again with. Not where its link was made anew since: that is no more for whoever has
 * this one, and a link that ended is not handed out again from here.
 */
export async function followUp(deed: Deed, ticketId: string): Promise<(Linked & { code: string }) | undefined> {
  const { rows } = await sql<Linked & { code: string }>`
    select n.id as "ticketId", n.link_generation as generation, n.code
      from tickets t
      join tickets n on ${takenUp} and n.link_generation = 1
     where t.brand_id = ${deed.brandId} and t.id = ${ticketId} limit 1`.execute(deed.trx);
  return rows[0];
}

/** Whether the ticket stands where this step of its customer has brought it. */
export async function standsAfter(deed: Deed, ticketId: string, action: string): Promise<boolean> {
  const { rows } = await sql<{ asked: boolean }>`
    select e.action = ${action} and e.actor_kind = 'customer' as asked
      from ticket_events e
     where e.brand_id = ${deed.brandId} and e.ticket_id = ${ticketId} and e.from_status is distinct from e.to_status
     order by e.seq desc limit 1`.execute(deed.trx);
  return rows[0]?.asked === true;
}

/** Ends the ticket's link; answers the generation of the next, or undefined where the actor may not see the ticket. */
export async function nextGeneration(deed: Deed, ticketId: string): Promise<number | undefined> {
  const { rows } = await sql<{ generation: number }>`
    update tickets t set link_generation = link_generation + 1, link_hash = null
     where t.brand_id = ${deed.brandId} and t.id = ${ticketId} ${visibleTo(deed.actor)}
    returning link_generation as generation`.execute(deed.trx);
  return rows[0]?.generation;
}

/** A ticket whose link is not written down yet. */
export interface Unlinked extends Linked {
  brandId: string;
}

/** Tickets opened before there were links, of all brands; locked, and those that somebody works on left for the next time. */
export async function withoutLink(deed: Deed, limit: number): Promise<Unlinked[]> {
  const { rows } = await sql<Unlinked>`
    select brand_id as "brandId", id as "ticketId", link_generation as generation from tickets
     where link_hash is null limit ${limit} for update skip locked`.execute(deed.trx);
  return rows;
}

/** Writes the hashes of links. Not a step of the ticket: version and history stay. */
export async function writeHashes(deed: Deed, links: readonly (Unlinked & { hash: Buffer })[]): Promise<void> {
  const rows = links.map(({ brandId, ticketId, hash }) => ({ brandId, ticketId, hash: hash.toString('hex') }));
  await sql`
    update tickets t set link_hash = decode(l.hash, 'hex')
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as l("brandId" text, "ticketId" text, hash text)
     where t.brand_id = l."brandId" and t.id = l."ticketId" and t.link_hash is null`.execute(deed.trx);
}
