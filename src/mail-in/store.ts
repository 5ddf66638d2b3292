// All SQL of parcels. Locks are taken in one order everywhere: waybills (several in that of their names, and after each those under which its parcel
// goes on), parcels without a ticket, tickets by their ids, shipment.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { visibleTo } from '#access/visible-tickets.ts';
import { executeAlong } from '#platform/db/tenant-driver.ts';
import type { HoldReason } from '#tickets/holds.ts';
import type { ReturnMethod, Status } from '#tickets/status.ts';
import type { ShipmentView } from './shipment.ts';
import type { ParcelStatus, Proof, Watch } from './tracking.ts';
import type { ParcelState } from './tracking-rules.ts';
import { furtherWaybills, holderOf } from './waybills-store.ts';

/** A parcel as it is stored; values in minor units. */
export interface ShipmentRow {
  id: string;
  /** The ticket it was booked for. */
  ticketId: string;
  /** Every ticket whose device travels in it, by their ids. */
  ticketIds: string[];
  direction: ShipmentView['direction'];
  carrier: string;
  waybill: string;
  /** Numbers under which it was passed on, oldest first. */
  furtherWaybills: string[];
  status: ParcelStatus;
  statusRaw: string | null;
  statusAt: Date | null;
  labelUrl: string | null;
  labelExpiresAt: Date | null;
  pickupFrom: Date | null;
  pickupTo: Date | null;
  payer: ShipmentView['payer'];
  declaredValue: number | null;
  declaredCurrency: string | null;
  insuredValue: number | null;
  insuredCurrency: string | null;
  toCenterId: string | null;
  receivedAt: Date | null;
  eta: Date | null;
  deliveredAt: Date | null;
  proof: Proof | null;
  watch: Watch | null;
  openBy: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** What a parcel needs to know of a ticket. */
export interface TicketOfParcel {
  id: string;
  code: string;
  status: Status;
  version: number;
  centerId: string;
  returnMethod: ReturnMethod;
  hold: { id: string; reason: HoldReason } | null;
}

/** A parcel and one of its tickets: what the one has caused for the other, and what was told of it. */
export interface Bond {
  ticketId: string;
  caused: string[];
  told: string[];
  toldEta: Date | null;
  holdId: string | null;
  alarmAt: Date | null;
}

/** A bond as JSON has it. */
export type StoredBond = Omit<Bond, 'toldEta' | 'alarmAt'> & { toldEta: string | null; alarmAt: string | null };

/** A column over `shipment_tickets x`. */
export const bondJson = sql`jsonb_build_object('ticketId', x.ticket_id, 'caused', x.caused, 'told', x.told, 'toldEta', x.told_eta,
             'holdId', x.hold_id, 'alarmAt', x.alarm_at)`;

const time = (text: string | null): Date | null => (text === null ? null : new Date(text));

/** The bond that JSON has. */
export const bondOf = ({ toldEta, alarmAt, ...bond }: StoredBond): Bond => ({ ...bond, toldEta: time(toldEta), alarmAt: time(alarmAt) });

/** A column list over `shipments s`. */
export const columns = sql`
  s.id, s.ticket_id as "ticketId", s.direction, s.carrier, s.waybill, ${furtherWaybills} as "furtherWaybills", s.status, s.status_raw as "statusRaw", s.status_at as "statusAt",
  s.label_url as "labelUrl", s.label_expires_at as "labelExpiresAt", s.pickup_from as "pickupFrom", s.pickup_to as "pickupTo", s.payer,
  s.declared_value as "declaredValue", s.declared_currency as "declaredCurrency", s.insured_value as "insuredValue",
  s.insured_currency as "insuredCurrency", s.to_center_id as "toCenterId", s.received_at as "receivedAt", s.eta,
  s.delivered_at as "deliveredAt", s.proof, s.watch, s.open_by as "openBy", s.created_at as "createdAt", s.updated_at as "updatedAt",
  array(select x.ticket_id from shipment_tickets x where x.brand_id = s.brand_id and x.shipment_id = s.id order by x.ticket_id) as "ticketIds"`;

/** A column list over `tickets t`. */
export const ticketColumns = sql`
  t.id, t.code, t.status, t.version, t.center_id as "centerId", t.return_method as "returnMethod",
  (select jsonb_build_object('id', h.id, 'reason', h.reason) from holds h
    where h.brand_id = t.brand_id and h.ticket_id = t.id and h.closed_at is null) as hold`;

/**
 * One writer at a time for this waybill, whether or not a shipment has it yet: without it a scan that is parked and a
 * shipment that is created at the same moment would miss each other. Taken before any ticket is locked; it travels with the next
 * statement, which sees what the one before has written.
 */
export async function lockWaybill(deed: Deed, carrier: string, waybill: string): Promise<void> {
  await executeAlong(deed.trx, sql`select pg_advisory_xact_lock(hashtextextended(${`${deed.brandId}/${carrier}/${waybill}`}, 0))`);
}

/** The same without waiting: false where somebody else writes to this waybill just now. For whoever holds locks that come later in the order. */
export async function tryWaybill(deed: Deed, carrier: string, waybill: string): Promise<boolean> {
  const { rows } = await sql<{ got: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${`${deed.brandId}/${carrier}/${waybill}`}, 0)) as got`.execute(deed.trx);
  return rows[0]?.got ?? false;
}

/** Locks the ticket where the actor may see it. */
export async function lockTicket(deed: Deed, ticketId: string): Promise<TicketOfParcel | undefined> {
  const { rows } = await sql<TicketOfParcel>`
    select ${ticketColumns} from tickets t
    where t.brand_id = ${deed.brandId} and t.id = ${ticketId} ${visibleTo(deed.actor)} for update`.execute(deed.trx);
  return rows[0];
}

/** The shipment of a waybill whose lock is held, also where that is not the one it began with. */
export async function byWaybill(deed: Deed, carrier: string, waybill: string): Promise<ShipmentRow | undefined> {
  const { rows } = await sql<ShipmentRow>`
    select ${columns} from shipments s
    where s.brand_id = ${deed.brandId} and s.id = ${holderOf(deed, carrier, waybill)}`.execute(deed.trx);
  return rows[0];
}

/** One shipment, or undefined where the actor may see none of its tickets; of those it may not see it shows no id. */
export async function byId(deed: Deed, shipmentId: string): Promise<ShipmentRow | undefined> {
  const { rows } = await sql<ShipmentRow & { seen: string[] }>`
    select ${columns}, array(select t.id from shipment_tickets x join tickets t on t.brand_id = x.brand_id and t.id = x.ticket_id
                              where x.brand_id = s.brand_id and x.shipment_id = s.id ${visibleTo(deed.actor)} order by t.id) as seen
      from shipments s where s.brand_id = ${deed.brandId} and s.id = ${shipmentId}`.execute(deed.trx);
  const [{ seen, ...row } = { seen: [] as string[] }] = rows;
  return seen.length === 0 ? undefined : seenRow(row as ShipmentRow, seen);
}

const seenRow = (row: ShipmentRow, seen: string[]): ShipmentRow => {
  const [first = row.ticketId] = seen;
  return { ...row, ticketIds: seen, ticketId: seen.includes(row.ticketId) ? row.ticketId : first };
};

/** A transfer to this center, whosever its tickets still are. */
export async function comingTo(deed: Deed, shipmentId: string, centerId: string | null): Promise<ShipmentRow | undefined> {
  const { rows } = await sql<ShipmentRow>`
    select ${columns} from shipments s
     where s.brand_id = ${deed.brandId} and s.id = ${shipmentId} and s.direction = 'transfer'
       and (${centerId}::text is null or s.to_center_id = ${centerId})`.execute(deed.trx);
  return rows[0];
}

/** Every parcel of a ticket, oldest first; undefined where the actor may not see the ticket. */
export async function ofTicket(deed: Deed, ticketId: string, limit: number): Promise<ShipmentRow[] | undefined> {
  const { rows } = await sql<ShipmentRow | { id: null }>`
    select ${columns} from tickets t
    left join (shipment_tickets y join shipments s on s.brand_id = y.brand_id and s.id = y.shipment_id)
           on y.brand_id = t.brand_id and y.ticket_id = t.id
    where t.brand_id = ${deed.brandId} and t.id = ${ticketId} ${visibleTo(deed.actor)}
    order by s.id limit ${limit}`.execute(deed.trx);
  if (rows.length === 0) return undefined;
  return rows.filter((row): row is ShipmentRow => row.id !== null).map((row) => seenRow(row, [ticketId]));
}

/** The newest parcel of each of these tickets that goes this way. */
export async function newestOf(deed: Deed, ticketIds: readonly string[], direction: 'inbound' | 'outbound'): Promise<Map<string, ShipmentRow>> {
  if (ticketIds.length === 0) return new Map();
  const { rows } = await sql<ShipmentRow & { of: string }>`
    select distinct on (y.ticket_id) ${columns}, y.ticket_id as of from shipment_tickets y
      join shipments s on s.brand_id = y.brand_id and s.id = y.shipment_id
    where y.brand_id = ${deed.brandId} and y.ticket_id = any(${ticketIds}) and s.direction = ${direction}
    order by y.ticket_id, s.id desc`.execute(deed.trx);
  return new Map(rows.map(({ of, ...row }) => [of, seenRow(row, [of])]));
}

/** Parcels of a ticket whose lock is held, with their bonds to it, oldest first. */
export async function parcelsOf(deed: Deed, ticketId: string): Promise<{ shipment: ShipmentRow; bond: Bond }[]> {
  const { rows } = await sql<ShipmentRow & { bond: StoredBond }>`
    select ${columns}, ${bondJson} as bond
      from shipment_tickets x join shipments s on s.brand_id = x.brand_id and s.id = x.shipment_id
     where x.brand_id = ${deed.brandId} and x.ticket_id = ${ticketId} order by s.id`.execute(deed.trx);
  return rows.map(({ bond, ...shipment }) => ({ shipment, bond: bondOf(bond) }));
}

/** Inserts the parcel; false where the waybill is taken. Its lock is held. */
export async function insert(deed: Deed, row: ShipmentRow): Promise<boolean> {
  const { rows } = await sql`
    insert into shipments (brand_id, id, ticket_id, direction, carrier, waybill, status, label_url, label_expires_at, pickup_from,
                           pickup_to, payer, declared_value, declared_currency, insured_value, insured_currency, to_center_id, booked_by,
                           created_at, updated_at)
    select ${deed.brandId}, ${row.id}, ${row.ticketId}, ${row.direction}, ${row.carrier}, ${row.waybill}, ${row.status}, ${row.labelUrl},
            ${row.labelExpiresAt}, ${row.pickupFrom}, ${row.pickupTo}, ${row.payer}, ${row.declaredValue}, ${row.declaredCurrency},
            ${row.insuredValue}, ${row.insuredCurrency}, ${row.toCenterId}, ${deed.actor.id}, ${row.createdAt}, ${row.updatedAt}
     where not exists (select from further_waybills w
                        where w.brand_id = ${deed.brandId} and w.carrier = ${row.carrier} and w.waybill = ${row.waybill})
    on conflict on constraint shipments_waybill_key do nothing
    returning id`.execute(deed.trx);
  return rows.length === 1;
}

/** Puts a ticket's device into the parcel; false where it is in there already. */
export async function bind(deed: Deed, shipmentId: string, ticketId: string): Promise<boolean> {
  const { rows } = await sql`
    insert into shipment_tickets (brand_id, shipment_id, ticket_id) values (${deed.brandId}, ${shipmentId}, ${ticketId})
    on conflict do nothing returning ticket_id`.execute(deed.trx);
  return rows.length === 1;
}

/** Writes where the parcel stands. */
export async function settle(
  deed: Deed,
  shipmentId: string,
  state: ParcelState & { openBy: Date | null; eta: Date | null; watch: Watch | null },
): Promise<void> {
  await executeAlong(
    deed.trx,
    sql`
    update shipments set status = ${state.status}, status_raw = ${state.codeRaw}, status_at = ${state.at}, eta = ${state.eta},
           delivered_at = ${state.deliveredAt}, open_by = ${state.openBy}, watch = ${state.watch}, updated_at = ${deed.now},
           heard_at = ${deed.now}, ask_after = null, asked_in_vain = 0
    where brand_id = ${deed.brandId} and id = ${shipmentId}`,
  );
}

/** Notes that the provider is not silent, where nothing else of the parcel is written; every ten minutes is often enough. */
export async function heard(deed: Deed, shipmentId: string, watch: Watch | null): Promise<void> {
  await executeAlong(
    deed.trx,
    sql`
    update shipments set heard_at = ${deed.now}, ask_after = null, asked_in_vain = 0, watch = coalesce(${watch}, watch)
    where brand_id = ${deed.brandId} and id = ${shipmentId}
      and (heard_at < ${deed.now}::timestamptz - interval '10 minutes' or watch is distinct from coalesce(${watch}, watch))`,
  );
}

/** Keeps what shows the delivery. */
export async function writeProof(deed: Deed, shipmentId: string, proof: Proof): Promise<void> {
  await executeAlong(
    deed.trx,
    sql`
    update shipments set proof = ${JSON.stringify(proof)}, updated_at = ${deed.now} where brand_id = ${deed.brandId} and id = ${shipmentId}`,
  );
}

/** The other center has it. */
export async function markReceived(deed: Deed, shipmentId: string): Promise<void> {
  await sql`
    update shipments set received_at = ${deed.now}, updated_at = ${deed.now} where brand_id = ${deed.brandId} and id = ${shipmentId}`.execute(
    deed.trx,
  );
}

/** Tickets of a transfer whose devices have been taken in out of a later one. */
export async function takenInSince(deed: Deed, shipmentId: string): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    select distinct x.ticket_id as id
      from shipment_tickets x
      join shipment_tickets y on y.brand_id = x.brand_id and y.ticket_id = x.ticket_id and y.shipment_id > x.shipment_id
      join shipments s on s.brand_id = y.brand_id and s.id = y.shipment_id
     where x.brand_id = ${deed.brandId} and x.shipment_id = ${shipmentId} and s.direction = 'transfer' and s.received_at is not null`.execute(
    deed.trx,
  );
  return new Set(rows.map(({ id }) => id));
}

/** Writes the bond of a ticket to a parcel; the ticket is locked. */
export async function writeBond(deed: Deed, shipmentId: string, bond: Bond): Promise<void> {
  await executeAlong(
    deed.trx,
    sql`
    update shipment_tickets set caused = ${bond.caused}, told = ${bond.told}, told_eta = ${bond.toldEta}, hold_id = ${bond.holdId}, alarm_at = ${bond.alarmAt}
     where brand_id = ${deed.brandId} and shipment_id = ${shipmentId} and ticket_id = ${bond.ticketId}`,
  );
}
