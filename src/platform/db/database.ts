// The tables and columns as PostgreSQL holds them, written by hand; a test compares it with the migrated database.
import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from 'kysely';

type Json = JSONColumnType<object, string, string>;
type NullableJson = ColumnType<object | null, string | null, string | null>;
/** Set once by the insert; the application is granted no update that would need it. */
type Fixed<T> = ColumnType<T, T, never>;

interface Installation {
  id: Generated<number>;
  epoch: Generated<string>;
}

interface Brands {
  brand_id: Fixed<string>;
  slug: string;
  name: string;
  lookup_mode: Generated<'open' | 'proof' | 'link'>;
  locale: Generated<'zh-CN' | 'en'>;
  time_zone: Generated<string>;
  contact_line: string;
  created_at: Fixed<Date>;
  updated_at: Date;
}

interface ServiceCenters {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  code: string;
  name: string;
  kind: 'own' | 'authorized' | 'partner' | 'drop_point';
  phone: string;
  address: string;
  locale: 'zh-CN' | 'en';
  time_zone: string;
  created_at: Fixed<Date>;
  updated_at: Date;
}

interface ApiKeys {
  id: Fixed<string>;
  holder: Fixed<string>;
  brand_id: Fixed<string | null>;
  center_id: Fixed<string | null>;
  kind: Fixed<'admin' | 'brand' | 'center' | 'courier'>;
  name: string;
  scopes: string[];
  secret_hash: Fixed<Buffer>;
  expires_at: Date | null;
  revoked_at: Date | null;
  last_used_at: Date | null;
  created_at: Fixed<Date>;
}

interface IdempotencyKeys {
  brand_id: Fixed<string>;
  holder: Fixed<string>;
  route: Fixed<string>;
  key: Fixed<string>;
  fingerprint: Fixed<Buffer>;
  status: number | null;
  headers: NullableJson;
  body: string | null;
  created_at: Fixed<Date>;
}

interface Contacts {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  name: string | null;
  phone: string | null;
  email: string | null;
  address: string | null;
  locale: 'zh-CN' | 'en';
  time_zone: string;
  created_at: Fixed<Date>;
}

interface Devices {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  kind: 'phone' | 'laptop' | 'tablet' | 'appliance' | 'other';
  maker: string | null;
  model: string | null;
  created_at: Fixed<Date>;
}

interface DeviceIdentifiers {
  brand_id: Fixed<string>;
  device_id: Fixed<string>;
  type: Fixed<'serial' | 'imei' | 'imei2' | 'meid'>;
  value_hash: Buffer;
  confusable_hash: Buffer;
  sealed: Buffer;
  key_id: number;
  last4: string;
  created_at: Fixed<Date>;
}

interface Tickets {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  code: Fixed<string>;
  channel: Fixed<'walk_in' | 'mail_in' | 'drop_off'>;
  status: string;
  version: number;
  outcome: string | null;
  center_id: string;
  opened_by: Fixed<string>;
  device_id: Fixed<string>;
  contact_id: Fixed<string>;
  fault_reported: string;
  return_method: 'ship' | 'pick_up';
  jurisdiction: 'CN' | 'EU' | 'US-CA' | 'none';
  external_ref: string | null;
  stages_reached: Json;
  qc_failures: Generated<number>;
  created_at: Fixed<Date>;
  updated_at: Date;
  closed_at: Date | null;
  next_update_by: Date | null;
}

interface TicketEvents {
  brand_id: Fixed<string>;
  ticket_id: Fixed<string>;
  seq: Fixed<number>;
  action: Fixed<string>;
  from_status: Fixed<string | null>;
  to_status: Fixed<string>;
  prev_seq: GeneratedAlways<number | null>;
  actor_kind: Fixed<'admin' | 'brand' | 'center' | 'courier' | 'customer' | 'system'>;
  actor_id: Fixed<string>;
  reason: Fixed<string | null>;
  customer_note: Fixed<string | null>;
  data: ColumnType<object, string, never>;
  request_id: Fixed<string>;
  occurred_at: Fixed<Date>;
}

interface Notes {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  ticket_id: Fixed<string>;
  visibility: Fixed<'internal' | 'customer'>;
  body: Fixed<string>;
  author_id: Fixed<string>;
  created_at: Fixed<Date>;
}

interface Quotes {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  ticket_id: Fixed<string>;
  status: 'sent' | 'approved' | 'declined';
  currency: Fixed<string>;
  lines: ColumnType<object[], string, never>;
  total: Fixed<number>;
  diagnosis_fee: Fixed<number>;
  valid_until: Fixed<Date>;
  promised_days: Fixed<number>;
  sent_at: Fixed<Date>;
  decided_at: Date | null;
  consent: NullableJson;
}

interface PartLines {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  ticket_id: Fixed<string>;
  part_no: Fixed<string>;
  name: Fixed<string>;
  expected_on: string;
  ordered_at: Fixed<Date>;
  received_at: Date | null;
}

interface CarrierAccounts {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  carrier: Fixed<string>;
  name: string;
  sealed_secret: Buffer;
  key_id: number;
  created_at: Fixed<Date>;
}

