// Parcels and what carriers say about them (migrations/0003).
import type { Generated } from 'kysely';
import type { Fixed, GeneratedJson } from './column.ts';

export interface CarrierAccounts {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  carrier: Fixed<string>;
  name: string;
  sealed_secret: Buffer;
  key_id: number;
  sealed_api_key: Buffer | null;
  api_key_id: number | null;
  codes: GeneratedJson;
  time_zone: string | null;
  created_at: Fixed<Date>;
}

export interface Shipments {
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
  watch: string | null;
  heard_at: Generated<Date>;
  ask_after: Date | null;
  asked_in_vain: Generated<number>;
  open_by: Date | null;
  booked_by: Fixed<string>;
  created_at: Fixed<Date>;
  updated_at: Date;
}

export interface TrackingEvents {
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
  occurred_local: Fixed<string | null>;
  received_at: Fixed<Date>;
  payload_hash: Fixed<Buffer>;
}

export interface CarrierAccountRing {
  id: string;
  brand_id: string;
  carrier: string;
  sealed_secret: Buffer;
  key_id: number;
  codes: object;
  time_zone: string | null;
}
