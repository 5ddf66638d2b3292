// The secret of a carrier account before the newest: it is changed at the carrier by hand, and pushes that are under way or repeated still
// carry it. Columns without defaults: a short lock. The view gains columns at its end, so that the release before this one reads it as it did.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table carrier_accounts
      add column former_secret bytea,
      -- Sealed at another time, perhaps under another key.
      add column former_key_id smallint,
      -- From then on it proves nothing.
      add column former_until timestamptz`.execute(db);
  await sql`
    create or replace view carrier_account_ring as
    select id, brand_id, carrier, sealed_secret, key_id, codes, time_zone, former_secret, former_key_id, former_until from carrier_accounts`.execute(
    db,
  );
}
