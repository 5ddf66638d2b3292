// What a statement that reads a ticket asks of its files.
import { type RawBuilder, sql } from 'kysely';

/** A column expression over `tickets t`: how many photos were taken at intake. */
export const intakePhotosSql: RawBuilder<number> = sql<number>`(
  select count(*)::int from files f
   where f.brand_id = t.brand_id and f.ticket_id = t.id and f.kind = 'intake_photo' and f.removed_at is null)`;
