// Parcels and what carriers say about them (migrations/0003, …_carriers, …_parcels).
import type { Generated } from 'kysely';
import type { Fixed, GeneratedJson, NullableJson } from './column.ts';

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
  former_secret: Buffer | null;
  former_key_id: number | null;
  former_until: Date | null;
  created_at: Fixed<Date>;
}

export interface Shipments {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  ticket_id: Fixed<string>;
  direction: Fixed<'inbound' | 'outbound' | 'transfer' | 'loaner_out' | 'loaner_in'>;
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
  to_center_id: string | null;
  received_at: Date | null;
  insured_value: number | null;
  insured_currency: string | null;
  ready_at: Date | null;
  proof: NullableJson;
}

export interface FurtherWaybills {
  brand_id: Fixed<string>;
  waybill: Fixed<string>;
  carrier: Fixed<string>;
  shipment_id: Fixed<string>;
  linked_at: Fixed<Date>;
}

export interface ShipmentTickets {
  brand_id: Fixed<string>;
  shipment_id: Fixed<string>;
  ticket_id: Fixed<string>;
  caused: Generated<string[]>;
  told: Generated<string[]>;
  told_eta: Date | null;
  hold_id: string | null;
  alarm_at: Date | null;
}

export interface Claims {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  shipment_id: Fixed<string>;
  kind: Fixed<'lost' | 'damaged' | 'delayed' | 'other'>;
  state: 'draft' | 'filed' | 'accepted' | 'denied' | 'paid' | 'withdrawn';
  amount: number | null;
  paid: number | null;
  currency: string | null;
  claim_number: string | null;
  answer_by: Date | null;
  note: string | null;
  opened_by: Fixed<string>;
  created_at: Fixed<Date>;
  updated_at: Date;
  filed_at: Date | null;
  settled_at: Date | null;
  alarm_at: Date | null;
  file_by: Date | null;
}

export interface OrphanParcels {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  center_id: Fixed<string>;
  carrier: Fixed<string | null>;
  waybill: Fixed<string | null>;
  serial_hash: Fixed<Buffer | null>;
  serial_last4: Fixed<string | null>;
  phone_hash: Fixed<Buffer | null>;
  phone_last4: Fixed<string | null>;
  note: string | null;
  registered_by: Fixed<string>;
  created_at: Fixed<Date>;
  ticket_id: string | null;
  shipment_id: string | null;
  matched_by: 'waybill' | 'serial' | 'phone' | 'hand' | null;
  matched_at: Date | null;
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
  continues_as: Fixed<string | null>;
}

export interface CarrierAccountRing {
  id: string;
  brand_id: string;
  carrier: string;
  sealed_secret: Buffer;
  key_id: number;
  codes: object;
  time_zone: string | null;
  former_secret: Buffer | null;
  former_key_id: number | null;
  former_until: Date | null;
}
