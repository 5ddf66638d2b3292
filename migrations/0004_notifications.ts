// What is due to whom. A lane is everything due to one recipient about one subject (a ticket), delivered in order;
// the outbox rows are written in the transaction of their cause, the ledger keeps every attempt.
// Creates empty tables only: no lock on existing data.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table webhook_endpoints (
      brand_id        text collate "C" not null constraint webhook_endpoints_brand_fkey references brands,
      id              text collate "C" not null,
      -- The key that registered it: a courier's endpoint hears of that courier's own tickets only.
      owner_key_id    text collate "C" not null,
      owner_kind      text not null constraint webhook_endpoints_owner_kind_check check (owner_kind in ('brand', 'center', 'courier')),
      center_id       text collate "C",
      url             text not null,
      -- Newest first; two are live while a secret is being rotated.
      sealed_secrets  bytea[] not null,
      key_id          smallint not null,
      events          text[] not null,
      strict_order    boolean not null default false,
      disabled_at     timestamptz,
      disabled_reason text,
      created_at      timestamptz not null,
      updated_at      timestamptz not null,
      constraint webhook_endpoints_pkey primary key (brand_id, id)
    )`.execute(db);

  await sql`
    create table lanes (
      brand_id     text collate "C" not null constraint lanes_brand_fkey references brands,
      id           bigint not null generated always as identity,
      subject      text collate "C" not null,
      recipient    text collate "C" not null,
      state        text not null constraint lanes_state_check check (state in ('idle', 'ready', 'enqueued', 'waiting', 'stopped')),
      generation   integer not null default 0,
      -- Newest outbox row of the lane, and the newest one that is finished.
      tail         bigint not null,
      done         bigint not null default 0,
      lease_until  timestamptz,
      next_at      timestamptz,
      constraint lanes_pkey primary key (id, brand_id),
      constraint lanes_recipient_key unique (brand_id, subject, recipient)
    )`.execute(db);
  await sql`create index lanes_ready_idx on lanes (id) where state = 'ready'`.execute(db);
  await sql`create index lanes_lease_idx on lanes (lease_until) where state = 'enqueued'`.execute(db);
  await sql`create index lanes_waiting_idx on lanes (next_at) where state = 'waiting'`.execute(db);

  await sql`create sequence outbox_id_seq`.execute(db);
  await sql`
    create table outbox (
      brand_id     text collate "C" not null constraint outbox_brand_fkey references brands,
      id           bigint not null default nextval('outbox_id_seq'),
      lane_id      bigint not null,
      subject      text collate "C" not null,
      recipient    text collate "C" not null,
      event_seq    integer,
      channel      text not null,
      message      text not null,
      -- Facts, not text: the words are chosen when it is sent. No personal data.
      facts        jsonb not null,
      -- Stable over every try, so that what goes over the wire twice is known to be one.
      message_id   text not null,
      traceparent  text,
      state        text not null default 'pending' constraint outbox_state_check check (state in ('pending', 'sent', 'dead', 'skipped')),
      attempts     integer not null default 0,
      -- Attempts made before the last replay: the schedule of retries starts anew after them.
      tried_before integer not null default 0,
      dead_reason  text,
      rendered     jsonb,
      created_at   timestamptz not null,
      finished_at  timestamptz,
      constraint outbox_pkey primary key (id, brand_id),
      constraint outbox_message_id_key unique (brand_id, message_id),
      constraint outbox_lane_fkey foreign key (lane_id, brand_id) references lanes (id, brand_id)
    )`.execute(db);
  await sql`create index outbox_lane_idx on outbox (lane_id, id) where state = 'pending'`.execute(db);
  await sql`create index outbox_subject_idx on outbox (brand_id, subject, id)`.execute(db);
  await sql`create index outbox_recipient_idx on outbox (brand_id, recipient, id)`.execute(db);
  await sql`create index outbox_dead_idx on outbox (brand_id, id) where state = 'dead'`.execute(db);

  await sql`
    create table delivery_attempts (
      brand_id     text collate "C" not null,
      outbox_id    bigint not null,
      attempt      integer not null,
      started_at   timestamptz not null,
      finished_at  timestamptz,
      outcome      text constraint delivery_attempts_outcome_check check (outcome in ('sent', 'retry', 'dead', 'skipped')),
      status_code  integer,
      detail       text,
      constraint delivery_attempts_pkey primary key (outbox_id, attempt, brand_id),
      constraint delivery_attempts_outbox_fkey foreign key (outbox_id, brand_id) references outbox (id, brand_id)
    )`.execute(db);

  await sql`
    create table replays (
      brand_id      text collate "C" not null constraint replays_brand_fkey references brands,
      id            text collate "C" not null,
      requested_by  text not null,
      selection     jsonb not null,
      replayed      integer not null,
      created_at    timestamptz not null,
      constraint replays_pkey primary key (brand_id, id)
    )`.execute(db);
}
