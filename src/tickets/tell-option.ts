// Tells the customer of a ticket what the passing of a time of the law lets them choose, in the words that are given.
import type { Deed } from '#access/deed.ts';
import type { Locale } from '#platform/schema.ts';
import { statuses } from './lifecycle.ts';
import { lock } from './store.ts';
import { tellNoticeOf } from './tell-notice.ts';

/** False where there are no words in the customer's language, or the work is over. `since`: when the time had passed. */
export async function tellOption(deed: Deed, ticketId: string, since: string, wordsIn: (locale: Locale) => Promise<string | null>): Promise<boolean> {
  const row = await lock(deed, ticketId);
  if (row === undefined || ['return', 'end'].includes(statuses[row.status].stage)) return false;
  const text = await wordsIn(row.contact.locale);
  if (text === null) return false;
  await tellNoticeOf(deed, row, 'entitlement', { entitlement: { since, text } });
  return true;
}
