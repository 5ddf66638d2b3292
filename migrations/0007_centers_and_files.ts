// What a center promises and who is alarmed: working hours, policies by version, alerts, files; what the public may read of it;
// and the tenant's fence around every table since 0006. Creates empty tables; alters service_centers under a short lock.
import { type Kysely, sql } from 'kysely';

const tenantTables = { promises: 'select, insert', holds: '', clocks: '', storage_ledgers: '', policies: 'select, insert', alerts: '', files: '' };

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table service_centers
      -- {"mon": [["09:00", "18:00"]], …} in the center's time zone; a day that is absent is closed.
      add column hours     jsonb not null default
        '{"mon": [["09:00", "18:00"]], "tue": [["09:00", "18:00"]], "wed": [["09:00", "18:00"]], "thu": [["09:00", "18:00"]], "fri": [["09:00", "18:00"]]}',
      -- [{"day": "2026-10-01", "name": "National Day", "hours": []}]: hours of that day instead of the week's.
      add column holidays  jsonb not null default '[]'`.execute(db);

  await sql`
    create table policies (
      brand_id      text collate "C" not null constraint policies_brand_fkey references brands,
      -- '*': of every center of the brand that has none of its own.
      center_id     text collate "C" not null,
      version       integer not null constraint policies_version_check check (version >= 1),
      body          jsonb not null,
      made_by       text not null,
      effective_at  timestamptz not null,
      constraint policies_pkey primary key (brand_id, center_id, version)
    )`.execute(db);
  await sql`
    create trigger policies_append_only before update or delete or truncate on policies
    for each statement execute function refuse_history_change()`.execute(db);

  await sql`
    create table alerts (
      brand_id         text collate "C" not null,
      id               text collate "C" not null,
      ticket_id        text collate "C" not null,
      center_id        text collate "C" not null,
      kind             text not null constraint alerts_kind_check check (kind in ('clock_breached', 'promise_at_risk', 'promise_missed', 'hold_expired',
                         'quality_failed_twice', 'cancelled_by_customer', 'delivery_disputed', 'disposal_due', 'legal_clock', 'quote_decided')),
      -- Which clock or hold it was, and the times that show it.
      data             jsonb not null,
      raised_at        timestamptz not null,
      -- When it was handed to the webhooks that listen.
      told_at          timestamptz,
      acknowledged_at  timestamptz,
      acknowledged_by  text,
      -- No foreign key to the ticket: whoever raises an alert holds it locked, nothing deletes tickets, and a thousand checks
      -- cost a sweep a sixth of its time.
      constraint alerts_pkey primary key (brand_id, id)
    )`.execute(db);
  await sql`create index alerts_raised_idx on alerts (brand_id, raised_at, id)`.execute(db);
  await sql`create index alerts_center_open_idx on alerts (brand_id, center_id, raised_at, id) where acknowledged_at is null`.execute(db);
  await sql`create index alerts_ticket_idx on alerts (brand_id, ticket_id, raised_at)`.execute(db);
  await sql`create index alerts_untold_idx on alerts (raised_at) where told_at is null`.execute(db);

  await sql`
    create table files (
      brand_id     text collate "C" not null,
      id           text collate "C" not null,
      ticket_id    text collate "C" not null,
      kind         text not null constraint files_kind_check check (kind in ('intake_photo', 'diagnosis_photo', 'repair_photo', 'quality_photo', 'packaging_photo', 'document', 'signature', 'other')),
      visibility   text not null constraint files_visibility_check check (visibility in ('internal', 'customer')),
      media_type   text not null,
      -- Of the bytes that are kept, after location data was taken out of them.
      bytes        integer not null constraint files_bytes_check check (bytes > 0),
      sha256       bytea not null,
      width        integer,
      height       integer,
      caption      text,
      taken_at     timestamptz,
      uploaded_by  text not null,
      created_at   timestamptz not null,
      removed_at   timestamptz,
      constraint files_pkey primary key (brand_id, id),
      constraint files_ticket_fkey foreign key (brand_id, ticket_id) references tickets (brand_id, id)
    )`.execute(db);
  await sql`create index files_ticket_idx on files (brand_id, ticket_id, id)`.execute(db);

  await publicProgress(db);
  for (const [table, rights] of Object.entries(tenantTables)) {
    const name = sql.table(table);
    await sql`grant ${sql.raw(rights || 'select, insert, update')} on ${name} to glassbench_app`.execute(db);
    await sql`alter table ${name} enable row level security`.execute(db);
    await sql`
      create policy tenant on ${name} to glassbench_app
      using (brand_id = current_setting('app.brand_id', true) or current_setting('app.brand_id', true) = '*')`.execute(db);
  }
}

/** The columns of 0005, and behind them what was promised and what holds it up. The texts a center wrote are for a proven owner. */
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
              from shipments p
             where p.brand_id = t.brand_id and p.ticket_id = t.id and p.direction = 'outbound' and p.status <> 'cancelled') as parcels,
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
  await sql`create view link_ring as select link_hash, brand_id, id as ticket_id, contact_id, closed_at from tickets where link_hash is not null`.execute(
    db,
  );
  await sql`grant select on link_ring to glassbench_app`.execute(db);
}
