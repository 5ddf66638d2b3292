// The repair ticket and what hangs on it (migrations/0002, 0006, 0014).
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { Fixed, GeneratedJson, Json, NullableJson } from './column.ts';

export interface Contacts {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  name: string | null;
  phone: string | null;
  email: string | null;
  address: string | null;
  locale: 'zh-CN' | 'en';
  time_zone: string;
  created_at: Fixed<Date>;
  wechat_openid: string | null;
  opted_out: Generated<string[]>;
  quiet_hours: NullableJson;
  email_hash: Buffer | null;
  phone_hash: Buffer | null;
  wechat_hash: Buffer | null;
}

export interface Devices {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  kind: 'phone' | 'laptop' | 'tablet' | 'appliance' | 'other';
  maker: string | null;
  model: string | null;
  created_at: Fixed<Date>;
}

export interface DeviceIdentifiers {
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

export interface Tickets {
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
  promised_at: Date | null;
  due_at: Date | null;
  stuck_at: Date | null;
  hold_reason: string | null;
  alarm_at: Date | null;
  reminders: Generated<number>;
  repaired_by: string | null;
  disputed_at: Date | null;
  parent_ticket_id: string | null;
  link_hash: Buffer | null;
  link_generation: Generated<number>;
  told: GeneratedJson;
  stuck_again_at: Date | null;
}

export interface TicketEvents {
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
  suppressed: Generated<boolean>;
}

export interface Notes {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  ticket_id: Fixed<string>;
  visibility: Fixed<'internal' | 'customer'>;
  body: Fixed<string>;
  author_id: Fixed<string>;
  created_at: Fixed<Date>;
}

export interface Quotes {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  ticket_id: Fixed<string>;
  version: Fixed<number>;
  status: 'draft' | 'sent' | 'approved' | 'declined' | 'expired' | 'superseded';
  form: Generated<'standard' | 'eu_erif'>;
  currency: string;
  lines: ColumnType<object[], string, string>;
  total: number;
  diagnosis_fee: number;
  valid_days: number;
  valid_until: Date | null;
  promised_days: number;
  supersedes: string | null;
  sent_at: Date | null;
  decided_at: Date | null;
  decided_by: 'customer' | 'center' | 'system' | null;
  wish: 'return' | 'disposal' | null;
  consent: NullableJson;
  reminders: Generated<number>;
  alarm_at: Date | null;
}

export interface PartLines {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  ticket_id: Fixed<string>;
  part_no: Fixed<string>;
  name: Fixed<string>;
  expected_on: string;
  ordered_at: Fixed<Date>;
  received_at: Date | null;
  state: Generated<'ordered' | 'backordered' | 'received' | 'fitted' | 'returned_unused'>;
  grade: 'original' | 'compatible' | 'refurbished' | null;
  serial_old: string | null;
  serial_new: string | null;
  fitted_at: Date | null;
}
