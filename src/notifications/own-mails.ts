// The mails of a brand in another language than its customer's: for previews.
import { sql } from 'kysely';
import type { Deed } from '#access/deed.ts';
import type { Locale } from '#platform/schema.ts';
import { type OwnMails, ownMailsSql } from '#texts/columns.ts';

/** Those that count now; null where it has none. */
export async function ownMailsOf(deed: Deed, locale: Locale): Promise<OwnMails | null> {
  const { rows } = await sql<{ mails: OwnMails | null }>`select ${ownMailsSql(sql`${deed.brandId}`, sql`${locale}`)} as mails`.execute(deed.trx);
  return rows[0]?.mails ?? null;
}
