// The tickets that took a repair up again, found by the ticket they follow. One small partial index, built under a lock that lets reads through.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index tickets_parent_idx on tickets (brand_id, parent_ticket_id) where parent_ticket_id is not null`.execute(db);
}
