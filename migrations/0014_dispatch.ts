// How a customer is told: by which ways, when, and what not. Adds columns with constant defaults, which rewrites no table, and two empty tables.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table contacts
      add column wechat_openid text,
      -- Ways the customer does not want: email, sms, wechat.
      add column opted_out     text[] not null default '{}',
      -- {"from": "21:00", "to": "09:00"} in the contact's time zone; null: the house's.
      add column quiet_hours   jsonb,
      -- Keyed hashes, as in stopped_addresses; null where the row is older than this column.
      add column email_hash    bytea,
      add column phone_hash    bytea,
      add column wechat_hash   bytea`.execute(db);

  // SMS parts that one ticket may cost.
  await sql`alter table brands add column sms_budget integer not null default 12 constraint brands_sms_budget_check check (sms_budget between 0 and 1000)`.execute(
    db,
  );
  // What the customer was told already, by message, with what it said that was new.
  await sql`alter table tickets add column told jsonb not null default '{}'`.execute(db);
  // The caller wished that the customer be told nothing of this step.
  await sql`alter table ticket_events add column suppressed boolean not null default false`.execute(db);

  // Waiting for more to come or for the morning, and not for a receiver in trouble: what cannot wait wakes it.
  await sql`alter table lanes add column gathering boolean not null default false`.execute(db);
  await sql`
    alter table outbox
      -- The row whose message carried what this one had to say.
      add column carried_by bigint,
      -- Ways that were tried for this row and failed for good.
      add column given_up   text[] not null default '{}',
      -- What it cost: SMS parts.
      add column units      integer`.execute(db);
  await sql`create index outbox_carried_idx on outbox (carried_by) where carried_by is not null`.execute(db);

  await sql`
    create table stopped_addresses (
      brand_id    text collate "C" not null constraint stopped_addresses_brand_fkey references brands,
      id          text collate "C" not null,
      kind        text not null constraint stopped_addresses_kind_check check (kind in ('email', 'sms', 'wechat')),
      -- Keyed: the list can be asked for an address and tells none.
      hash        bytea not null,
      masked      text not null,
      reason      text not null constraint stopped_addresses_reason_check check (reason in ('unsubscribed', 'bounced', 'wrong_number', 'not_mine', 'asked')),
      note        text,
      created_by  text not null,
      created_at  timestamptz not null,
      removed_by  text,
      removed_at  timestamptz,
      constraint stopped_addresses_pkey primary key (brand_id, id)
    )`.execute(db);
  await sql`create unique index stopped_addresses_open_key on stopped_addresses (brand_id, kind, hash) where removed_at is null`.execute(db);

  // Where a contact was reached before: who was written there is told that it changed.
  await sql`
    create table former_addresses (
      brand_id    text collate "C" not null,
      id          text collate "C" not null,
      contact_id  text collate "C" not null,
      kind        text not null constraint former_addresses_kind_check check (kind in ('email', 'sms', 'wechat')),
      address     text not null,
      changed_by  text not null,
      changed_at  timestamptz not null,
      constraint former_addresses_pkey primary key (brand_id, id),
      constraint former_addresses_contact_fkey foreign key (brand_id, contact_id) references contacts (brand_id, id)
    )`.execute(db);
  await sql`create index former_addresses_contact_idx on former_addresses (brand_id, contact_id)`.execute(db);

  for (const table of ['stopped_addresses', 'former_addresses']) {
    const name = sql.table(table);
    await sql`grant select, insert, update on ${name} to glassbench_app`.execute(db);
    await sql`alter table ${name} enable row level security`.execute(db);
    await sql`
      create policy tenant on ${name} to glassbench_app
      using (brand_id = current_setting('app.brand_id', true) or current_setting('app.brand_id', true) = '*')`.execute(db);
  }
}
