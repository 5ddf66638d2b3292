// The SQL of what falls due by itself: tickets of all brands whose day has come.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { BATCH, type Found } from './due.ts';

/** Delivered before `before` and not on hold, longest ago first. */
export async function deliveredBefore(deed: Deed, before: Date): Promise<Found[]> {
  const { rows } = await sql<Found>`
    select brand_id as "brandId", id as "ticketId" from tickets
     where status = 'delivered' and updated_at < ${before} and hold_reason is null order by updated_at limit ${BATCH}`.execute(deed.trx);
  return rows;
}

/** Whose promised day of the next word has come. */
export async function wordDue(deed: Deed): Promise<Found[]> {
  const { rows } = await sql<Found>`
    select brand_id as "brandId", id as "ticketId" from tickets
     where next_update_by <= ${deed.now} order by next_update_by limit ${BATCH}`.execute(deed.trx);
  return rows;
}

/** Promises the next word for another day. Not a step of the ticket: version and history stay. */
export async function promiseWord(deed: Deed, ticketId: string, by: Date | null): Promise<void> {
  await sql`update tickets set next_update_by = ${by} where brand_id = ${deed.brandId} and id = ${ticketId}`.execute(deed.trx);
}
