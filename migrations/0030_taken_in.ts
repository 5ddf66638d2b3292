// Devices that went from one center to another, by when they were taken in: the scorecard of the first asks for them. A partial index over
// transfers alone, built under a lock that lets reads through.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index shipments_taken_in_idx on shipments (brand_id, received_at) where received_at is not null`.execute(db);
}
