// Who may call: brands, centers, keys, and the memory of idempotent calls (migrations/0001).
import type { Generated } from 'kysely';
import type { Fixed, GeneratedJson, NullableJson } from './column.ts';

export interface Installation {
  id: Generated<number>;
  epoch: Generated<string>;
}

export interface Brands {
  brand_id: Fixed<string>;
  slug: string;
  name: string;
  lookup_mode: Generated<'open' | 'proof' | 'link'>;
  locale: Generated<'zh-CN' | 'en'>;
  time_zone: Generated<string>;
  contact_line: string;
  created_at: Fixed<Date>;
  updated_at: Date;
  sms_budget: Generated<number>;
  sandbox: Generated<boolean>;
  labels: GeneratedJson;
}

export interface ServiceCenters {
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
  hours: GeneratedJson;
  holidays: GeneratedJson;
}

export interface ApiKeys {
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

export interface IdempotencyKeys {
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

export interface KeyRing {
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
