// Parcels and what carriers say about them. Events are kept for ever and deduplicated one by one, because most carriers
// repeat the whole history with every push. Creates empty tables only: no lock on existing data.
import { type Kysely, sql } from 'kysely';

const parcelStatuses = sql.raw(
  [
    'label_created',
    'picked_up',
    'in_transit',
    'transferred',
    'customs',
    'out_for_delivery',
    'available_for_pickup',
    'attempt_failed',
    'exception',
    'delivered',
    'refused',
    'returning',
    'returned',
    'lost',
    'cancelled',
    'expired',
    'unknown',
  ]
    .map((status) => `'${status}'`)
    .join(', '),
);

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table carrier_accounts (
      brand_id       text collate "C" not null constraint carrier_accounts_brand_fkey references brands,
      id             text collate "C" not null,
      carrier        text not null,
      name           text not null,
      sealed_secret  bytea not null,
      key_id         smallint not null,
      created_at     timestamptz not null,
      constraint carrier_accounts_pkey primary key (id, brand_id)
    )`.execute(db);

  await sql`
    create table shipments (
      brand_id               text collate "C" not null,
      id                     text collate "C" not null,
      ticket_id              text collate "C" not null,
      direction              text not null constraint shipments_direction_check check (direction in ('inbound', 'outbound')),
      carrier                text not null,
      waybill                text not null,
      status                 text not null constraint shipments_status_check check (status in (${parcelStatuses})),
      status_raw             text,
      -- When the event that set the status happened: an older scan that arrives later moves nothing.
      status_at              timestamptz,
      label_url              text,
      label_expires_at       timestamptz,
      pickup_from            timestamptz,
      pickup_to              timestamptz,
      payer                  text not null constraint shipments_payer_check check (payer in ('brand', 'center', 'customer')),
      declared_value         integer,
      declared_currency      text,
      eta                    timestamptz,
      delivered_at           timestamptz,
      -- Inbound only: a parcel the carrier delivered is opened by this time.
      open_by                timestamptz,
      booked_by              text collate "C" not null,
      created_at             timestamptz not null,
      updated_at             timestamptz not null,
      constraint shipments_pkey primary key (brand_id, id),
      constraint shipments_waybill_key unique (brand_id, carrier, waybill),
      constraint shipments_ticket_fkey foreign key (brand_id, ticket_id) references tickets (brand_id, id)
    )`.execute(db);
  await sql`create index shipments_ticket_idx on shipments (brand_id, ticket_id, id)`.execute(db);
  await sql`create index shipments_waybill_idx on shipments (brand_id, waybill)`.execute(db);

  await sql`
    create table tracking_events (
      brand_id      text collate "C" not null constraint tracking_events_brand_fkey references brands,
      id            text collate "C" not null,
      carrier       text not null,
      waybill       text not null,
      -- Identity of the event at the carrier, or a hash of what makes it one; the same event never counts twice.
      event_key     text not null,
      -- Null while the waybill belongs to no shipment: the event is parked.
      shipment_id   text collate "C",
      status        text not null constraint tracking_events_status_check check (status in (${parcelStatuses})),
      code_raw      text not null,
      detail        text,
      location      text,
      occurred_at   timestamptz not null,
      received_at   timestamptz not null,
      payload_hash  bytea not null,
      constraint tracking_events_pkey primary key (brand_id, id),
      constraint tracking_events_event_key unique (brand_id, carrier, waybill, event_key),
      constraint tracking_events_shipment_fkey foreign key (brand_id, shipment_id) references shipments (brand_id, id)
    )`.execute(db);
  await sql`create index tracking_events_shipment_idx on tracking_events (brand_id, shipment_id, occurred_at)`.execute(db);
  await sql`create index tracking_events_orphan_idx on tracking_events (brand_id, waybill) where shipment_id is null`.execute(db);
}
