// The alerts that nobody has seen to yet, over all centers, which a brand works off: until now the newest of all it ever had were read until
// enough open ones were among them. The kind stands last, as known kinds are asked for. Holds open ones only. Builds it under a lock that lets reads
// through; adds, and takes nothing away.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index alerts_open_idx on alerts (brand_id, id, kind) where acknowledged_at is null`.execute(db);
}
