// What is due to whom (migrations/0004, 0012, 0014, 0017, 0027).
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { Fixed, NullableJson } from './column.ts';

export interface WebhookEndpoints {
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
  next_url: string | null;
  verified_at: Date | null;
  owner_email: string | null;
  failing_since: Date | null;
  last_failed_at: Date | null;
  told_owner: 'failing' | 'disabled' | null;
  created_at: Fixed<Date>;
  updated_at: Date;
}

export interface Lanes {
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
  gathering: Generated<boolean>;
}

export interface Outbox {
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
  provider_id: string | null;
  receipt: 'delivered' | 'failed' | null;
  receipt_reason: string | null;
  receipt_stop: 'unsubscribed' | 'bounced' | 'wrong_number' | null;
  receipt_at: Date | null;
  carried_by: number | null;
  given_up: Generated<string[]>;
  units: number | null;
  center_id: string | null;
}

export interface DeliveryAttempts {
  brand_id: Fixed<string>;
  outbox_id: Fixed<number>;
  attempt: Fixed<number>;
  started_at: Fixed<Date>;
  finished_at: Date | null;
  outcome: 'sent' | 'retry' | 'dead' | 'skipped' | null;
  status_code: number | null;
  detail: string | null;
  exchange: NullableJson;
}

export interface Replays {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  requested_by: Fixed<string>;
  selection: ColumnType<object, string, never>;
  replayed: Fixed<number>;
  created_at: Fixed<Date>;
}

export interface StoppedAddresses {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  kind: Fixed<'email' | 'sms' | 'wechat'>;
  hash: Fixed<Buffer>;
  masked: Fixed<string>;
  reason: Fixed<'unsubscribed' | 'bounced' | 'wrong_number' | 'not_mine' | 'asked'>;
  note: Fixed<string | null>;
  created_by: Fixed<string>;
  created_at: Fixed<Date>;
  removed_by: string | null;
  removed_at: Date | null;
  center_id: Fixed<string | null>;
}

export interface FormerAddresses {
  brand_id: Fixed<string>;
  id: Fixed<string>;
  contact_id: Fixed<string>;
  kind: Fixed<'email' | 'sms' | 'wechat'>;
  address: Fixed<string>;
  changed_by: Fixed<string>;
  changed_at: Fixed<Date>;
}

/** Read before the brand is known: which message does this receipt speak of. */
export interface ReceiptRing {
  brand_id: string;
  outbox_id: number;
  message_id: string;
  provider_id: string | null;
}
