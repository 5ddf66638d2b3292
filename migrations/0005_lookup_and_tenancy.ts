// The public projection (an allow-list of columns), and row-level security as a backstop: the application's role owns no
// table and sees the rows of one brand, the one named by app.brand_id, or of all of them where the worker names '*'.
// Takes short locks on the empty tables of the migrations before.
import { type Kysely, sql } from 'kysely';

const tenantTables = [
  'service_centers',
  'api_keys',
  'idempotency_keys',
  'contacts',
  'devices',
  'device_identifiers',
  'tickets',
  'ticket_events',
  'notes',
  'quotes',
  'part_lines',
  'carrier_accounts',
  'shipments',
  'tracking_events',
  'webhook_endpoints',
  'lanes',
  'outbox',
  'delivery_attempts',
  'replays',
  'lookup_failures',
  'brands',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table lookup_failures (
      brand_id      text collate "C" not null constraint lookup_failures_brand_fkey references brands,
      ticket_id     text collate "C" not null,
      failures      integer not null,
      window_start  timestamptz not null,
      constraint lookup_failures_pkey primary key (brand_id, ticket_id)
    )`.execute(db);

  // The joins that are not inner ones can be left out by the planner where nothing of them is asked for, and the
  // subselects run for the one row that is answered. Names, addresses, faults, prices of lines and whole waybills are absent.
  await sql`
    create view public_progress as
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
             where q.brand_id = t.brand_id and q.ticket_id = t.id order by q.sent_at desc, q.id desc limit 1) as quote_total
      from device_identifiers i
      join tickets t on t.brand_id = i.brand_id and t.device_id = i.device_id
      join brands b on b.brand_id = t.brand_id
      left join contacts c on c.brand_id = t.brand_id and c.id = t.contact_id
      left join devices d on d.brand_id = t.brand_id and d.id = t.device_id
      left join service_centers s on s.brand_id = t.brand_id and s.id = t.center_id
      left join lookup_failures f on f.brand_id = t.brand_id and f.ticket_id = t.id`.execute(db);

  // Read before the tenant is known: which key is this, and which carrier account signs here.
  await sql`
    create view key_ring as
    select id, holder, brand_id, center_id, kind, scopes, secret_hash, expires_at, revoked_at, last_used_at from api_keys`.execute(db);
  await sql`
    create view carrier_account_ring as
    select id, brand_id, carrier, sealed_secret, key_id from carrier_accounts`.execute(db);

  await sql`
    do $$ begin
      if not exists (select from pg_roles where rolname = 'glassbench_app') then
        create role glassbench_app nologin;
      end if;
    exception when duplicate_object or unique_violation then null;
    end $$`.execute(db);
  await sql`
    do $$ begin
      if not pg_has_role(current_user, 'glassbench_app', 'member') then
        execute format('grant glassbench_app to %I', current_user);
      end if;
    end $$`.execute(db);

  await sql`grant usage on schema public to glassbench_app`.execute(db);
  await sql`grant usage on sequence outbox_id_seq to glassbench_app`.execute(db);
  await sql`grant select on installation, kysely_migration, public_progress, key_ring, carrier_account_ring to glassbench_app`.execute(db);
  for (const table of tenantTables) {
    const name = sql.table(table);
    const rights = table === 'ticket_events' ? sql`select, insert` : sql`select, insert, update`;
    await sql`grant ${rights} on ${name} to glassbench_app`.execute(db);
    await sql`alter table ${name} enable row level security`.execute(db);
    await sql`
      create policy tenant on ${name} to glassbench_app
      using (brand_id = current_setting('app.brand_id', true) or current_setting('app.brand_id', true) = '*')`.execute(db);
  }
  await sql`grant delete on idempotency_keys, lookup_failures to glassbench_app`.execute(db);
}
