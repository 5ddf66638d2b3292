// Parcels as they really are: several devices in one, ways between centers and of loaners, insurance, claims against carriers,
// parcels that nobody knows, and sandboxes. Fills shipment_tickets from shipments; alters shipments, alerts and brands under short
// exclusive locks and rewrites none of them; the index on contacts is built while writes to it wait.
import { type Kysely, sql } from 'kysely';

const tenantTables = ['shipment_tickets', 'claims', 'orphan_parcels'];

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table shipments
      drop constraint shipments_direction_check,
      add constraint shipments_direction_check check (direction in ('inbound', 'outbound', 'transfer', 'loaner_out', 'loaner_in')),
      -- Where a transfer goes.
      add column to_center_id      text collate "C",
      -- When that center has taken it in.
      add column received_at       timestamptz,
      add column insured_value     integer,
      add column insured_currency  text,
      -- When the courier was told that it can be collected.
      add column ready_at          timestamptz,
      add constraint shipments_transfer_check check ((direction = 'transfer') = (to_center_id is not null))`.execute(db);

  // Which tickets' devices travel in a parcel. shipments.ticket_id is the one it was booked for.
  await sql`
    create table shipment_tickets (
      brand_id     text collate "C" not null,
      shipment_id  text collate "C" not null,
      ticket_id    text collate "C" not null,
      -- Steps of this ticket that the parcel's scans have caused: none is caused twice, in whatever order scans come.
      caused       text[] not null default '{}',
      -- What the customer was told of this parcel beside the steps, one word per class of news.
      told         text[] not null default '{}',
      -- The day of arrival the customer knows of.
      told_eta     timestamptz,
      -- The hold that trouble with this parcel has opened.
      hold_id      text collate "C",
      alarm_at     timestamptz,
      constraint shipment_tickets_pkey primary key (brand_id, ticket_id, shipment_id),
      constraint shipment_tickets_shipment_fkey foreign key (brand_id, shipment_id) references shipments (brand_id, id),
      constraint shipment_tickets_ticket_fkey foreign key (brand_id, ticket_id) references tickets (brand_id, id)
    )`.execute(db);
  await sql`create index shipment_tickets_shipment_idx on shipment_tickets (brand_id, shipment_id)`.execute(db);
  await sql`create index shipment_tickets_alarm_idx on shipment_tickets (alarm_at) where alarm_at is not null`.execute(db);
  await sql`
    insert into shipment_tickets (brand_id, shipment_id, ticket_id, caused)
    select s.brand_id, s.id, s.ticket_id,
           coalesce((select array_agg(distinct e.action) from ticket_events e
                      where e.brand_id = s.brand_id and e.ticket_id = s.ticket_id and e.action like 'shipment.%' and s.status <> 'label_created'), '{}')
      from shipments s`.execute(db);

  await sql`
    create table claims (
      brand_id         text collate "C" not null,
      id               text collate "C" not null,
      shipment_id      text collate "C" not null,
      kind             text not null constraint claims_kind_check check (kind in ('lost', 'damaged', 'delayed', 'other')),
      state            text not null constraint claims_state_check check (state in ('draft', 'filed', 'accepted', 'denied', 'paid', 'withdrawn')),
      -- What is asked of the carrier, and what it has paid; minor units.
      amount           integer,
      paid             integer,
      currency         text,
      -- The carrier's number of it.
      claim_number     text,
      -- By then the carrier answers, or we ask again.
      answer_by        timestamptz,
      note             text,
      opened_by        text not null,
      created_at       timestamptz not null,
      updated_at       timestamptz not null,
      filed_at         timestamptz,
      settled_at       timestamptz,
      alarm_at         timestamptz,
      constraint claims_pkey primary key (brand_id, id),
      constraint claims_shipment_fkey foreign key (brand_id, shipment_id) references shipments (brand_id, id),
      constraint claims_money_check check ((amount is null and paid is null) or currency is not null)
    )`.execute(db);
  await sql`create index claims_shipment_idx on claims (brand_id, shipment_id, id)`.execute(db);
  await sql`create index claims_alarm_idx on claims (alarm_at) where alarm_at is not null`.execute(db);
  await sql`create index claims_state_idx on claims (brand_id, state, id)`.execute(db);
  // A parcel is lost once: two scans of it, or a scan and a clerk, open one claim.
  await sql`create unique index claims_open_key on claims (brand_id, shipment_id, kind) where state in ('draft', 'filed')`.execute(db);

  await sql`
    create table orphan_parcels (
      brand_id         text collate "C" not null constraint orphan_parcels_brand_fkey references brands,
      id               text collate "C" not null,
      -- Where it lies.
      center_id        text collate "C" not null,
      carrier          text,
      waybill          text,
      -- Keyed hashes: what was read from the device and the label finds its ticket, and is not kept.
      serial_hash      bytea,
      serial_last4     text,
      phone_hash       bytea,
      phone_last4      text,
      note             text,
      registered_by    text not null,
      created_at       timestamptz not null,
      ticket_id        text collate "C",
      shipment_id      text collate "C",
      matched_by       text constraint orphan_parcels_matched_by_check check (matched_by in ('waybill', 'serial', 'phone', 'hand')),
      matched_at       timestamptz,
      constraint orphan_parcels_pkey primary key (brand_id, id),
      constraint orphan_parcels_center_fkey foreign key (brand_id, center_id) references service_centers (brand_id, id),
      constraint orphan_parcels_ticket_fkey foreign key (brand_id, ticket_id) references tickets (brand_id, id),
      constraint orphan_parcels_known_check check (waybill is not null or serial_hash is not null or phone_hash is not null),
      constraint orphan_parcels_matched_check check ((ticket_id is null) = (matched_at is null) and (ticket_id is null) = (matched_by is null))
    )`.execute(db);
  await sql`create index orphan_parcels_open_idx on orphan_parcels (brand_id, id) where ticket_id is null`.execute(db);
  await sql`create index orphan_parcels_waybill_idx on orphan_parcels (brand_id, waybill) where ticket_id is null`.execute(db);
  await sql`create index orphan_parcels_serial_idx on orphan_parcels (brand_id, serial_hash) where ticket_id is null`.execute(db);
  await sql`create index orphan_parcels_phone_idx on orphan_parcels (brand_id, phone_hash) where ticket_id is null`.execute(db);
  // A parcel with a telephone number on it looks for its ticket.
  await sql`create index contacts_phone_idx on contacts (brand_id, phone) where phone is not null`.execute(db);

  await sql`
    alter table alerts drop constraint alerts_kind_check, add constraint alerts_kind_check check (kind in (
      'clock_breached', 'promise_at_risk', 'promise_missed', 'hold_expired', 'quality_failed_twice', 'cancelled_by_customer', 'delivery_disputed',
      'disposal_due', 'legal_clock', 'quote_decided', 'unreachable', 'sms_budget', 'parcel_problem', 'parcel_unopened', 'claim_due', 'orphan_matched', 'transfer_coming'))`.execute(
    db,
  );

  // Of play: stories are told on its tickets, at times of their own.
  await sql`alter table brands add column sandbox boolean not null default false`.execute(db);

  await publicProgress(db);
  for (const table of tenantTables) {
    const name = sql.table(table);
    await sql`grant select, insert, update on ${name} to glassbench_app`.execute(db);
    await sql`alter table ${name} enable row level security`.execute(db);
    await sql`
      create policy tenant on ${name} to glassbench_app
      using (brand_id = (select current_setting('app.brand_id', true)) or (select current_setting('app.brand_id', true)) = '*')`.execute(db);
  }
}

/** The columns of 0007; a parcel is shown with every ticket whose device travels in it. */
async function publicProgress(db: Kysely<unknown>): Promise<void> {
  await sql`
    create or replace view public_progress as
    select i.value_hash, i.confusable_hash, i.type as identifier_type, i.last4 as identifier_last4,
           b.brand_id, b.slug as brand_slug, b.lookup_mode, b.contact_line, b.time_zone,
           t.id as ticket_id, t.device_id, t.code, t.status, t.outcome, t.return_method, t.stages_reached,
           t.created_at, t.closed_at, t.next_update_by,
           right(c.phone, 4) as phone_last4,
           d.maker, d.model,
           s.name as center_name, s.phone as center_phone,
           f.failures as proof_failures, f.window_start as proof_window_start,
           (select jsonb_agg(jsonb_build_object('status', e.to_status, 'at', e.occurred_at) order by e.seq)
              from ticket_events e
             where e.brand_id = t.brand_id and e.ticket_id = t.id and e.from_status is distinct from e.to_status) as timeline,
           (select jsonb_agg(jsonb_build_object('carrier', p.carrier, 'waybillLast4', right(p.waybill, 4)) order by p.id)
              from shipment_tickets x
              join shipments p on p.brand_id = x.brand_id and p.id = x.shipment_id
             where x.brand_id = t.brand_id and x.ticket_id = t.id and p.direction = 'outbound' and p.status <> 'cancelled') as parcels,
           (select jsonb_build_object('amount', q.total, 'currency', q.currency)
              from quotes q
             where q.brand_id = t.brand_id and q.ticket_id = t.id and q.status <> 'draft'
             order by q.version desc limit 1) as quote_total,
           t.promised_at, t.hold_reason,
           (select jsonb_agg(jsonb_build_object('promisedAt', p.promised_at, 'reason', p.reason, 'note', p.note, 'madeAt', p.made_at) order by p.n)
              from promises p
             where p.brand_id = t.brand_id and p.ticket_id = t.id) as promises,
           (select jsonb_build_object('resumeBy', h.resume_by, 'customerText', h.customer_text)
              from holds h
             where h.brand_id = t.brand_id and h.ticket_id = t.id and h.closed_at is null) as hold,
           s.hours as center_hours, s.time_zone as center_time_zone
      from device_identifiers i
      join tickets t on t.brand_id = i.brand_id and t.device_id = i.device_id
      join brands b on b.brand_id = t.brand_id
      left join contacts c on c.brand_id = t.brand_id and c.id = t.contact_id
      left join devices d on d.brand_id = t.brand_id and d.id = t.device_id
      left join service_centers s on s.brand_id = t.brand_id and s.id = t.center_id
      left join lookup_failures f on f.brand_id = t.brand_id and f.ticket_id = t.id`.execute(db);
}
