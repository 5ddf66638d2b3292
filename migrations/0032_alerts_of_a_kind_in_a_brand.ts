// The alerts of one kind over all centers, which a brand asks for: until now its newest alerts were read until enough of that kind were among them,
// all it ever had for a kind that is rare. Builds it under a lock that lets reads through; adds, and takes nothing away.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index alerts_kind_idx on alerts (brand_id, kind, id)`.execute(db);
}
