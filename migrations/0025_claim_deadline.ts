// By when a claim has to be with the carrier: damage that is found when a parcel is opened must be told within days. A column without a
// default: a short lock.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table claims add column file_by timestamptz`.execute(db);
}
