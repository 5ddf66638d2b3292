// The SQL of the ticket search: a page of ids is found along an index in the order of the list, then those tickets are read.
import { type RawBuilder, sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { visibleTo } from '#access/visible-tickets.ts';
import { type HoldReason, holds } from './holds.ts';
import { statuses } from './lifecycle.ts';
import type { Stage, Status } from './status.ts';
import { columns, type TicketRow } from './store.ts';
import type { TicketSearch } from './ticket.ts';

/** What a list is sorted by: the newest change first, or the longest due first. */
export type Order = 'updated' | 'due' | 'stuck';

/** The order that fits the filters: tickets that are due are sorted by when they are, because that is what an index can find. */
export function orderOf(s: Pick<TicketSearch, 'overdue' | 'dueSoon' | 'stuck'>): Order {
  if (s.overdue !== undefined || s.dueSoon !== undefined) return 'due';
  return s.stuck === undefined ? 'updated' : 'stuck';
}

/** A search with its identifiers hashed and its cursor read. */
export interface Search extends Omit<TicketSearch, 'serial' | 'imei' | 'cursor'> {
  serialHash: Buffer | undefined;
  imeiHash: Buffer | undefined;
  /** Until when a clock is due soon. */
  soon: Date;
  /** Sort key and id of the last row of the page before. */
  after: { at: string; id: string } | null;
}

/** A ticket that was found; `at`: its sort key, to the microsecond. */
export interface FoundRow extends TicketRow {
  at: string;
}

const orders = {
  updated: { key: sql`t.updated_at`, direction: sql`desc`, beyond: sql`<` },
  due: { key: sql`t.due_at`, direction: sql`asc`, beyond: sql`>` },
  stuck: { key: sql`t.stuck_at`, direction: sql`asc`, beyond: sql`>` },
} as const satisfies Record<Order, object>;

const allStatuses = Object.keys(statuses) as Status[];
const allReasons = Object.keys(holds) as HoldReason[];

const statusesOf = (status: readonly Status[] | undefined, stage: readonly Stage[] | undefined): Status[] =>
  allStatuses.filter((name) => (status?.includes(name) ?? true) && (stage?.includes(statuses[name].stage) ?? true));

const reasonsOf = (hold: NonNullable<TicketSearch['hold']>): HoldReason[] =>
  hold.includes('any') ? allReasons : allReasons.filter((reason) => hold.includes(reason));

/** Each names few tickets, whatever else is asked: they are fetched first and filtered then. */
function names(deed: Deed, s: Search): RawBuilder<unknown>[] {
  const device = (hash: Buffer, types: string[]) =>
    sql`and t.device_id in (select i.device_id from device_identifiers i
        where i.brand_id = ${deed.brandId} and i.value_hash = ${hash} and i.type = any(${types}))`;
  return [
    ...(s.serialHash === undefined ? [] : [device(s.serialHash, ['serial'])]),
    // At the counter an IMEI is also typed where the serial goes.
    ...(s.imeiHash === undefined ? [] : [device(s.imeiHash, ['imei', 'imei2', 'serial'])]),
    ...(s.code === undefined ? [] : [sql`and t.code = ${s.code}`]),
    ...(s.waybill === undefined
      ? []
      : [
          sql`and t.id in (select x.ticket_id from shipment_tickets x
                         where x.brand_id = ${deed.brandId} and x.shipment_id in (
                           select s.id from shipments s where s.brand_id = ${deed.brandId} and s.waybill = ${s.waybill}
                           union all select w.shipment_id from further_waybills w where w.brand_id = ${deed.brandId} and w.waybill = ${s.waybill}))`,
        ]),
  ];
}

/** All but status and hold: what of them an index is not led by, it holds behind its order. */
function conditions(deed: Deed, s: Search): RawBuilder<unknown>[] {
  const { key, beyond } = orders[orderOf(s)];
  const { now } = deed;
  return [
    sql`t.brand_id = ${deed.brandId}`,
    visibleTo(deed.actor),
    ...(s.centerId === undefined ? [] : [sql`and t.center_id = ${s.centerId}`]),
    ...(s.overdue === undefined ? [] : [sql`and t.due_at <= ${now}`]),
    ...(s.dueSoon === undefined ? [] : [sql`and t.due_at > ${now} and t.due_at <= ${s.soon}`]),
    ...(s.stuck === undefined ? [] : [sql`and t.stuck_at <= ${now}`]),
    ...(s.updatedSince === undefined ? [] : [sql`and t.updated_at >= ${new Date(s.updatedSince)}`]),
    ...(s.after === null ? [] : [sql`and (${key}, t.id) ${beyond} (${s.after.at}::timestamptz, ${s.after.id})`]),
  ];
}

const REACHES = [26, 51, 101];

/**
 * How far to look at most, written into the statement: a planner that is told takes the plan that fits any values, and plans it once.
 * Few sizes, because every text is a statement of its own.
 */
const reach = (limit: number): RawBuilder<unknown> => sql.raw(String(REACHES.find((size) => size > limit) ?? limit + 1));

/**
 * The ids of the page. An index led by status (or by the reason of the hold) has the order within one value only: the first
 * rows of each value are taken and merged, so that the work never grows with the number of tickets.
 */
function pageSql(deed: Deed, s: Search): RawBuilder<unknown> {
  const order = orderOf(s);
  const { key, direction } = orders[order];
  const named = names(deed, s);
  const wanted = s.status === undefined && s.stage === undefined ? undefined : statusesOf(s.status, s.stage);
  const byHold = order === 'updated' && s.hold !== undefined && named.length === 0;
  const byStatus = !byHold && named.length === 0 && (order !== 'updated' || wanted !== undefined);
  const where = sql.join(
    [
      ...conditions(deed, s),
      ...named,
      ...(byStatus ? [sql`and t.status = v.value`] : wanted === undefined ? [] : [sql`and t.status = any(${wanted}::text[])`]),
      ...(byHold ? [sql`and t.hold_reason = v.value`] : s.hold === undefined ? [] : [sql`and t.hold_reason = any(${reasonsOf(s.hold)}::text[])`]),
    ],
    sql` `,
  );
  const most = reach(s.limit);
  const first = sql`order by ${key} ${direction}, t.id ${direction} limit ${most}`;
  const found = sql`select t.id, ${key} as at from tickets t where ${where}`;
  const merged = sql`order by f.at ${direction}, f.id ${direction} limit ${most}`;
  if (named.length > 0) return sql`with few as materialized (${found}) select * from few f ${merged}`;
  if (!byHold && !byStatus) return sql`${found} ${first}`;
  const values = byHold && s.hold !== undefined ? reasonsOf(s.hold) : (wanted ?? allStatuses);
  return sql`select f.* from unnest(${values}::text[]) as v(value), lateral (${found} ${first}) f ${merged}`;
}

/** One row more than asked for, so that the page knows whether there is another. */
export async function search(deed: Deed, s: Search): Promise<FoundRow[]> {
  const { direction } = orders[orderOf(s)];
  // "offset 0" keeps every row's own reading behind the page: the planner may not turn it into a join over all tickets.
  const { rows } = await sql<FoundRow>`
    with page as materialized (select * from (${pageSql(deed, s)}) reached order by at ${direction}, id ${direction} limit ${s.limit + 1})
    select r.*, null as recipients, p.at::text as at
      from page p,
           lateral (select ${columns} from tickets t where t.brand_id = ${deed.brandId} and t.id = p.id offset 0) r
     order by p.at ${direction}, p.id ${direction}`.execute(deed.trx);
  return rows;
}
