// All SQL of parcels without a ticket: keeping them, and finding what they and a ticket have in common.
import { type RawBuilder, sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { visibleTo } from '#access/visible-tickets.ts';
import type { MatchedBy } from './orphan.ts';
import { holderOf } from './waybills-store.ts';
import { comingIn } from './whereabouts.ts';

/** As it is stored. */
export interface OrphanRow {
  id: string;
  centerId: string;
  carrier: string | null;
  waybill: string | null;
  serialHash: Buffer | null;
  serialLast4: string | null;
  phoneHash: Buffer | null;
  phoneLast4: string | null;
  note: string | null;
  createdAt: Date;
  ticketId: string | null;
  shipmentId: string | null;
  matchedBy: MatchedBy | null;
  matchedAt: Date | null;
}

const columns = sql`
  o.id, o.center_id as "centerId", o.carrier, o.waybill, o.serial_hash as "serialHash", o.serial_last4 as "serialLast4",
  o.phone_hash as "phoneHash", o.phone_last4 as "phoneLast4", o.note, o.created_at as "createdAt", o.ticket_id as "ticketId",
  o.shipment_id as "shipmentId", o.matched_by as "matchedBy", o.matched_at as "matchedAt"`;

/** A center sees what lies with it, a brand everything of its own. */
const seen = ({ actor }: Deed): RawBuilder<unknown> => (actor.kind === 'center' ? sql`and o.center_id = ${actor.centerId}` : sql``);

/** Keeps a new one. */
export async function insertOrphan(deed: Deed, row: OrphanRow): Promise<void> {
  await sql`
    insert into orphan_parcels (brand_id, id, center_id, carrier, waybill, serial_hash, serial_last4, phone_hash, phone_last4, note, registered_by, created_at)
    values (${deed.brandId}, ${row.id}, ${row.centerId}, ${row.carrier}, ${row.waybill}, ${row.serialHash}, ${row.serialLast4}, ${row.phoneHash},
            ${row.phoneLast4}, ${row.note}, ${deed.actor.id}, ${row.createdAt})`.execute(deed.trx);
}

/** One, locked; undefined where the actor may not see it. */
export async function lockOrphan(deed: Deed, orphanId: string): Promise<OrphanRow | undefined> {
  const { rows } = await sql<OrphanRow>`
    select ${columns} from orphan_parcels o where o.brand_id = ${deed.brandId} and o.id = ${orphanId} ${seen(deed)} for update`.execute(deed.trx);
  return rows[0];
}

/** One; undefined where the actor may not see it. */
export async function orphanById(deed: Deed, orphanId: string): Promise<OrphanRow | undefined> {
  const { rows } = await sql<OrphanRow>`
    select ${columns} from orphan_parcels o where o.brand_id = ${deed.brandId} and o.id = ${orphanId} ${seen(deed)}`.execute(deed.trx);
  return rows[0];
}

/** What narrows a list. */
export interface OrphanFilter {
  state?: 'open' | 'matched' | undefined;
  centerId?: string | undefined;
  waybill?: string | undefined;
  serialHash?: Buffer | undefined;
  phoneHash?: Buffer | undefined;
}

/** From the newest. */
export async function listOrphans(deed: Deed, filter: OrphanFilter, after: string | null, limit: number): Promise<OrphanRow[]> {
  const { state, centerId, waybill, serialHash, phoneHash } = filter;
  const { rows } = await sql<OrphanRow>`
    select ${columns} from orphan_parcels o
     where o.brand_id = ${deed.brandId} ${seen(deed)}
       ${state === undefined ? sql`` : state === 'open' ? sql`and o.ticket_id is null` : sql`and o.ticket_id is not null`}
       ${centerId === undefined ? sql`` : sql`and o.center_id = ${centerId}`}
       ${waybill === undefined ? sql`` : sql`and o.waybill = ${waybill}`}
       ${serialHash === undefined ? sql`` : sql`and o.serial_hash = ${serialHash}`}
       ${phoneHash === undefined ? sql`` : sql`and o.phone_hash = ${phoneHash}`}
       ${after === null ? sql`` : sql`and o.id < ${after}`}
     order by o.id desc limit ${limit}`.execute(deed.trx);
  return rows;
}

/** A ticket that waits for a device, and what it has in common with a parcel. */
export interface Candidate {
  ticketId: string;
  code: string;
  by: MatchedBy;
}

const isComing = sql`t.status = any(${[...comingIn]}::text[])`;

/** Tickets that could be meant, the surest first; `phone` in clear, as it was given with the call: null where it is not at hand. */
export async function candidatesOf(deed: Deed, row: OrphanRow, phone: string | null): Promise<Candidate[]> {
  const { rows } = await sql<Candidate>`
    select distinct on (t.id) t.id as "ticketId", t.code, m.by
      from (
        select x.ticket_id as id, 'waybill' as by, 1 as rank from shipments s
          join shipment_tickets x on x.brand_id = s.brand_id and x.shipment_id = s.id
         where s.brand_id = ${deed.brandId} and s.direction = 'inbound' and s.id = ${holderOf(deed, row.carrier, row.waybill)}
        union all
        select t.id, 'serial', 2 from device_identifiers i join tickets t on t.brand_id = i.brand_id and t.device_id = i.device_id
         where i.brand_id = ${deed.brandId} and i.value_hash = ${row.serialHash}
        union all
        select t.id, 'phone', 3 from contacts k join tickets t on t.brand_id = k.brand_id and t.contact_id = k.id
         where k.brand_id = ${deed.brandId} and k.phone = ${phone}
      ) m join tickets t on t.brand_id = ${deed.brandId} and t.id = m.id
     where ${isComing} ${visibleTo(deed.actor)} order by t.id, m.rank limit 20`.execute(deed.trx);
  const order: readonly MatchedBy[] = ['waybill', 'serial', 'phone'];
  return rows.toSorted((a, b) => order.indexOf(a.by) - order.indexOf(b.by));
}

/** Whether a serial is known by which the device of the ticket can be told from another one. */
export async function isIdentified(deed: Deed, ticketId: string): Promise<boolean> {
  const { rows } = await sql`
    select from device_identifiers i join tickets t on t.brand_id = i.brand_id and t.device_id = i.device_id
     where t.brand_id = ${deed.brandId} and t.id = ${ticketId} and i.type = 'serial' limit 1`.execute(deed.trx);
  return rows.length > 0;
}

/** Parcels that are brought to one ticket at once. */
export const MOST_MATCHED = 20;

/** What a ticket can be found by. */
export interface Traits {
  waybills: { carrier: string; waybill: string }[];
  /** Hex. */
  serials: string[];
  phone: string | null;
}

/** Of a ticket that waits for its device; undefined for every other. */
export async function traitsOf(deed: Deed, ticketId: string): Promise<Traits | undefined> {
  const { rows } = await sql<Traits>`
    select (select k.phone from contacts k where k.brand_id = t.brand_id and k.id = t.contact_id) as phone,
           (select coalesce(jsonb_agg(encode(i.value_hash, 'hex')), '[]') from device_identifiers i
             where i.brand_id = t.brand_id and i.device_id = t.device_id) as serials,
           (select coalesce(jsonb_agg(jsonb_build_object('carrier', s.carrier, 'waybill', w.waybill)), '[]')
              from shipment_tickets x join shipments s on s.brand_id = x.brand_id and s.id = x.shipment_id
              cross join lateral (select s.waybill union all select f.waybill from further_waybills f
                                   where f.brand_id = s.brand_id and f.shipment_id = s.id) w
             where x.brand_id = t.brand_id and x.ticket_id = t.id and s.direction = 'inbound') as waybills
      from tickets t where t.brand_id = ${deed.brandId} and t.id = ${ticketId} and ${isComing}`.execute(deed.trx);
  return rows[0];
}

/** Waybills of the oldest open parcels that bear one of these identifiers, another one of the same device, or one of these telephone numbers. */
export async function openWaybillsOf(
  deed: Deed,
  serials: readonly Buffer[],
  phones: readonly Buffer[],
  limit: number,
): Promise<{ carrier: string; waybill: string }[]> {
  const { rows } = await sql<{ carrier: string; waybill: string }>`
    with hashes as (
      select unnest(${serials}::bytea[]) as hash
      union
      select other.value_hash from device_identifiers i
        join device_identifiers other on other.brand_id = i.brand_id and other.device_id = i.device_id
       where i.brand_id = ${deed.brandId} and i.value_hash = any(${serials}::bytea[])
    )
    select o.carrier, o.waybill from orphan_parcels o
     where o.brand_id = ${deed.brandId} and o.ticket_id is null and o.carrier is not null and o.waybill is not null
       and (o.serial_hash = any(array(select hash from hashes)) or o.phone_hash = any(${phones}::bytea[]))
     order by o.id limit ${limit}`.execute(deed.trx);
  return rows;
}

/** Open parcels that one of these names, locked; those that somebody else is matching are left to them. */
export async function openBy(deed: Deed, { waybills, serials }: Traits, phoneHash: Buffer | null): Promise<OrphanRow[]> {
  const names = waybills.map(({ carrier, waybill }) => `${carrier}/${waybill}`);
  const { rows } = await sql<OrphanRow>`
    select ${columns} from orphan_parcels o
     where o.brand_id = ${deed.brandId} and o.ticket_id is null
       and ((o.waybill = any(${waybills.map(({ waybill }) => waybill)}::text[]) and o.carrier || '/' || o.waybill = any(${names}::text[]))
            or o.serial_hash = any(${serials.map((hex) => Buffer.from(hex, 'hex'))}::bytea[]) or o.phone_hash = ${phoneHash})
     order by o.id limit ${MOST_MATCHED} for update skip locked`.execute(deed.trx);
  return rows;
}

/** They belong together from now on. */
export async function writeMatch(deed: Deed, orphanId: string, match: { ticketId: string; shipmentId: string | null; by: MatchedBy }): Promise<void> {
  await sql`
    update orphan_parcels set ticket_id = ${match.ticketId}, shipment_id = ${match.shipmentId}, matched_by = ${match.by}, matched_at = ${deed.now}
     where brand_id = ${deed.brandId} and id = ${orphanId}`.execute(deed.trx);
}
