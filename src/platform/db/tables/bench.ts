// What runs beside the ticket at the bench: promises, holds, clocks, storage (migrations/0006), policies, alerts, files (0007).
import type { ColumnType, Generated } from 'kysely';
import type { Fixed, Json } from './column.ts';

export interface Promises {
  brand_id: Fixed<string>;
  ticket_id: Fixed<string>;
  n: Fixed<number>;
  promised_at: Fixed<Date>;
  reason: Fixed<string>;
  note: Fixed<string | null>;
  actor_kind: Fixed<string>;
  actor_id: Fixed<string>;
  made_at: Fixed<Date>;
}

export interface Holds {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  ticket_id: Fixed<string>;
  reason: Fixed<string>;
  blame: Fixed<'customer' | 'center' | 'maker' | 'carrier' | 'external'>;
  pauses: Fixed<boolean>;
  customer_text: string | null;
  internal_text: string | null;
  opened_at: Fixed<Date>;
  resume_by: Date;
  closed_at: Date | null;
  alarm_at: Date | null;
}

export interface Clocks {
  brand_id: Fixed<string>;
  ticket_id: Fixed<string>;
  center_id: Fixed<string>;
  name: Fixed<string>;
  run: Fixed<number>;
  policy_version: Fixed<number>;
  basis: Fixed<'working' | 'calendar'>;
  started_at: Fixed<Date>;
  stopped_at: Date | null;
  paused_since: Date | null;
  paused_ms: Generated<number>;
  remaining_ms: number | null;
  due_at: Date | null;
  alarm_at: Date | null;
  breached_at: Date | null;
}

export interface StorageLedgers {
  brand_id: Fixed<string>;
  ticket_id: Fixed<string>;
  since: Fixed<Date>;
  free_until: Date;
  daily_fee: Fixed<number>;
  currency: Fixed<string>;
  keep_until: Date;
  notices: Generated<object>;
  released_at: Date | null;
}

export interface Policies {
  brand_id: Fixed<string>;
  center_id: Fixed<string>;
  version: Fixed<number>;
  body: Json;
  made_by: Fixed<string>;
  effective_at: Fixed<Date>;
}

export interface Alerts {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  ticket_id: Fixed<string>;
  center_id: Fixed<string>;
  kind: Fixed<string>;
  data: ColumnType<object, string, never>;
  raised_at: Fixed<Date>;
  told_at: Date | null;
  acknowledged_at: Date | null;
  acknowledged_by: string | null;
  customer_told_at: Date | null;
}

export interface Files {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  ticket_id: Fixed<string>;
  kind: Fixed<string>;
  visibility: 'internal' | 'customer';
  media_type: Fixed<string>;
  bytes: Fixed<number>;
  sha256: Fixed<Buffer>;
  width: Fixed<number | null>;
  height: Fixed<number | null>;
  caption: string | null;
  taken_at: Fixed<Date | null>;
  uploaded_by: Fixed<string>;
  created_at: Fixed<Date>;
  removed_at: Date | null;
}
