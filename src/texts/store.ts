// All SQL of a brand's texts: versions are added, never changed; the labels that count stand with the brand as well.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import type { Locale } from '#platform/schema.ts';

/** One version as it is kept; no body: withdrawn. */
export interface TextRow {
  name: string;
  locale: Locale;
  version: number;
  body: { subject?: string; paragraphs?: string[]; text?: string } | null;
  madeBy: string;
  madeAt: Date;
}

const columns = sql`x.name, x.locale, x.version, x.body, x.made_by as "madeBy", x.made_at as "madeAt"`;

/** What counts now, by name and language; what was withdrawn is left away. */
export async function currentTexts(deed: Deed): Promise<TextRow[]> {
  const { rows } = await sql<TextRow>`
    select * from (
      select distinct on (x.name, x.locale) ${columns} from brand_texts x where x.brand_id = ${deed.brandId} order by x.name, x.locale, x.version desc
    ) w where w.body is not null`.execute(deed.trx);
  return rows;
}

/** Every version of one text, the newest first. */
export async function versionsOf(deed: Deed, name: string, locale: Locale, limit: number): Promise<TextRow[]> {
  const { rows } = await sql<TextRow>`
    select ${columns} from brand_texts x
     where x.brand_id = ${deed.brandId} and x.name = ${name} and x.locale = ${locale} order by x.version desc limit ${limit}`.execute(deed.trx);
  return rows;
}

/** Two writers of one brand come one after the other, and each adds a version of its own. */
export async function lockTexts(deed: Deed): Promise<void> {
  await sql`select from brands where brand_id = ${deed.brandId} for update`.execute(deed.trx);
}

/** Adds a version. */
export async function addVersion(deed: Deed, name: string, locale: Locale, body: TextRow['body']): Promise<TextRow> {
  const { rows } = await sql<TextRow>`
    insert into brand_texts as x (brand_id, name, locale, version, body, made_by, made_at)
    select ${deed.brandId}, ${name}, ${locale},
           1 + coalesce((select max(version) from brand_texts where brand_id = ${deed.brandId} and name = ${name} and locale = ${locale}), 0),
           ${body === null ? null : JSON.stringify(body)}::jsonb, ${deed.actor.id}, ${deed.now}
    returning ${columns}`.execute(deed.trx);
  const [row] = rows;
  if (row === undefined) throw new Error('a version of a text was not written');
  return row;
}

/** Has a label count everywhere; null: the built-in one counts again. */
export async function setLabel(deed: Deed, label: string, locale: Locale, words: string | null): Promise<void> {
  const path = `{${label},${locale}}`;
  await sql`
    update brands set updated_at = ${deed.now}, labels = case
             when ${words}::text is null then labels #- ${path}::text[]
             else jsonb_set(case when labels ? ${label} then labels else labels || jsonb_build_object(${label}::text, '{}'::jsonb) end,
                            ${path}::text[], to_jsonb(${words}::text)) end
     where brand_id = ${deed.brandId}`.execute(deed.trx);
}
