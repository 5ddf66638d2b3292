// The SQL of alerts: the list a center works off, the acknowledgement, and handing them to the webhooks once.
import { type RawBuilder, sql } from 'kysely';
import type { Actor } from '#access/actor.ts';
import type { Deed } from '#access/deed.ts';
import { endpointsSql, type Recipients } from '#notifications/recipients.ts';
import { type Alert, AlertKind, type AlertSearch } from './alert.ts';

/** An alert with its ticket, as it was read. */
export interface AlertRow extends Omit<Alert, 'raisedAt' | 'acknowledgedAt'> {
  raisedAt: Date;
  acknowledgedAt: Date | null;
}

/** Over `alerts a`: a center sees its own, the others all of the brand; they are nobody else's. */
function addressedTo(actor: Actor): RawBuilder<unknown> {
  if (actor.kind === 'center') return sql`and a.center_id = ${actor.centerId}`;
  return ['brand', 'admin', 'system'].includes(actor.kind) ? sql`` : sql`and false`;
}

/** Over `alerts a`: a release that was taken back may have left others, which go to the webhooks and are shown when it is here again. */
const ofKnownKind = sql`and a.kind = any(${AlertKind.options}::text[])`;

/** `dueAt` as the API has its times, however the row that was written has it. */
const data = sql`case when a.data ? 'dueAt'
  then a.data || jsonb_build_object('dueAt', to_char((a.data->>'dueAt')::timestamptz at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  else a.data end`;

const columns = sql`
  a.id, a.kind, a.ticket_id as "ticketId", t.code, t.status, a.center_id as "centerId", ${data} as data, a.raised_at as "raisedAt",
  a.acknowledged_at as "acknowledgedAt", a.acknowledged_by as "acknowledgedBy"`;

/** Alerts from the newest: their ids are in the order in which they were raised. `after`: an id. */
export async function listAlerts(deed: Deed, search: AlertSearch, limit: number, after: string | null): Promise<AlertRow[]> {
  const { kind, open, ticketId } = search;
  const { rows } = await sql<AlertRow>`
    select ${columns} from alerts a join tickets t on t.brand_id = a.brand_id and t.id = a.ticket_id
     where a.brand_id = ${deed.brandId} ${addressedTo(deed.actor)}
       ${kind === undefined ? ofKnownKind : sql`and a.kind = ${kind}`}
       ${open === undefined ? sql`` : sql`and a.acknowledged_at is null`}
       ${ticketId === undefined ? sql`` : sql`and a.ticket_id = ${ticketId}`}
       ${after === null ? sql`` : sql`and a.id < ${after}`}
     order by a.id desc limit ${limit}`.execute(deed.trx);
  return rows;
}

/** Acknowledges it, once: whoever comes later gets what the first one left. Undefined where the actor may not see one. */
export async function acknowledge(deed: Deed, alertId: string): Promise<AlertRow | undefined> {
  const { rows } = await sql<AlertRow>`
    with a as (
      update alerts a set acknowledged_at = coalesce(a.acknowledged_at, ${deed.now}), acknowledged_by = coalesce(a.acknowledged_by, ${deed.actor.id})
       where a.brand_id = ${deed.brandId} and a.id = ${alertId} ${addressedTo(deed.actor)} ${ofKnownKind}
      returning a.*
    )
    select ${columns} from a join tickets t on t.brand_id = a.brand_id and t.id = a.ticket_id`.execute(deed.trx);
  return rows[0];
}

/** An alert that goes out now, and to whom. */
export interface UntoldRow extends AlertRow {
  brandId: string;
  endpoints: Recipients['endpoints'];
}

/**
 * Takes alerts of all brands that no webhook has been handed yet and marks them handed, oldest first. Only one transaction takes at
 * a time, so that a ticket's alerts keep their order; another gets none. Couriers are told of parcels, not of what alarms a center.
 */
export async function takeUntold(deed: Deed, limit: number): Promise<UntoldRow[]> {
  const { rows: lock } = await sql<{ got: boolean }>`select pg_try_advisory_xact_lock(hashtextextended('tell-alerts', 0)) as got`.execute(deed.trx);
  if (lock[0]?.got !== true) return [];
  const endpoints = endpointsSql({ brandId: sql.ref('a.brand_id'), centerId: sql.ref('a.center_id'), openedBy: sql`null` });
  const { rows } = await sql<UntoldRow>`
    with taken as (
      select brand_id, id from alerts where told_at is null order by raised_at, id limit ${limit} for update
    ), a as (
      update alerts a set told_at = ${deed.now} from taken where a.brand_id = taken.brand_id and a.id = taken.id returning a.*
    )
    select a.brand_id as "brandId", ${columns}, ${endpoints} as endpoints
      from a join tickets t on t.brand_id = a.brand_id and t.id = a.ticket_id
     order by a.brand_id, a.raised_at, a.id`.execute(deed.trx);
  return rows;
}

/** Whether the brand of this alert has ever approved words for the time of the law that it is about. */
const hasWords = (alert: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`exists (select from brand_texts x where x.brand_id = ${alert}.brand_id and x.name = 'entitlement.' || (${alert}.data->>'clock'))`;

/** Tickets of all brands where a time of the law has passed of late, whose brand has approved words for that. */
export async function legalAlertsDue(deed: Deed, lookBackDays: number): Promise<{ brandId: string; ticketId: string }[]> {
  const { rows } = await sql<{ brandId: string; ticketId: string }>`
    select a.brand_id as "brandId", a.ticket_id as "ticketId" from alerts a
     where a.kind = 'legal_clock' and a.customer_told_at is null and a.raised_at > ${deed.now}::timestamptz - make_interval(days => ${lookBackDays}::integer)
       and ${hasWords(sql.ref('a'))}
     order by a.raised_at limit 200`.execute(deed.trx);
  return rows;
}

/** Takes the oldest alert of a time of the law of these days that the customer has not been told of. */
export async function takeLegalAlert(deed: Deed, ticketId: string, lookBackDays: number): Promise<{ clock: string; dueAt: string } | undefined> {
  const { rows } = await sql<{ clock: string; dueAt: string }>`
    update alerts a set customer_told_at = ${deed.now}
     where a.brand_id = ${deed.brandId} and a.customer_told_at is null and a.id = (
       select o.id from alerts o where o.brand_id = ${deed.brandId} and o.ticket_id = ${ticketId} and o.kind = 'legal_clock' and o.customer_told_at is null
          and o.raised_at > ${deed.now}::timestamptz - make_interval(days => ${lookBackDays}::integer) and ${hasWords(sql.ref('o'))}
        order by o.id limit 1)
    returning a.data->>'clock' as clock, a.data->>'dueAt' as "dueAt"`.execute(deed.trx);
  return rows[0];
}
