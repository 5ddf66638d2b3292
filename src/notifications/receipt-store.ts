// The SQL of receipts: which delivery one belongs to, read before the tenant is known, and what it says.
import { type RawBuilder, sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { openWaysSql } from '#contacts/columns.ts';
import type { Way } from '#contacts/contact.ts';
import type { Db } from '#platform/db/connect.ts';
import { NEWS_DAYS } from './lane-rules.ts';
import type { Receipt } from './receipts/receipt.ts';
import type { Recipients } from './recipients.ts';

/** The delivery that a receipt speaks of; undefined where there is none. */
export async function findReceiver(db: Db, of: Receipt['of']): Promise<{ brandId: string; outboxId: number } | undefined> {
  const { rows } = await sql<{ brandId: string; outboxId: number }>`
    select brand_id as "brandId", outbox_id as "outboxId" from receipt_ring
     where ${'messageId' in of ? sql`message_id = ${of.messageId}` : sql`provider_id = ${of.providerId} and provider_id not like '<%'`}
     order by outbox_id desc limit 1`.execute(db.open);
  return rows[0];
}

/** What was made of a receipt. `early`: what it speaks of is still being written down. */
export type Kept = 'fresh' | 'repeated' | 'early';

/**
 * Writes down what became of a delivery. What has arrived has arrived: nothing takes it back. A failure belongs to the try before it, so that one of a
 * later try is news. `patient`: nothing is written while a try is at work, whose receipt it may be.
 */
export async function keepReceipt(deed: Deed, outboxId: number, { outcome, reason, stop }: Receipt, patient: boolean): Promise<Kept> {
  const { rows } = await sql<{ early: boolean; fresh: boolean }>`
    with delivery as (
      select o.id, ${patient}::boolean and exists (
               select from delivery_attempts a
                where a.outbox_id = o.id and a.brand_id = o.brand_id and a.attempt = o.attempts and a.finished_at is null) as early
        from outbox o where o.id = ${outboxId} and o.brand_id = ${deed.brandId}
    ), kept as (
      update outbox o set receipt = ${outcome}, receipt_reason = ${reason}, receipt_stop = ${stop ?? null},
             -- Never before the try it speaks of, whose end is by another clock.
             receipt_at = greatest(${deed.now}::timestamptz, o.finished_at)
        from delivery d
       where o.id = d.id and o.brand_id = ${deed.brandId} and not d.early
         and (o.receipt is null or (o.receipt = 'failed' and (${outcome} = 'delivered' or (o.state = 'sent' and o.finished_at > o.receipt_at))))
      returning o.id
    )
    select early, exists (select from kept) as fresh from delivery`.execute(deed.trx);
  const [found] = rows;
  if (found?.early === true) return 'early';
  return found?.fresh === true ? 'fresh' : 'repeated';
}

/** Where a delivery went: by which way, the address masked and as its hash. */
export interface Receiver {
  ticketId: string;
  /** It was the customer's address no more when it went there. */
  former: boolean;
  message: string;
  way: Way;
  /** The ways to the customer that have an address, and whether each is open. */
  ways: Recipients['ways'];
  /** Ways that had failed before this one. */
  givenUp: string[];
  to: string;
  address: string;
}

/** Where a delivery to a telephone went; undefined where it went elsewhere. */
export async function receivedBy(deed: Deed, outboxId: number): Promise<Receiver | undefined> {
  const { rows } = await sql<Receiver>`
    select subject as "ticketId", starts_with(recipient, 'former:') as former, message, given_up as "givenUp",
           rendered->>'way' as way, rendered->>'to' as "to", rendered->>'address' as address,
           coalesce((select ${openWaysSql} from contacts k where k.brand_id = outbox.brand_id and k.id = split_part(recipient, ':', 2)), '{}') as ways
      from outbox
     where id = ${outboxId} and brand_id = ${deed.brandId} and rendered->>'address' is not null`.execute(deed.trx);
  return rows[0];
}

/**
 * Of a row of `outbox o` that did not arrive: whether it is still to be told. Not what is old or was taken back meanwhile, nor where something newer
 * has arrived or may have.
 */
export const stillNews = ({ now }: Pick<Deed, 'now'>): RawBuilder<boolean> => sql<boolean>`
  o.created_at > ${now}::timestamptz - ${NEWS_DAYS} * interval '1 day'
  and not exists (select from outbox n where n.brand_id = o.brand_id and n.subject = o.subject and n.id > o.id and n.lane_id = o.lane_id
                     and (n.message = 'recalled' or n.state = 'sent' and n.receipt is distinct from 'failed'))`;

/**
 * Makes a delivery that did not arrive due again, in its own row, for the ways that are left; answers whether it is. `receiptless`: another provider is to report, so nothing is known of it yet.
 */
export async function passOn(deed: Deed, outboxId: number, way: Way, receiptless: boolean): Promise<boolean> {
  const { rows } = await sql`
    with failed as (
      select o.id, o.lane_id from outbox o
       where o.id = ${outboxId} and o.brand_id = ${deed.brandId} and o.state = 'sent' and o.rendered->>'way' = ${way} and not (${way} = any(o.given_up))
         and ${stillNews(deed)}
    ), due as (
      update outbox o set state = 'pending', finished_at = null, tried_before = o.attempts, given_up = array_append(o.given_up, ${way}),
             -- A second push of the same receipt finds nothing to speak of.
             provider_id = null, receipt = case when ${receiptless} then null else o.receipt end,
             receipt_reason = case when ${receiptless} then null else o.receipt_reason end,
             receipt_at = case when ${receiptless} then null else o.receipt_at end,
             receipt_stop = case when ${receiptless} then null else o.receipt_stop end
        from failed where o.id = failed.id and o.brand_id = ${deed.brandId}
    ), noted as (
      update delivery_attempts a set detail = left('not_delivered: ' || coalesce(o.receipt_reason, 'failed'), 300)
        from failed join outbox o on o.id = failed.id and o.brand_id = ${deed.brandId}
       where a.outbox_id = o.id and a.brand_id = o.brand_id and a.attempt = o.attempts
    )
    -- The tail moves on though no row came: a worker that is on the lane sees that there is more.
    update lanes l set tail = nextval('outbox_id_seq'), state = case l.state when 'idle' then 'ready' else l.state end
      from failed where l.id = failed.lane_id and l.brand_id = ${deed.brandId}
    returning l.id`.execute(deed.trx);
  if (rows.length > 0) deed.enqueued = true;
  return rows.length > 0;
}
