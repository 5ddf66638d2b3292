// Whoever looks a repair up is shown the promised day also where it was sent by mistake and put right after that day: the lookup learns when the device came
// back, which it read off the statuses, and those are the same then. The view of 0034 with one column behind its others; who may read them stays. A short
// lock on the view alone, and nothing is rewritten.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create or replace view public_progress as
    select i.value_hash, i.confusable_hash, i.type as identifier_type, i.last4 as identifier_last4,
           b.brand_id, b.slug as brand_slug, b.lookup_mode, b.contact_line, b.time_zone,
           t.id as ticket_id, t.device_id, t.code, t.status, t.outcome, t.return_method, t.stages_reached,
           t.created_at, t.closed_at, t.next_update_by,
           right(c.phone, 4) as phone_last4,
           d.maker, d.model,
           s.name as center_name, s.phone as center_phone,
           f.failures as proof_failures, f.window_start as proof_window_start,
           (select jsonb_agg(jsonb_build_object('status', e.to_status, 'at', e.occurred_at) order by e.seq)
              from ticket_events e
             where e.brand_id = t.brand_id and e.ticket_id = t.id and e.from_status is distinct from e.to_status) as timeline,
           (select jsonb_agg(jsonb_build_object('carrier', p.carrier, 'waybillLast4', right(coalesce(
                     (select w.waybill from further_waybills w where w.brand_id = p.brand_id and w.shipment_id = p.id
                       order by w.linked_at desc, w.waybill desc limit 1), p.waybill), 4)) order by p.id)
              from shipment_tickets x
              join shipments p on p.brand_id = x.brand_id and p.id = x.shipment_id
             where x.brand_id = t.brand_id and x.ticket_id = t.id and p.direction = 'outbound' and p.status <> 'cancelled') as parcels,
           -- As src/tickets/to-pay.ts has it.
           case when t.outcome is null or t.outcome in ('repaired', 'replaced')
                then (select case when q.status in ('sent', 'approved') then jsonb_build_object('amount', q.total, 'currency', q.currency) end
                        from quotes q
                       where q.brand_id = t.brand_id and q.ticket_id = t.id and q.status <> 'draft'
                       order by q.version desc limit 1) end as quote_total,
           t.promised_at, t.hold_reason,
           (select jsonb_agg(jsonb_build_object('promisedAt', p.promised_at, 'reason', p.reason, 'note', p.note, 'madeAt', p.made_at) order by p.n)
              from promises p
             where p.brand_id = t.brand_id and p.ticket_id = t.id) as promises,
           (select jsonb_build_object('resumeBy', h.resume_by, 'customerText', h.customer_text)
              from holds h
             where h.brand_id = t.brand_id and h.ticket_id = t.id and h.closed_at is null) as hold,
           s.hours as center_hours, s.time_zone as center_time_zone, b.labels,
           -- As src/tickets/wish.ts has it. A repair that stands elsewhere costs the lookup nothing.
           case when t.status in ('ready', 'disposed') and t.outcome = 'returned_unrepaired'
                 and not exists (select from shipment_tickets x join shipments p on p.brand_id = x.brand_id and p.id = x.shipment_id
                                  where x.brand_id = t.brand_id and x.ticket_id = t.id and p.direction = 'outbound')
                 and not exists (select from ticket_events e where e.brand_id = t.brand_id and e.ticket_id = t.id
                                    and e.to_status = 'delivered' and e.from_status <> 'delivered' and e.action <> 'admin.reopen')
                then (select q.wish from quotes q where q.brand_id = t.brand_id and q.ticket_id = t.id and q.status <> 'draft'
                       order by q.version desc limit 1) end as wish,
           case when t.status = 'quoted'
                then (select case when q.status = 'sent' then q.valid_until end
                        from quotes q where q.brand_id = t.brand_id and q.ticket_id = t.id and q.status <> 'draft'
                       order by q.version desc limit 1) end as quote_until,
           -- As src/tickets/came-back.ts has it.
           (select max(e.occurred_at) from ticket_events e
             where e.brand_id = t.brand_id and e.ticket_id = t.id and e.action in ('shipment.returned', 'delivery.dispute')) as came_back_at
      from device_identifiers i
      join tickets t on t.brand_id = i.brand_id and t.device_id = i.device_id
      join brands b on b.brand_id = t.brand_id
      left join contacts c on c.brand_id = t.brand_id and c.id = t.contact_id
      left join devices d on d.brand_id = t.brand_id and d.id = t.device_id
      left join service_centers s on s.brand_id = t.brand_id and s.id = t.center_id
      left join lookup_failures f on f.brand_id = t.brand_id and f.ticket_id = t.id`.execute(db);
}