interface Shipments {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  ticket_id: Fixed<string>;
  direction: Fixed<'inbound' | 'outbound'>;
  carrier: Fixed<string>;
  waybill: Fixed<string>;
  status: string;
  status_raw: string | null;
  status_at: Date | null;
  label_url: string | null;
  label_expires_at: Date | null;
  pickup_from: Date | null;
  pickup_to: Date | null;
  payer: 'brand' | 'center' | 'customer';
  declared_value: number | null;
  declared_currency: string | null;
  eta: Date | null;
  delivered_at: Date | null;
  open_by: Date | null;
  booked_by: Fixed<string>;
  created_at: Fixed<Date>;
  updated_at: Date;
}

interface TrackingEvents {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  carrier: Fixed<string>;
  waybill: Fixed<string>;
  event_key: Fixed<string>;
  shipment_id: string | null;
  status: Fixed<string>;
  code_raw: Fixed<string>;
  detail: Fixed<string | null>;
  location: Fixed<string | null>;
  occurred_at: Fixed<Date>;
  received_at: Fixed<Date>;
  payload_hash: Fixed<Buffer>;
}

interface WebhookEndpoints {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  owner_key_id: Fixed<string>;
  owner_kind: Fixed<'brand' | 'center' | 'courier'>;
  center_id: Fixed<string | null>;
  url: string;
  sealed_secrets: Buffer[];
  key_id: number;
  events: string[];
  strict_order: Generated<boolean>;
  disabled_at: Date | null;
  disabled_reason: string | null;
  created_at: Fixed<Date>;
  updated_at: Date;
}

interface Lanes {
  brand_id: Fixed<string>;
  id: GeneratedAlways<number>;
  subject: Fixed<string>;
  recipient: Fixed<string>;
  state: 'idle' | 'ready' | 'enqueued' | 'waiting' | 'stopped';
  generation: Generated<number>;
  tail: number;
  done: Generated<number>;
  lease_until: Date | null;
  next_at: Date | null;
}

interface Outbox {
  brand_id: Fixed<string>;
  id: Generated<number>;
  lane_id: Fixed<number>;
  subject: Fixed<string>;
  recipient: Fixed<string>;
  event_seq: Fixed<number | null>;
  channel: Fixed<string>;
  message: Fixed<string>;
  facts: ColumnType<object, string, never>;
  message_id: Fixed<string>;
  traceparent: Fixed<string | null>;
  state: Generated<'pending' | 'sent' | 'dead' | 'skipped'>;
  attempts: Generated<number>;
  tried_before: Generated<number>;
  dead_reason: string | null;
  rendered: NullableJson;
  created_at: Fixed<Date>;
  finished_at: Date | null;
}

interface DeliveryAttempts {
  brand_id: Fixed<string>;
  outbox_id: Fixed<number>;
  attempt: Fixed<number>;
  started_at: Fixed<Date>;
  finished_at: Date | null;
  outcome: 'sent' | 'retry' | 'dead' | 'skipped' | null;
  status_code: number | null;
  detail: string | null;
}

interface Replays {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  requested_by: Fixed<string>;
  selection: ColumnType<object, string, never>;
  replayed: Fixed<number>;
  created_at: Fixed<Date>;
}

interface LookupFailures {
  brand_id: Fixed<string>;
  ticket_id: Fixed<string>;
  failures: number;
  window_start: Date;
}

/** What the public lookup may read: a view of allowed columns, not a filter over the record. */
interface PublicProgress {
  value_hash: Buffer;
  confusable_hash: Buffer;
  identifier_type: 'serial' | 'imei' | 'imei2' | 'meid';
  identifier_last4: string;
  brand_id: string;
  brand_slug: string;
  lookup_mode: 'open' | 'proof' | 'link';
  contact_line: string;
  time_zone: string;
  ticket_id: string;
  device_id: string;
  code: string;
  status: string;
  outcome: string | null;
  return_method: 'ship' | 'pick_up';
  stages_reached: object;
  created_at: Date;
  closed_at: Date | null;
  next_update_by: Date | null;
  phone_last4: string | null;
  maker: string | null;
  model: string | null;
  center_name: string | null;
  center_phone: string | null;
  proof_failures: number | null;
  proof_window_start: Date | null;
  timeline: object | null;
  parcels: object | null;
  quote_total: object | null;
}

interface KeyRing {
  id: string;
  holder: string;
  brand_id: string | null;
  center_id: string | null;
  kind: 'admin' | 'brand' | 'center' | 'courier';
  scopes: string[];
  secret_hash: Buffer;
  expires_at: Date | null;
  revoked_at: Date | null;
  last_used_at: Date | null;
}

interface CarrierAccountRing {
  id: string;
  brand_id: string;
  carrier: string;
  sealed_secret: Buffer;
  key_id: number;
}

/** Every table and view of the application, by name. */
export interface Database {
  installation: Installation;
  brands: Brands;
  service_centers: ServiceCenters;
  api_keys: ApiKeys;
  idempotency_keys: IdempotencyKeys;
  contacts: Contacts;
  devices: Devices;
  device_identifiers: DeviceIdentifiers;
  tickets: Tickets;
  ticket_events: TicketEvents;
  notes: Notes;
  quotes: Quotes;
  part_lines: PartLines;
  carrier_accounts: CarrierAccounts;
  shipments: Shipments;
  tracking_events: TrackingEvents;
  webhook_endpoints: WebhookEndpoints;
  lanes: Lanes;
  outbox: Outbox;
  delivery_attempts: DeliveryAttempts;
  replays: Replays;
  lookup_failures: LookupFailures;
  public_progress: PublicProgress;
  key_ring: KeyRing;
  carrier_account_ring: CarrierAccountRing;
}
