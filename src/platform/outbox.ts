// Writes what is due to whom in the transaction of its cause: outbox rows, and the lanes that carry them in order.
import { type RawBuilder, sql } from 'kysely';
import type { Trx } from './db/connect.ts';
import { executeAlong } from './db/tenant-driver.ts';
import { newId } from './id.ts';

/** The transaction of the cause, and where it notes that the relay has something to do after the commit. */
export interface Cause {
  trx: Trx;
  brandId: string;
  now: Date;
  traceparent: string | null;
  enqueued: boolean;
}

/** The channel on which relays listen. NOTIFY inside a transaction would take a database-wide lock at commit, so it comes after. */
export const OUTBOX_CHANNEL = 'glassbench_outbox';

/** One thing due to one recipient. */
export interface Due {
  /**
   * What it is about; with the recipient it names the lane. A ticket's id; of what an endpoint itself is sent `ping` or `challenge`, and the endpoint's id
   * in mails to its owner.
   */
  subject: string;
  /**
   * `contact:<id>` and `phone:<id>` for the customer, `former:<id>` for where they were reached before, `endpoint:<id>` for a partner's webhook,
   * `owner:<id>` for whoever answers for it.
   */
  recipient: string;
  channel: string;
  /** A message of the catalog, or the type of a webhook event. */
  message: string;
  /** What the text will be made of, as it was at this moment. No personal data. */
  facts: object;
  eventSeq: number | null;
  /** Cannot wait: a lane that only gathers is woken by it. */
  urgent?: boolean;
  /** What its lane waits for is over: what is due on it is tried again at once. */
  wakes?: boolean;
  /** Not to be sent; kept with this reason, for whoever asks what the customer was told. */
  skipped?: string;
}

/**
 * The common table expressions that enqueue, for a statement that writes the cause in the same round trip.
 * The id is drawn while the lane's row is locked, so that the ids of a lane are in commit order: a row that committed late
 * with an early id would be overtaken, and the lane would look finished. At most one item per lane. Marks the cause as enqueued.
 */
export function outboxCtes(cause: Cause, due: readonly Due[]): RawBuilder<unknown>[] {
  if (due.length === 0) return [];
  cause.enqueued = true;
  const rows = due.map((item) => ({ urgent: true, wakes: false, skipped: null, ...item, messageId: newId('message', cause.now.getTime()) }));
  return [
    sql`due as materialized (
      select r.* from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(
        subject text, recipient text, channel text, message text, facts jsonb, "eventSeq" integer, "messageId" text,
        urgent boolean, wakes boolean, skipped text)
    )`,
    sql`lane as (
      insert into lanes (brand_id, subject, recipient, state, tail)
      select ${cause.brandId}, subject, recipient, 'ready', nextval('outbox_id_seq')
        from (select subject, recipient from due order by subject, recipient) as d
      on conflict (brand_id, subject, recipient) do update
        set tail = nextval('outbox_id_seq'),
            state = case when lanes.state = 'idle' then 'ready'
                         when lanes.state = 'waiting' and exists (
                           select from due where due.subject = lanes.subject and due.recipient = lanes.recipient
                              and (due.wakes or (lanes.gathering and due.urgent))) then 'ready'
                         else lanes.state end
      returning id, subject, recipient, tail
    )`,
    sql`outboxed as (
      insert into outbox (brand_id, id, lane_id, subject, recipient, event_seq, channel, message, facts, message_id, traceparent, created_at, state, dead_reason, finished_at)
      select ${cause.brandId}, lane.tail, lane.id, due.subject, due.recipient, due."eventSeq", due.channel, due.message, due.facts,
             due."messageId", ${cause.traceparent}, ${cause.now}::timestamptz,
             case when due.skipped is null then 'pending' else 'skipped' end, due.skipped,
             case when due.skipped is not null then ${cause.now}::timestamptz end
        from due join lane using (subject, recipient)
    )`,
  ];
}

/** Enqueues in a statement of its own, for causes that write nothing else or wrote already. It travels with what comes next, the commit at the latest. */
export async function enqueue(cause: Cause, due: readonly Due[]): Promise<void> {
  if (due.length === 0) return;
  await executeAlong(cause.trx, sql`with ${sql.join(outboxCtes(cause, due))} select 1`);
}
