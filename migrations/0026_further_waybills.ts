// A carrier hands a parcel on and it travels under another number: the shipment has that number too. A small table, and a column without a
// default on the scans: short locks.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // The number under which the parcel goes on, as the scan says.
  await sql`alter table tracking_events add column continues_as text`.execute(db);
  await sql`
    create table further_waybills (
      brand_id     text collate "C" not null,
      waybill      text not null,
      carrier      text not null,
      shipment_id  text collate "C" not null,
      linked_at    timestamptz not null,
      constraint further_waybills_pkey primary key (brand_id, waybill, carrier),
      constraint further_waybills_shipment_fkey foreign key (brand_id, shipment_id) references shipments (brand_id, id)
    )`.execute(db);
  await sql`create index further_waybills_shipment_idx on further_waybills (brand_id, shipment_id)`.execute(db);
  await sql`grant select, insert on further_waybills to glassbench_app`.execute(db);
  await sql`alter table further_waybills enable row level security`.execute(db);
  await sql`
    create policy tenant on further_waybills to glassbench_app
    using (brand_id = (select current_setting('app.brand_id', true)) or (select current_setting('app.brand_id', true)) = '*')`.execute(db);
}
