// SQL of the numbers a parcel travels under: its own, and those under which a carrier has passed it on.
import { type RawBuilder, sql } from 'kysely';
import type { Deed } from '#access/deed.ts';

/** The id of the shipment that has this waybill, as its own or as a further one; null where none has. */
export const holderOf = (deed: Deed, carrier: string | null, waybill: string | null): RawBuilder<string | null> => sql<string | null>`coalesce(
    (select own.id from shipments own where own.brand_id = ${deed.brandId} and own.carrier = ${carrier} and own.waybill = ${waybill}),
    (select w.shipment_id from further_waybills w where w.brand_id = ${deed.brandId} and w.carrier = ${carrier} and w.waybill = ${waybill}))`;

/** A column over `shipments s`: its further waybills, oldest first. */
export const furtherWaybills = sql`
  array(select w.waybill from further_waybills w where w.brand_id = s.brand_id and w.shipment_id = s.id order by w.linked_at, w.waybill)`;

/** A number that scans of this shipment name and that no shipment has yet. */
export async function unlinkedOf(deed: Deed, { id, carrier }: { id: string; carrier: string }): Promise<string | undefined> {
  const { rows } = await sql<{ waybill: string }>`
    select e.continues_as as waybill from tracking_events e
     where e.brand_id = ${deed.brandId} and e.shipment_id = ${id} and e.continues_as is not null
       and not exists (select from shipments o where o.brand_id = e.brand_id and o.carrier = ${carrier} and o.waybill = e.continues_as)
       and not exists (select from further_waybills w where w.brand_id = e.brand_id and w.carrier = ${carrier} and w.waybill = e.continues_as)
     order by e.occurred_at, e.id limit 1`.execute(deed.trx);
  return rows[0]?.waybill;
}

/** Numbers that parked scans of this one, whose lock is held, say the parcel goes on under. */
export async function beyond(deed: Deed, carrier: string, waybill: string): Promise<string[]> {
  const { rows } = await sql<{ waybill: string }>`
    select e.continues_as as waybill from tracking_events e
     where e.brand_id = ${deed.brandId} and e.carrier = ${carrier} and e.waybill = ${waybill} and e.shipment_id is null and e.continues_as is not null
     order by e.occurred_at, e.id`.execute(deed.trx);
  return rows.map((row) => row.waybill);
}

/**
 * Gives the shipment the number, whose lock is held, as its newest, also of several that are linked at the same time; false where another shipment
 * has it, which keeps it.
 */
export async function link(deed: Deed, { id, carrier }: { id: string; carrier: string }, waybill: string): Promise<boolean> {
  const { rows } = await sql`
    insert into further_waybills (brand_id, waybill, carrier, shipment_id, linked_at)
    select ${deed.brandId}, ${waybill}, ${carrier}, ${id}, greatest(${deed.now}::timestamptz,
             (select max(w.linked_at) + interval '1 microsecond' from further_waybills w where w.brand_id = ${deed.brandId} and w.shipment_id = ${id}))
     where ${holderOf(deed, carrier, waybill)} is null
    on conflict do nothing
    returning shipment_id`.execute(deed.trx);
  return rows.length === 1;
}
