// Which parcels a silent carrier is asked for is found by two indexes that hold nothing else: those not asked for yet by when they were
// last heard of, and those put off by until when. What is never to be asked for is put off without end and in neither. Builds two partial
// indexes in the place of one while reads go on; the release before finds the same parcels without it.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index shipments_unasked_idx on shipments (brand_id, carrier, heard_at)
    where ask_after is null and status not in ('delivered', 'returned', 'cancelled', 'lost', 'expired')`.execute(db);
  await sql`
    create index shipments_put_off_idx on shipments (brand_id, carrier, ask_after)
    where ask_after < 'infinity' and status not in ('delivered', 'returned', 'cancelled', 'lost', 'expired')`.execute(db);
  await sql`drop index shipments_silent_idx`.execute(db);
}
