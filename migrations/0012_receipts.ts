// What providers report of a message after they took it. Nullable columns rewrite no table; the two small indexes are built under a lock that lets reads through.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table outbox
      -- What the provider calls the message that it took.
      add column provider_id    text,
      add column receipt        text constraint outbox_receipt_check check (receipt in ('delivered', 'failed')),
      add column receipt_reason text,
      -- Nothing is to be sent to this address any more, and why.
      add column receipt_stop   text constraint outbox_receipt_stop_check check (receipt_stop in ('unsubscribed', 'bounced', 'wrong_number')),
      add column receipt_at     timestamptz`.execute(db);
  // Providers name a message by our id, which is unique in itself, or by theirs. Webhooks have no receipts, and a Message-ID is a mail's.
  await sql`create index outbox_receipt_idx on outbox (message_id) where recipient not like 'endpoint:%'`.execute(db);
  await sql`create index outbox_provider_idx on outbox (provider_id) where provider_id is not null and provider_id not like '<%'`.execute(db);

  // Read before the brand is known, as a provider's call names none; ids alone.
  await sql`
    create view receipt_ring as
    select brand_id, id as outbox_id, message_id, provider_id from outbox where recipient not like 'endpoint:%'`.execute(db);
  await sql`grant select on receipt_ring to glassbench_app`.execute(db);
}
