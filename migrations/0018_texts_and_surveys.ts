// What a brand says in its own words, the one question to customers, and what more a center is alarmed by. Creates empty tables, adds a
// column with a constant default to brands and one without to alerts, and replaces a check on alerts, which reads them once under its lock.
import { type Kysely, sql } from 'kysely';

const tenantTables = { brand_texts: 'select, insert', surveys: 'select, insert, update' };

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table brand_texts (
      brand_id  text collate "C" not null constraint brand_texts_brand_fkey references brands,
      -- message.received, label.ready.pick_up, entitlement.cn_loaner
      name      text collate "C" not null,
      locale    text not null constraint brand_texts_locale_check check (locale in ('zh-CN', 'en')),
      version   integer not null constraint brand_texts_version_check check (version >= 1),
      -- {"subject": "…", "paragraphs": ["…"]} or {"text": "…"}. Null: withdrawn, the built-in words count.
      body      jsonb,
      made_by   text not null,
      made_at   timestamptz not null,
      constraint brand_texts_pkey primary key (brand_id, name, locale, version)
    )`.execute(db);
  await sql`
    create trigger brand_texts_append_only before update or delete or truncate on brand_texts
    for each statement execute function refuse_history_change()`.execute(db);

  // The labels that count, where every statement that shows one can read them: {"ready.pick_up": {"zh-CN": "…"}}.
  await sql`alter table brands add column labels jsonb not null default '{}'`.execute(db);

  await sql`
    create table surveys (
      brand_id     text collate "C" not null,
      ticket_id    text collate "C" not null,
      center_id    text collate "C" not null,
      -- When a sweep asks; null: it has, or nobody is to be asked any more.
      alarm_at     timestamptz,
      asked_at     timestamptz,
      -- 0 to 10.
      score        smallint constraint surveys_score_check check (score between 0 and 10),
      reason       text,
      answered_at  timestamptz,
      constraint surveys_pkey primary key (brand_id, ticket_id),
      constraint surveys_ticket_fkey foreign key (brand_id, ticket_id) references tickets (brand_id, id),
      constraint surveys_answered_check check ((score is null) = (answered_at is null) and (score is null or asked_at is not null))
    )`.execute(db);
  await sql`create index surveys_alarm_idx on surveys (alarm_at) where alarm_at is not null`.execute(db);
  await sql`create index surveys_center_idx on surveys (brand_id, center_id, asked_at) where asked_at is not null`.execute(db);

  // When the customer was told of the option that a time of the law gives, or it was found that there is none to tell of.
  await sql`alter table alerts add column customer_told_at timestamptz`.execute(db);
  await sql`create index alerts_legal_idx on alerts (raised_at) where kind = 'legal_clock' and customer_told_at is null`.execute(db);
  await sql`alter table alerts drop constraint alerts_kind_check`.execute(db);
  await sql`
    alter table alerts add constraint alerts_kind_check check (kind in ('clock_breached', 'promise_at_risk', 'promise_missed', 'hold_expired',
      'quality_failed_twice', 'cancelled_by_customer', 'delivery_disputed', 'disposal_due', 'legal_clock', 'quote_decided', 'unreachable',
      'sms_budget', 'parcel_problem', 'parcel_unopened', 'claim_due', 'orphan_matched', 'transfer_coming', 'stuck', 'repeat_repair'))`.execute(db);

  for (const [table, rights] of Object.entries(tenantTables)) {
    const name = sql.table(table);
    await sql`grant ${sql.raw(rights)} on ${name} to glassbench_app`.execute(db);
    await sql`alter table ${name} enable row level security`.execute(db);
    await sql`
      create policy tenant on ${name} to glassbench_app
      using (brand_id = (select current_setting('app.brand_id', true)) or (select current_setting('app.brand_id', true)) = '*')`.execute(db);
  }
  await publicProgress(db);
}

/** The columns of 0016, and behind them the brand's own labels. */
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
           s.hours as center_hours, s.time_zone as center_time_zone, b.labels
      from device_identifiers i
      join tickets t on t.brand_id = i.brand_id and t.device_id = i.device_id
      join brands b on b.brand_id = t.brand_id
      left join contacts c on c.brand_id = t.brand_id and c.id = t.contact_id
      left join devices d on d.brand_id = t.brand_id and d.id = t.device_id
      left join service_centers s on s.brand_id = t.brand_id and s.id = t.center_id
      left join lookup_failures f on f.brand_id = t.brand_id and f.ticket_id = t.id`.execute(db);
}
