// A parcel carries the ticket it was booked for, whoever books it: the release before knows no shipment_tickets, and what it booked while
// this one was brought in would be seen by nobody. Adds a trigger under a short lock on shipments, and the rows that are missing.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function carry_own_ticket() returns trigger language plpgsql as $$
    begin
      insert into shipment_tickets (brand_id, shipment_id, ticket_id) values (new.brand_id, new.id, new.ticket_id) on conflict do nothing;
      return null;
    end $$`.execute(db);
  await sql`create trigger shipments_carry_own_ticket after insert on shipments for each row execute function carry_own_ticket()`.execute(db);
  await sql`
    insert into shipment_tickets (brand_id, shipment_id, ticket_id, caused)
    select s.brand_id, s.id, s.ticket_id,
           coalesce((select array_agg(distinct e.action) from ticket_events e
                      where e.brand_id = s.brand_id and e.ticket_id = s.ticket_id and e.action like 'shipment.%' and s.status <> 'label_created'), '{}')
      from shipments s
     where not exists (select from shipment_tickets x where x.brand_id = s.brand_id and x.ticket_id = s.ticket_id and x.shipment_id = s.id)
        on conflict do nothing`.execute(db);
}
