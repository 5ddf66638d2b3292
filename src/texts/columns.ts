// What a brand says in its own words, as parts of statements that read something else.
import { type RawBuilder, sql } from 'kysely';
import type { Locale } from '#platform/schema.ts';
import type { OwnMail } from './own-mail.ts';

/** Mails of a brand by their name, with the version that counts. */
export type OwnMails = Record<string, { version: number; body: OwnMail }>;

/** A column expression: the mails of this brand in this language; null where it has none. */
export const ownMailsSql = (brandId: RawBuilder<unknown>, locale: RawBuilder<unknown>): RawBuilder<OwnMails | null> => sql<OwnMails | null>`(
  select jsonb_object_agg(w.name, jsonb_build_object('version', w.version, 'body', w.body))
    from (select distinct on (x.name) x.name, x.version, x.body from brand_texts x
           where x.brand_id = ${brandId} and x.locale = ${locale} and x.name like 'message.%'
           order by x.name, x.version desc) w
   where w.body is not null)`;

/** Labels of a brand by their name (`ready.pick_up`) and language: `brands.labels`. */
export type OwnLabels = Record<string, Partial<Record<Locale, string>>>;
