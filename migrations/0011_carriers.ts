// Carriers as they really speak: times as they were written, what an account adds to its carrier's table, and who is asked when he falls
// silent. Columns with constant defaults: no table is rewritten; the index is built while reads go on.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table tracking_events add column occurred_local text`.execute(db);

  await sql`
    alter table carrier_accounts
      -- For asking the provider; sealed under a key of its own number, because it can be changed alone.
      add column sealed_api_key bytea,
      add column api_key_id smallint,
      add column codes jsonb not null default '{}',
      add column time_zone text`.execute(db);
  await sql`
    create or replace view carrier_account_ring as
    select id, brand_id, carrier, sealed_secret, key_id, codes, time_zone from carrier_accounts`.execute(db);

  await sql`
    alter table shipments
      -- What the provider says of its watch over the parcel, which is no state of the parcel.
      add column watch text constraint shipments_watch_check check (watch in ('watching', 'ended', 'given_up')),
      -- When the provider was last heard, by itself or asked.
      add column heard_at timestamptz not null default now(),
      -- After an answer that said nothing, or none: not before this time.
      add column ask_after timestamptz,
      add column asked_in_vain smallint not null default 0`.execute(db);
  await sql`
    create index shipments_silent_idx on shipments (carrier, heard_at)
    where status not in ('delivered', 'returned', 'cancelled', 'lost', 'expired')`.execute(db);
}
