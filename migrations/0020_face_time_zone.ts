// A page that says what went wrong has times to tell, in the brand's own time zone: the view that such pages read gets it as a last column.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create or replace view faces as
    select b.brand_id, b.slug, b.name, b.contact_line, l.accent_light, l.accent_dark, coalesce(l.privacy, '{}') as privacy,
           l.logo_hash, l.logo_type, l.logo_width, l.logo_height, b.time_zone
      from brands b
      left join looks l on l.brand_id = b.brand_id`.execute(db);
}
