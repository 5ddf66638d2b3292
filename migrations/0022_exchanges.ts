// What was said in calls to partners is kept for thirty days: an index of what is still kept, so that the sweep does not read all attempts
// there ever were. Built under a lock that lets reads through.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index delivery_attempts_exchange_idx on delivery_attempts (started_at) where exchange is not null`.execute(db);
}
