// The SQL of deliveries and replays.
import { type RawBuilder, sql } from 'kysely';
import type { Actor } from '#access/actor.ts';
import type { Deed } from '#access/deed.ts';
import type { Exchange } from './channels/exchange.ts';
import type { DeliveryAttempt, DeliverySearch, ReplayInput, ReplayRecord } from './delivery.ts';
import { ownedBy } from './endpoint-store.ts';
import { stillNews } from './receipt-store.ts';

/** A delivery as it was read. */
export interface DeliveryRow {
  outboxId: number;
  messageId: string;
  subject: string;
  recipient: string;
  channel: string;
  message: string;
  state: 'pending' | 'sent' | 'dead' | 'skipped';
  reason: string | null;
  attempts: number;
  nextTryAt: Date | null;
  createdAt: Date;
  finishedAt: Date | null;
  receipt: 'delivered' | 'failed' | null;
  receiptReason: string | null;
  receiptAt: Date | null;
  rendered: Record<string, unknown> | null;
}

/** Over `outbox o`: everyone sees what goes to the endpoints they own; a center also what its customers are told, a brand everything. */
function visibleTo(actor: Actor): RawBuilder<unknown> {
  const toOwn = sql`exists (select from webhook_endpoints e
    where e.brand_id = o.brand_id and o.recipient in ('endpoint:' || e.id, 'owner:' || e.id) and ${ownedBy(actor)})`;
  if (actor.kind === 'courier') return sql`and ${toOwn}`;
  if (actor.kind !== 'center') return sql``;
  return sql`and (${toOwn} or (o.recipient ~ '^(contact|phone|former):' and exists (select from tickets t
    where t.brand_id = o.brand_id and t.id = o.subject and t.center_id = ${actor.centerId})))`;
}

const columns = sql`
  o.id as "outboxId", o.message_id as "messageId", o.subject, o.recipient, coalesce(o.rendered->>'by', o.channel) as channel, o.message, o.state,
  o.dead_reason as reason, o.attempts, case when o.state = 'pending' and l.state = 'waiting' then l.next_at end as "nextTryAt",
  o.created_at as "createdAt", o.finished_at as "finishedAt",
  o.receipt, o.receipt_reason as "receiptReason", o.receipt_at as "receiptAt"`;

/**
 * A customer is not told twice, nor what was withdrawn, kept silent or said within another message. What did not arrive was not told, but whoever
 * wants it told looks at it first: it is `named` by its id.
 */
const again = (deed: Deed, named: boolean): RawBuilder<unknown> => sql`
  o.state = 'dead' or (o.state = 'skipped' and o.dead_reason !~ '^(coalesced|withdrawn|suppressed)')
  ${named ? sql`or (o.state = 'sent' and o.receipt = 'failed' and ${stillNews(deed)})` : sql``}`;

const joined = sql`outbox o join lanes l on l.id = o.lane_id and l.brand_id = o.brand_id`;

interface Narrowed {
  search: DeliverySearch;
  limit: number;
  after: number | null;
}

/** The newest of those rows of `outbox o`, by id. */
const newest = (deed: Deed, whose: RawBuilder<unknown>, { search: { ticketId, endpointId, state, reason }, limit, after }: Narrowed) => sql`
  select o.id from outbox o
   where o.brand_id = ${deed.brandId} and ${whose}
     ${ticketId === undefined ? sql`` : sql`and o.subject = ${ticketId}`}
     ${endpointId === undefined ? sql`` : sql`and o.recipient in (${`endpoint:${endpointId}`}, ${`owner:${endpointId}`})`}
     ${state === undefined ? sql`` : sql`and o.state = ${state}`}
     ${reason === undefined ? sql`` : sql`and (o.dead_reason = ${reason} or starts_with(o.dead_reason, ${`${reason}:`}))`}
     ${after === null ? sql`` : sql`and o.id < ${after}`}
   order by o.id desc limit ${limit}`;

/**
 * The newest that the actor may see. Of a center and a courier each source is read off an index of its own, because the brand may have a hundred times
 * as many: what goes to each of their endpoints, and what the customers of a center are told. Whose a ticket is now is asked for each row, by its id.
 */
function newestFor(deed: Deed, narrowed: Narrowed): RawBuilder<unknown> {
  const { actor } = deed;
  if (actor.kind !== 'center' && actor.kind !== 'courier') return newest(deed, sql`true`, narrowed);
  const toOwn = sql`
    select o.id from webhook_endpoints e cross join unnest(array['endpoint:' || e.id, 'owner:' || e.id]) as r(recipient)
     cross join lateral (${newest(deed, sql`o.recipient = r.recipient`, narrowed)}) o
     where e.brand_id = ${deed.brandId} and ${ownedBy(actor)}`;
  if (actor.kind === 'courier') return toOwn;
  const told = sql`o.recipient ~ '^(contact|phone|former):'
    and (select t.center_id from tickets t where t.brand_id = o.brand_id and t.id = o.subject) = ${actor.centerId}`;
  const unfilled = sql`o.center_id is null and o.recipient not like 'endpoint:%' and ${told}`;
  return sql`
    ${toOwn} union (${newest(deed, sql`o.center_id = ${actor.centerId} and ${told}`, narrowed)}) union (${newest(deed, unfilled, narrowed)})`;
}

