// What an alarm costs: ids of alerts are in the order of their time, so one index serves where two were kept, and the tenant's fence
// around clocks and alerts reads its setting once a statement instead of twice a row. Rebuilds two indexes of alerts under a lock
// that lets reads through; the policies take a short exclusive one.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop index alerts_raised_idx`.execute(db);
  await sql`drop index alerts_center_open_idx`.execute(db);
  await sql`drop index alerts_ticket_idx`.execute(db);
  await sql`create index alerts_center_open_idx on alerts (brand_id, center_id, id) where acknowledged_at is null`.execute(db);
  await sql`create index alerts_ticket_idx on alerts (brand_id, ticket_id, id)`.execute(db);
  for (const table of ['clocks', 'alerts']) {
    await sql`
      alter policy tenant on ${sql.table(table)}
      using (brand_id = (select current_setting('app.brand_id', true)) or (select current_setting('app.brand_id', true)) = '*')`.execute(db);
  }
}
