// The repair ticket and what hangs on it. The history is append-only and chained: two deferred foreign keys make the
// database itself refuse a status without its history row, a gap, and a step that does not start where the last one ended.
// Creates empty tables only: no lock on existing data.
import { type Kysely, sql } from 'kysely';

const statuses = sql.raw(
  [
    'created',
    'awaiting_device',
    'inbound_transit',
    'received',
    'diagnosing',
    'quoted',
    'approved',
    'awaiting_parts',
    'in_repair',
    'quality_check',
    'ready',
    'outbound_transit',
    'delivered',
    'closed',
    'cancelled',
    'disposed',
  ]
    .map((status) => `'${status}'`)
    .join(', '),
);

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table contacts (
      brand_id    text collate "C" not null constraint contacts_brand_fkey references brands,
      id          text collate "C" not null,
      name        text,
      phone       text,
      email       text,
      -- Where the repaired device goes; couriers read it for their own jobs.
      address     text,
      locale      text not null constraint contacts_locale_check check (locale in ('zh-CN', 'en')),
      time_zone   text not null,
      created_at  timestamptz not null,
      constraint contacts_pkey primary key (brand_id, id)
    )`.execute(db);

  await sql`
    create table devices (
      brand_id    text collate "C" not null constraint devices_brand_fkey references brands,
      id          text collate "C" not null,
      kind        text not null constraint devices_kind_check check (kind in ('phone', 'laptop', 'tablet', 'appliance', 'other')),
      maker       text,
      model       text,
      created_at  timestamptz not null,
      constraint devices_pkey primary key (brand_id, id)
    )`.execute(db);

  await sql`
    create table device_identifiers (
      brand_id         text collate "C" not null,
      device_id        text collate "C" not null,
      type             text not null constraint device_identifiers_type_check check (type in ('serial', 'imei', 'imei2', 'meid')),
      -- HMAC-SHA256 of the normalized value: lookups never see the value in clear, and neither does a copy of the table.
      value_hash       bytea not null,
      -- The same over the value with look-alike letters folded (O to 0, I and L to 1).
      confusable_hash  bytea not null,
      -- The value as it was given, AES-256-GCM under the key that key_id names.
      sealed           bytea not null,
      key_id           smallint not null,
      last4            text not null,
      created_at       timestamptz not null,
      constraint device_identifiers_pkey primary key (brand_id, value_hash, type),
      constraint device_identifiers_device_fkey foreign key (brand_id, device_id) references devices (brand_id, id)
    )`.execute(db);
  await sql`create index device_identifiers_value_idx on device_identifiers (value_hash) include (brand_id, device_id)`.execute(db);
  await sql`create index device_identifiers_confusable_idx on device_identifiers (confusable_hash) include (brand_id, device_id)`.execute(db);
  await sql`create index device_identifiers_device_idx on device_identifiers (brand_id, device_id)`.execute(db);

  await sql`
    create table tickets (
      brand_id        text collate "C" not null constraint tickets_brand_fkey references brands,
      id              text collate "C" not null,
      code            text collate "C" not null,
      channel         text not null constraint tickets_channel_check check (channel in ('walk_in', 'mail_in', 'drop_off')),
      status          text not null constraint tickets_status_check check (status in (${statuses})),
      version         integer not null constraint tickets_version_check check (version >= 1),
      outcome         text constraint tickets_outcome_check check (outcome in ('repaired', 'replaced', 'no_fault_found',
                        'returned_unrepaired', 'unrepairable', 'disposed', 'refunded_elsewhere', 'cancelled')),
      center_id       text collate "C" not null,
      opened_by       text collate "C" not null,
      device_id       text collate "C" not null,
      contact_id      text collate "C" not null,
      fault_reported  text not null,
      return_method   text not null constraint tickets_return_method_check check (return_method in ('ship', 'pick_up')),
      jurisdiction    text not null constraint tickets_jurisdiction_check check (jurisdiction in ('CN', 'EU', 'US-CA', 'none')),
      external_ref    text,
      -- Day each stage was first reached: {"intake": "2026-11-22T05:00:00.000Z", …}
      stages_reached  jsonb not null,
      qc_failures     integer not null default 0,
      created_at      timestamptz not null,
      updated_at      timestamptz not null,
      closed_at       timestamptz,
      -- The customer hears from us by then, even if nothing has moved. Null once the ticket has ended.
      next_update_by  timestamptz,
      constraint tickets_pkey primary key (brand_id, id),
      constraint tickets_code_key unique (brand_id, code),
      constraint tickets_center_fkey foreign key (brand_id, center_id) references service_centers (brand_id, id),
      constraint tickets_device_fkey foreign key (brand_id, device_id) references devices (brand_id, id),
      constraint tickets_contact_fkey foreign key (brand_id, contact_id) references contacts (brand_id, id)
    )`.execute(db);
  await sql`
    create unique index tickets_open_device_key on tickets (brand_id, device_id)
    where status not in ('closed', 'cancelled', 'disposed')`.execute(db);
  await sql`create index tickets_device_idx on tickets (brand_id, device_id, created_at desc)`.execute(db);
  await sql`create index tickets_updated_idx on tickets (brand_id, updated_at, id)`.execute(db);
  await sql`create index tickets_center_updated_idx on tickets (brand_id, center_id, updated_at, id)`.execute(db);
  await sql`create index tickets_status_updated_idx on tickets (brand_id, status, updated_at, id)`.execute(db);
  await sql`create index tickets_opened_by_idx on tickets (brand_id, opened_by, updated_at, id)`.execute(db);
  await sql`create index tickets_next_update_idx on tickets (next_update_by) where next_update_by is not null`.execute(db);
  await sql`create index tickets_to_settle_idx on tickets (updated_at) where status = 'delivered'`.execute(db);

  await sql`
    create table ticket_events (
      brand_id       text collate "C" not null,
      ticket_id      text collate "C" not null,
      seq            integer not null constraint ticket_events_seq_check check (seq >= 1),
      action         text not null,
      from_status    text constraint ticket_events_from_status_check check (from_status in (${statuses})),
      to_status      text not null constraint ticket_events_to_status_check check (to_status in (${statuses})),
      prev_seq       integer generated always as (nullif(seq - 1, 0)) stored,
      actor_kind     text not null constraint ticket_events_actor_kind_check check (actor_kind in ('admin', 'brand', 'center', 'courier', 'customer', 'system')),
      actor_id       text not null,
      reason         text,
      customer_note  text,
      data           jsonb not null,
      request_id     text not null,
      occurred_at    timestamptz not null,
      constraint ticket_events_pkey primary key (brand_id, ticket_id, seq),
      constraint ticket_events_status_key unique (brand_id, ticket_id, seq, to_status),
      constraint ticket_events_first_check check ((seq = 1) = (from_status is null)),
      constraint ticket_events_ticket_fkey foreign key (brand_id, ticket_id) references tickets (brand_id, id),
      constraint ticket_events_chain_fkey foreign key (brand_id, ticket_id, prev_seq, from_status)
        references ticket_events (brand_id, ticket_id, seq, to_status)
    )`.execute(db);
  await sql`
    alter table tickets add constraint tickets_history_fkey foreign key (brand_id, id, version, status)
      references ticket_events (brand_id, ticket_id, seq, to_status) deferrable initially deferred`.execute(db);
  await sql`
    create function refuse_history_change() returns trigger language plpgsql as $$
    begin
      raise exception 'ticket_events is append-only' using errcode = 'integrity_constraint_violation';
    end $$`.execute(db);
  await sql`
    create trigger ticket_events_append_only before update or delete or truncate on ticket_events
    for each statement execute function refuse_history_change()`.execute(db);

  await sql`
    create table notes (
      brand_id    text collate "C" not null,
      id          text collate "C" not null,
      ticket_id   text collate "C" not null,
      visibility  text not null constraint notes_visibility_check check (visibility in ('internal', 'customer')),
      body        text not null,
      author_id   text not null,
      created_at  timestamptz not null,
      constraint notes_pkey primary key (brand_id, id),
      constraint notes_ticket_fkey foreign key (brand_id, ticket_id) references tickets (brand_id, id)
    )`.execute(db);
  await sql`create index notes_ticket_idx on notes (brand_id, ticket_id, id)`.execute(db);

  await sql`
    create table quotes (
      brand_id       text collate "C" not null,
      id             text collate "C" not null,
      ticket_id      text collate "C" not null,
      status         text not null constraint quotes_status_check check (status in ('sent', 'approved', 'declined')),
      currency       text not null,
      lines          jsonb not null,
      -- Minor units, like every amount.
      total          integer not null constraint quotes_total_check check (total >= 0),
      diagnosis_fee  integer not null constraint quotes_diagnosis_fee_check check (diagnosis_fee >= 0),
      valid_until    timestamptz not null,
      promised_days  integer not null,
      sent_at        timestamptz not null,
      decided_at     timestamptz,
      consent        jsonb,
      constraint quotes_pkey primary key (brand_id, id),
      constraint quotes_ticket_fkey foreign key (brand_id, ticket_id) references tickets (brand_id, id),
      constraint quotes_decided_check check ((status = 'sent') = (decided_at is null))
    )`.execute(db);
  await sql`create index quotes_ticket_idx on quotes (brand_id, ticket_id, sent_at)`.execute(db);

  await sql`
    create table part_lines (
      brand_id     text collate "C" not null,
      id           text collate "C" not null,
      ticket_id    text collate "C" not null,
      part_no      text not null,
      name         text not null,
      expected_on  date not null,
      ordered_at   timestamptz not null,
      received_at  timestamptz,
      constraint part_lines_pkey primary key (brand_id, id),
      constraint part_lines_ticket_fkey foreign key (brand_id, ticket_id) references tickets (brand_id, id)
    )`.execute(db);
  await sql`create index part_lines_ticket_idx on part_lines (brand_id, ticket_id, id)`.execute(db);
}
