// When a center is alarmed again of a ticket on which nothing happens: without it the sweep would look through the alerts of every
// stuck ticket each time. Adds a column without a default, which rewrites nothing, and builds an index under a lock that lets reads through.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Null: not alarmed yet. A step need not touch it: whichever is later, being stuck or this, is when the next alarm is due.
  await sql`alter table tickets add column stuck_again_at timestamptz`.execute(db);
  await sql`create index tickets_stuck_alarm_idx on tickets (greatest(stuck_at, stuck_again_at)) where stuck_at is not null`.execute(db);
}
