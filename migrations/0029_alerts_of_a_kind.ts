// What alarms a center, also what somebody has seen to already: until now the newest alerts of the whole brand were read to find those of
// one center. The kind stands last, so that one index serves with it and without. Builds it under a lock that lets reads through.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index alerts_center_idx on alerts (brand_id, center_id, id, kind)`.execute(db);
}
