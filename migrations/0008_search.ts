// Indexes for the filters of the ticket search. Measured over 1,000,000 open tickets (bench/search.ts): with status, hold and
// times behind the order in the index itself, a page costs about what it costs among 10,000; without, up to a second.
// Builds indexes on tickets: writes to it wait meanwhile, a few seconds per million tickets.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index tickets_center_status_idx on tickets (brand_id, center_id, status, updated_at, id)`.execute(db);

  await sql`drop index tickets_hold_idx`.execute(db);
  await sql`create index tickets_hold_idx on tickets (brand_id, hold_reason, updated_at, id, status) where hold_reason is not null`.execute(db);
  await sql`create index tickets_center_hold_idx on tickets (brand_id, center_id, hold_reason, updated_at, id, status) where hold_reason is not null`.execute(
    db,
  );

  await sql`drop index tickets_due_idx`.execute(db);
  await sql`
    create index tickets_due_idx on tickets (brand_id, status, due_at, id, hold_reason, stuck_at, updated_at)
    where due_at is not null`.execute(db);
  await sql`
    create index tickets_center_due_idx on tickets (brand_id, center_id, status, due_at, id, hold_reason, stuck_at, updated_at)
    where due_at is not null`.execute(db);

  await sql`drop index tickets_stuck_idx`.execute(db);
  await sql`
    create index tickets_stuck_idx on tickets (brand_id, status, stuck_at, id, hold_reason, updated_at)
    where stuck_at is not null`.execute(db);
  await sql`
    create index tickets_center_stuck_idx on tickets (brand_id, center_id, status, stuck_at, id, hold_reason, updated_at)
    where stuck_at is not null`.execute(db);
}
