// The repair bench: versions of quotes, holds, promises, clocks and storage, and what the ticket itself keeps of them so that
// it can be searched. Everything with a time of its own has `alarm_at`: when a sweep looks at the row next; null: never.
// Alters tickets, quotes and part_lines under short exclusive locks; rewrites none of them, fills in rows of open tickets.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create or replace function refuse_history_change() returns trigger language plpgsql as $$
    begin
      raise exception '% is append-only', tg_table_name using errcode = 'integrity_constraint_violation';
    end $$`.execute(db);

  await sql`
    alter table tickets
      -- The day the customer was promised; there is always one while the device is with us.
      add column promised_at       timestamptz,
      -- The earliest time at which a running clock is due, past ones included. Null: none runs, or all are paused.
      add column due_at            timestamptz,
      -- Nothing has happened for too long from then on. Null while it is not the center's turn.
      add column stuck_at          timestamptz,
      -- Reason of the open hold.
      add column hold_reason       text,
      -- When the ladder of reminders of its status looks at it next, and how many were sent.
      add column alarm_at          timestamptz,
      add column reminders         smallint not null default 0,
      -- Who repaired it last; somebody else tests it.
      add column repaired_by       text,
      -- The customer said that it did not arrive, or not as it should.
      add column disputed_at       timestamptz,
      -- The ticket whose repair did not hold.
      add column parent_ticket_id  text collate "C",
      -- SHA-256 of the secret in the customer's link, and how often it was made anew.
      add column link_hash         bytea,
      add column link_generation   integer not null default 1,
      add constraint tickets_parent_fkey foreign key (brand_id, parent_ticket_id) references tickets (brand_id, id)`.execute(db);

  await sql`
    create table promises (
      brand_id     text collate "C" not null,
      ticket_id    text collate "C" not null,
      n            integer not null,
      promised_at  timestamptz not null,
      reason       text not null constraint promises_reason_check check (reason in
                     ('received', 'quote_sent', 'quote_approved', 'covered', 'part_delayed', 'hold', 'workload', 'technical', 'customer_wish', 'correction')),
      -- In the center's words, for the customer.
      note         text,
      actor_kind   text not null,
      actor_id     text not null,
      made_at      timestamptz not null,
      constraint promises_pkey primary key (brand_id, ticket_id, n),
      constraint promises_ticket_fkey foreign key (brand_id, ticket_id) references tickets (brand_id, id)
    )`.execute(db);
  await sql`
    create trigger promises_append_only before update or delete or truncate on promises
    for each statement execute function refuse_history_change()`.execute(db);

  // Devices that are with a center at this moment get the promise that the house policy would have made now.
  await sql`
    update tickets set promised_at = now() + interval '14 days'
     where status in ('received', 'diagnosing', 'quoted', 'approved', 'awaiting_parts', 'in_repair', 'quality_check', 'ready', 'outbound_transit', 'delivered')`.execute(
    db,
  );
  await sql`
    insert into promises (brand_id, ticket_id, n, promised_at, reason, actor_kind, actor_id, made_at)
    select brand_id, id, 1, promised_at, 'correction', 'system', 'migration', now() from tickets where promised_at is not null`.execute(db);
  await sql`
    alter table tickets add constraint tickets_promised_check
      check (promised_at is not null or status in ('created', 'awaiting_device', 'inbound_transit', 'closed', 'cancelled', 'disposed'))`.execute(db);
  await sql`create unique index tickets_link_key on tickets (link_hash)`.execute(db);
  await sql`create index tickets_alarm_idx on tickets (alarm_at) where alarm_at is not null`.execute(db);
  await sql`create index tickets_due_idx on tickets (brand_id, due_at, id) where due_at is not null`.execute(db);
  await sql`create index tickets_stuck_idx on tickets (brand_id, stuck_at, id) where stuck_at is not null`.execute(db);
  await sql`create index tickets_hold_idx on tickets (brand_id, hold_reason, updated_at, id) where hold_reason is not null`.execute(db);

  await sql`
    create table holds (
      brand_id       text collate "C" not null,
      id             text collate "C" not null,
      ticket_id      text collate "C" not null,
      reason         text not null constraint holds_reason_check check (reason in ('customer_info', 'customer_unreachable', 'payment', 'device_lock',
                       'proof_of_purchase', 'maker_decision', 'tech_support', 'not_reproduced', 'rescheduled_center', 'rescheduled_customer',
                       'shipment_problem', 'serial_mismatch', 'suspected_loss', 'legal_block', 'force_majeure')),
      blame          text not null constraint holds_blame_check check (blame in ('customer', 'center', 'maker', 'carrier', 'external')),
      pauses         boolean not null,
      customer_text  text,
      internal_text  text,
      opened_at      timestamptz not null,
      resume_by      timestamptz not null,
      closed_at      timestamptz,
      alarm_at       timestamptz,
      constraint holds_pkey primary key (brand_id, id),
      constraint holds_ticket_fkey foreign key (brand_id, ticket_id) references tickets (brand_id, id),
      constraint holds_closed_check check (closed_at is null or alarm_at is null)
    )`.execute(db);
  await sql`create unique index holds_open_key on holds (brand_id, ticket_id) where closed_at is null`.execute(db);
  await sql`create index holds_ticket_idx on holds (brand_id, ticket_id, id)`.execute(db);
  await sql`create index holds_alarm_idx on holds (alarm_at) where alarm_at is not null`.execute(db);

  await sql`
    create table clocks (
      brand_id        text collate "C" not null,
      ticket_id       text collate "C" not null,
      -- Of the ticket; here too, so that a sweep alarms centers without reading a thousand tickets.
      center_id       text collate "C" not null,
      name            text not null constraint clocks_name_check check (name in ('acknowledge', 'diagnosis', 'quote_answer', 'repair', 'parts', 'promise',
                        'storage', 'redo', 'cn_loaner', 'cn_own_fault', 'cn_parts', 'warranty_extension')),
      -- The n-th time this clock runs for this ticket.
      run             integer not null,
      -- The version of the center's policy its target was taken from; a later version does not touch it.
      policy_version  integer not null,
      basis           text not null constraint clocks_basis_check check (basis in ('working', 'calendar')),
      started_at      timestamptz not null,
      stopped_at      timestamptz,
      paused_since    timestamptz,
      -- Milliseconds it stood still, before the pause that is on.
      paused_ms       bigint not null default 0,
      -- Milliseconds left on its basis when the pause that is on began.
      remaining_ms    bigint,
      -- Null while it is paused or where it only counts up.
      due_at          timestamptz,
      alarm_at        timestamptz,
      breached_at     timestamptz,
      constraint clocks_pkey primary key (brand_id, ticket_id, name, run),
      constraint clocks_ticket_fkey foreign key (brand_id, ticket_id) references tickets (brand_id, id),
      constraint clocks_paused_check check ((paused_since is null) = (remaining_ms is null)),
      constraint clocks_alarm_check check (alarm_at is null or (stopped_at is null and paused_since is null))
    )`.execute(db);
  await sql`create index clocks_alarm_idx on clocks (alarm_at) where alarm_at is not null`.execute(db);

  await sql`
    create table storage_ledgers (
      brand_id     text collate "C" not null,
      ticket_id    text collate "C" not null,
      since        timestamptz not null,
      free_until   timestamptz not null,
      -- Minor units a day after free_until.
      daily_fee    integer not null constraint storage_ledgers_fee_check check (daily_fee >= 0),
      currency     text not null,
      -- No disposal before this, whatever was announced.
      keep_until   timestamptz not null,
      -- [{"at": "2026-11-22T05:00:00.000Z", "kind": "free_ends"}]
      notices      jsonb not null default '[]',
      released_at  timestamptz,
      constraint storage_ledgers_pkey primary key (brand_id, ticket_id, since),
      constraint storage_ledgers_ticket_fkey foreign key (brand_id, ticket_id) references tickets (brand_id, id)
    )`.execute(db);
  await sql`create unique index storage_ledgers_open_key on storage_ledgers (brand_id, ticket_id) where released_at is null`.execute(db);

  await sql`
    alter table quotes
      add column version     integer,
      add column form        text not null default 'standard' constraint quotes_form_check check (form in ('standard', 'eu_erif')),
      add column valid_days  integer,
      add column supersedes  text collate "C",
      -- What the customer who declined wishes for the device.
      add column wish        text constraint quotes_wish_check check (wish in ('return', 'disposal')),
      add column decided_by  text constraint quotes_decided_by_check check (decided_by in ('customer', 'center', 'system')),
      add column reminders   smallint not null default 0,
      add column alarm_at    timestamptz,
      alter column sent_at drop not null,
      alter column valid_until drop not null,
      drop constraint quotes_status_check,
      drop constraint quotes_decided_check`.execute(db);
  await sql`
    update quotes q set version = o.version, valid_days = greatest(1, extract(day from q.valid_until - q.sent_at)::integer),
           decided_by = case when q.decided_at is null then null else 'center' end
      from (select brand_id, id, row_number() over (partition by brand_id, ticket_id order by sent_at, id) as version from quotes) o
     where o.brand_id = q.brand_id and o.id = q.id`.execute(db);
  await sql`
    alter table quotes
      alter column version set not null,
      alter column valid_days set not null,
      add constraint quotes_status_check check (status in ('draft', 'sent', 'approved', 'declined', 'expired', 'superseded')),
      add constraint quotes_sent_check check ((status = 'draft') = (sent_at is null) and (sent_at is null) = (valid_until is null)),
      add constraint quotes_decided_check check ((status in ('draft', 'sent')) = (decided_at is null)),
      add constraint quotes_version_key unique (brand_id, ticket_id, version)`.execute(db);
  await sql`create unique index quotes_sent_key on quotes (brand_id, ticket_id) where status = 'sent'`.execute(db);
  await sql`create unique index quotes_draft_key on quotes (brand_id, ticket_id) where status = 'draft'`.execute(db);
  await sql`create index quotes_alarm_idx on quotes (alarm_at) where alarm_at is not null`.execute(db);

  await sql`
    alter table part_lines
      add column state       text not null default 'ordered' constraint part_lines_state_check
        check (state in ('ordered', 'backordered', 'received', 'fitted', 'returned_unused')),
      add column grade       text constraint part_lines_grade_check check (grade in ('original', 'compatible', 'refurbished')),
      add column serial_old  text,
      add column serial_new  text,
      add column fitted_at   timestamptz`.execute(db);
  await sql`update part_lines set state = 'received' where received_at is not null`.execute(db);
  await sql`alter table part_lines add constraint part_lines_received_check
      check ((state in ('received', 'fitted', 'returned_unused')) = (received_at is not null))`.execute(db);
}
