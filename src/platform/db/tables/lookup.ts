// What the public lookup reads and counts (migrations/0005, 0007).
import type { Fixed } from './column.ts';

export interface LookupFailures {
  brand_id: Fixed<string>;
  ticket_id: Fixed<string>;
  failures: number;
  window_start: Date;
}

/** What the public lookup may read: a view of allowed columns, not a filter over the record. */
export interface PublicProgress {
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
  promised_at: Date | null;
  hold_reason: string | null;
  promises: object | null;
  hold: object | null;
  center_hours: object | null;
  center_time_zone: string | null;
  labels: object | null;
  wish: 'return' | 'disposal' | null;
  quote_until: Date | null;
  came_back_at: Date | null;
}

/** Read before the tenant is known: whose link is this. */
export interface LinkRing {
  link_hash: Buffer;
  brand_id: string;
  ticket_id: string;
  contact_id: string;
  closed_at: Date | null;
}
