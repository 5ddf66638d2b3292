// The SQL of receipts: which delivery one belongs to, read before the tenant is known, and what it says.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import type { Way } from '#contacts/contact.ts';
import type { Db } from '#platform/db/connect.ts';
import type { Receipt } from './receipts/receipt.ts';

/** The delivery that a receipt speaks of; undefined where there is none. */
export async function findReceiver(db: Db, of: Receipt['of']): Promise<{ brandId: string; outboxId: number } | undefined> {
  const { rows } = await sql<{ brandId: string; outboxId: number }>`
    select brand_id as "brandId", outbox_id as "outboxId" from receipt_ring
     where ${'messageId' in of ? sql`message_id = ${of.messageId}` : sql`provider_id = ${of.providerId} and provider_id not like '<%'`}
     order by outbox_id desc limit 1`.execute(db.open);
  return rows[0];
}

/** Writes down what became of a delivery; answers whether that was new. What has arrived has arrived: nothing takes it back. */
export async function keepReceipt(deed: Deed, outboxId: number, { outcome, reason, stop }: Receipt): Promise<boolean> {
  const { rows } = await sql`
    update outbox set receipt = ${outcome}, receipt_reason = ${reason}, receipt_stop = ${stop ?? null}, receipt_at = ${deed.now}::timestamptz
     where id = ${outboxId} and brand_id = ${deed.brandId} and (receipt is null or (receipt = 'failed' and ${outcome} = 'delivered'))
    returning id`.execute(deed.trx);
  return rows.length > 0;
}

/** Where a delivery went: by which way, the address masked and as its hash. */
export interface Receiver {
  ticketId: string;
  way: Way;
  to: string;
  address: string;
}

/** Where a delivery to a telephone went; undefined where it went elsewhere. */
export async function receivedBy(deed: Deed, outboxId: number): Promise<Receiver | undefined> {
  const { rows } = await sql<Receiver>`
    select subject as "ticketId", rendered->>'way' as way, rendered->>'to' as "to", rendered->>'address' as address from outbox
     where id = ${outboxId} and brand_id = ${deed.brandId} and rendered->>'address' is not null`.execute(deed.trx);
  return rows[0];
}
