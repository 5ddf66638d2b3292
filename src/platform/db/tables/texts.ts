// A brand's own words, and the one question to customers (migrations/0018).
import type { Fixed, NullableJson } from './column.ts';

export interface BrandTexts {
  brand_id: Fixed<string>;
  name: Fixed<string>;
  locale: Fixed<'zh-CN' | 'en'>;
  version: Fixed<number>;
  body: NullableJson;
  made_by: Fixed<string>;
  made_at: Fixed<Date>;
}

export interface Surveys {
  brand_id: Fixed<string>;
  ticket_id: Fixed<string>;
  center_id: Fixed<string>;
  alarm_at: Date | null;
  asked_at: Date | null;
  score: number | null;
  reason: string | null;
  answered_at: Date | null;
}
