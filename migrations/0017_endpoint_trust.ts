// Partners' endpoints prove that they want to be called, say whom to write to when they fail, and each try keeps what was said on both
// sides. Adds columns without defaults and an index over the few stopped lanes: short locks only. Endpoints from before count as proven.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table webhook_endpoints
      -- Where it wants to be called once that address has answered its challenge; events go to url until then.
      add column next_url       text,
      add column verified_at    timestamptz,
      add column owner_email    text,
      -- Since when nothing got through, and the newest failure (to the hour); both null while it works.
      add column failing_since  timestamptz,
      add column last_failed_at timestamptz,
      add column told_owner     text constraint webhook_endpoints_told_owner_check check (told_owner in ('failing', 'disabled'))`.execute(db);
  await sql`update webhook_endpoints set verified_at = created_at`.execute(db);
  await sql`
    create index webhook_endpoints_trouble_idx on webhook_endpoints (brand_id, id)
     where failing_since is not null or (disabled_at is not null and told_owner is distinct from 'disabled')`.execute(db);
  // Bounded, without secrets, cookies and query strings.
  await sql`alter table delivery_attempts add column exchange jsonb`.execute(db);
  await sql`create index lanes_stopped_idx on lanes (brand_id, id) where state = 'stopped'`.execute(db);
}
