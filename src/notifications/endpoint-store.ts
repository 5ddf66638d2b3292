// The SQL of webhook endpoints.
import { type RawBuilder, type Selectable, sql, type Updateable } from 'kysely';
import type { Actor } from '#access/actor.ts';
import type { Deed } from '#access/deed.ts';
import type { Database } from '#platform/db/database.ts';

/** A row of `webhook_endpoints`. */
export type EndpointRow = Selectable<EndpointTable>;

/** The table it stands in. */
export type EndpointTable = Database['webhook_endpoints'];

/** Why an endpoint is not there any more although its deliveries are. */
export const DELETED = 'deleted';

const columns = [
  ...(['brand_id', 'id', 'owner_key_id', 'owner_kind', 'center_id', 'url', 'sealed_secrets', 'key_id', 'events'] as const),
  ...(['strict_order', 'disabled_at', 'disabled_reason', 'created_at', 'updated_at'] as const),
  ...(['next_url', 'verified_at', 'owner_email', 'failing_since', 'last_failed_at', 'told_owner'] as const),
];

/** Over `webhook_endpoints e`: a center has its center's endpoints, a courier its own, the others all of the brand. */
export function ownedBy(actor: Actor): RawBuilder<boolean> {
  if (actor.kind === 'center') return sql<boolean>`(e.owner_kind = 'center' and e.center_id = ${actor.centerId})`;
  if (actor.kind === 'courier') return sql<boolean>`(e.owner_kind = 'courier' and e.owner_key_id = ${actor.id})`;
  return sql<boolean>`true`;
}

const notDeleted = sql<boolean>`e.disabled_reason is distinct from ${sql.lit(DELETED)}`;

/**
 * How many endpoints there are of whoever owns this one; those that were deleted do not count. One at a time counts for an owner until its
 * transaction ends: two at once would both find room for one.
 */
export async function countBeside(deed: Deed, { owner_kind, owner_key_id, center_id }: EndpointRow): Promise<number> {
  const owner = owner_kind === 'center' ? center_id : owner_kind === 'courier' ? owner_key_id : 'brand';
  await sql`select pg_advisory_xact_lock(hashtextextended(${`endpoints\n${deed.brandId}\n${owner}`}, 0))`.execute(deed.trx);
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from webhook_endpoints e
     where e.brand_id = ${deed.brandId} and e.owner_kind = ${owner_kind} and ${notDeleted}
       and case e.owner_kind when 'center' then e.center_id = ${center_id} when 'courier' then e.owner_key_id = ${owner_key_id} else true end`.execute(
    deed.trx,
  );
  return rows[0]?.count ?? 0;
}

/** Keeps a new endpoint. */
export const insertEndpoint = (deed: Deed, row: EndpointRow): Promise<unknown> => deed.trx.insertInto('webhook_endpoints').values(row).execute();

/** Locks it where it is about to be changed: two rotations at once would lose a secret. */
export function endpointById(deed: Deed, endpointId: string, lock = false): Promise<EndpointRow | undefined> {
  const query = deed.trx.selectFrom('webhook_endpoints as e').select(columns).where('e.brand_id', '=', deed.brandId).where('e.id', '=', endpointId);
  const mine = query.where(notDeleted).where(ownedBy(deed.actor));
  return (lock ? mine.forUpdate() : mine).executeTakeFirst();
}

/** Writes a change of an endpoint that is locked, and answers it as it is then. */
export const updateEndpoint = (deed: Deed, endpointId: string, change: Updateable<EndpointTable>): Promise<EndpointRow> =>
  deed.trx
    .updateTable('webhook_endpoints')
    .set({ ...change, updated_at: deed.now })
    .where('brand_id', '=', deed.brandId)
    .where('id', '=', endpointId)
    .returning(columns)
    .executeTakeFirstOrThrow();

/** Endpoints from the newest; ids are in the order of time. */
export function listEndpoints(deed: Deed, limit: number, after: string | null): Promise<EndpointRow[]> {
  let query = deed.trx.selectFrom('webhook_endpoints as e').select(columns).where('e.brand_id', '=', deed.brandId);
  query = query.where(notDeleted).where(ownedBy(deed.actor));
  if (after !== null) query = query.where('e.id', '<', after);
  return query.orderBy('e.id', 'desc').limit(limit).execute();
}

/** Lanes that a dead letter had stopped go on where nothing has to be in order any more. */
export async function restartStopped(deed: Deed, endpointId: string): Promise<void> {
  await sql`
    update lanes set state = 'ready'
     where brand_id = ${deed.brandId} and recipient = ${`endpoint:${endpointId}`} and state = 'stopped'`.execute(deed.trx);
  deed.enqueued = true;
}

/**
 * Makes way for a call that somebody asks for now: an earlier one of its kind that still waits for its next try is withdrawn,
 * so that the new one does not wait behind it.
 */
export async function withdrawWaiting(deed: Deed, endpointId: string, subject: string): Promise<void> {
  await sql`
    with lane as (
      update lanes set state = 'ready', next_at = ${deed.now}::timestamptz
       where brand_id = ${deed.brandId} and subject = ${subject} and recipient = ${`endpoint:${endpointId}`} and state in ('waiting', 'stopped')
      returning id
    )
    update outbox o set state = 'skipped', dead_reason = 'superseded', finished_at = ${deed.now}::timestamptz
      from lane where o.brand_id = ${deed.brandId} and o.lane_id = lane.id and o.state = 'pending'`.execute(deed.trx);
}

/** The delivery that was made due last for this endpoint about this subject. */
export async function newestCall(deed: Deed, endpointId: string, subject: string): Promise<string> {
  const row = await deed.trx
    .selectFrom('outbox')
    .select('message_id')
    .where('brand_id', '=', deed.brandId)
    .where('recipient', '=', `endpoint:${endpointId}`)
    .where('subject', '=', subject)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  return row.message_id;
}
