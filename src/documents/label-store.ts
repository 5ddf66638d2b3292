// The SQL of labels: one statement reads the parcel, its ends and the codes of what is in it.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import { visibleTo } from '#access/visible-tickets.ts';
import { usableLabel } from '#mail-in/usable-label.ts';
import type { LabelRecord } from './label.ts';

/**
 * The label of a parcel, or undefined where the actor may see none of its tickets. A customer has it while it can be used, and with the
 * code of the own device alone: that of another one in the parcel is the secret of its owner.
 */
export async function labelRecord(deed: Deed, shipmentId: string): Promise<LabelRecord | undefined> {
  const isCustomer = deed.actor.kind === 'customer';
  const { rows } = await sql<LabelRecord>`
    select s.direction, s.carrier, s.waybill, s.payer, s.label_expires_at as "expiresAt", s.pickup_from as "pickupFrom", s.pickup_to as "pickupTo",
           case when s.declared_value is not null then jsonb_build_object('amount', s.declared_value, 'currency', s.declared_currency) end as declared,
           case when s.insured_value is not null then jsonb_build_object('amount', s.insured_value, 'currency', s.insured_currency) end as insured,
           jsonb_build_object('name', b.name, 'contactLine', b.contact_line) as brand,
           jsonb_build_object('name', c.name, 'address', c.address, 'phone', c.phone, 'timeZone', c.time_zone) as center,
           (select jsonb_build_object('name', o.name, 'address', o.address, 'phone', o.phone) from service_centers o
             where o.brand_id = s.brand_id and o.id = s.to_center_id) as "toCenter",
           jsonb_build_object('name', k.name, 'address', k.address, 'locale', coalesce(k.locale, b.locale)) as customer,
           array(select o.code from shipment_tickets y join tickets o on o.brand_id = y.brand_id and o.id = y.ticket_id
                  where y.brand_id = s.brand_id and y.shipment_id = s.id ${isCustomer ? sql`and o.id = t.id` : sql``} order by o.code) as codes
      from shipments s
      join shipment_tickets x on x.brand_id = s.brand_id and x.shipment_id = s.id
      join tickets t on t.brand_id = x.brand_id and t.id = x.ticket_id
      join brands b on b.brand_id = s.brand_id
      join service_centers c on c.brand_id = t.brand_id and c.id = t.center_id
      join contacts k on k.brand_id = t.brand_id and k.id = t.contact_id
     where s.brand_id = ${deed.brandId} and s.id = ${shipmentId} ${visibleTo(deed.actor)} ${isCustomer ? sql`and ${usableLabel(deed.now)}` : sql``}
     order by t.id limit 1`.execute(deed.trx);
  return rows[0];
}