/** Deliveries from the newest. */
export async function listDeliveries(deed: Deed, search: DeliverySearch, limit: number, after: number | null): Promise<DeliveryRow[]> {
  const { rows } = await sql<DeliveryRow>`
    with listed as materialized (
      select id from (${newestFor(deed, { search, limit, after })}) as found order by id desc limit ${limit}
    )
    select ${columns}, null as rendered from listed join outbox o on o.id = listed.id and o.brand_id = ${deed.brandId}
      join lanes l on l.id = o.lane_id and l.brand_id = o.brand_id
     order by o.id desc`.execute(deed.trx);
  return rows;
}

/** A delivery, or undefined where the actor may not see one. */
export async function deliveryById(deed: Deed, messageId: string): Promise<DeliveryRow | undefined> {
  const { rows } = await sql<DeliveryRow>`
    select ${columns}, o.rendered from ${joined}
     where o.brand_id = ${deed.brandId} and o.message_id = ${messageId} ${visibleTo(deed.actor)}`.execute(deed.trx);
  return rows[0];
}

/** A try as it was read. */
export type AttemptRow = Omit<DeliveryAttempt, 'startedAt' | 'finishedAt' | 'request' | 'response'> & {
  startedAt: Date;
  finishedAt: Date | null;
  exchange: Exchange | null;
};

/** The newest tries of a delivery, oldest first. */
export async function attemptsOf(deed: Deed, outboxId: number, limit: number): Promise<AttemptRow[]> {
  const { rows } = await sql<AttemptRow>`
    select attempt, started_at as "startedAt", finished_at as "finishedAt", outcome, status_code as "statusCode", detail, exchange
      from delivery_attempts where brand_id = ${deed.brandId} and outbox_id = ${outboxId} order by attempt desc limit ${limit}`.execute(deed.trx);
  return rows.toReversed();
}

/**
 * Makes chosen deliveries due again, wakes their lanes and writes the audit row, in one statement; answers how many.
 * A lane's tail moves on even though no row came: a worker that is on the lane sees that there is more.
 */
export async function replayRows(deed: Deed, replayId: string, { states, ...selection }: ReplayInput, limit: number): Promise<number> {
  const { deliveryIds, endpointId, ticketId, createdFrom, createdTo } = selection;
  const { rows } = await sql<{ replayed: number }>`
    with chosen as materialized (
      select o.id, o.lane_id from outbox o
       where o.brand_id = ${deed.brandId} and o.state = any(${states}::text[]) and (o.channel = 'webhook' or ${again(deed, deliveryIds !== undefined)})
         ${visibleTo(deed.actor)}
         ${deliveryIds === undefined ? sql`` : sql`and o.message_id = any(${deliveryIds}::text[])`}
         ${endpointId === undefined ? sql`` : sql`and o.recipient = ${`endpoint:${endpointId}`}`}
         ${ticketId === undefined ? sql`` : sql`and o.subject = ${ticketId}`}
         ${createdFrom === undefined ? sql`` : sql`and o.created_at >= ${createdFrom}::timestamptz`}
         ${createdTo === undefined ? sql`` : sql`and o.created_at < ${createdTo}::timestamptz`}
       order by o.id limit ${limit} for update of o
    ), due as (
      -- By all of its ways, and as if nothing had been reported.
      update outbox o set state = 'pending', dead_reason = null, finished_at = null, tried_before = o.attempts, given_up = '{}',
             provider_id = null, receipt = null, receipt_reason = null, receipt_at = null, receipt_stop = null
        from chosen where o.id = chosen.id and o.brand_id = ${deed.brandId}
    ), woken as (
      update lanes l set tail = nextval('outbox_id_seq'), state = case when l.state in ('idle', 'stopped') then 'ready' else l.state end
       where l.brand_id = ${deed.brandId} and l.id in (select lane_id from chosen)
    ), audited as (
      insert into replays (brand_id, id, requested_by, selection, replayed, created_at)
      select ${deed.brandId}, ${replayId}, ${deed.actor.id}, ${JSON.stringify({ ...selection, states })}::jsonb, count(*), ${deed.now}::timestamptz from chosen
    )
    select count(*)::integer as replayed from chosen`.execute(deed.trx);
  deed.enqueued = true;
  return rows[0]?.replayed ?? 0;
}

/** A replay as it was written down. */
export type ReplayRow = Omit<ReplayRecord, 'createdAt'> & { createdAt: Date };

/** Replays from the newest: a center and a courier see those they asked for, the others all of the brand. */
export async function listReplays(deed: Deed, limit: number, after: string | null): Promise<ReplayRow[]> {
  const own = deed.actor.kind === 'center' || deed.actor.kind === 'courier';
  const { rows } = await sql<ReplayRow>`
    select id, replayed, requested_by as "requestedBy", selection, created_at as "createdAt" from replays
     where brand_id = ${deed.brandId} ${own ? sql`and requested_by = ${deed.actor.id}` : sql``}
       ${after === null ? sql`` : sql`and id < ${after}`}
     order by id desc limit ${limit}`.execute(deed.trx);
  return rows;
}
