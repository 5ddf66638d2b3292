// What a customer reads as to be paid for a repair, as SQL.
import { type RawBuilder, sql } from 'kysely';

/**
 * The total of the newest quote as a column over `tickets t`, as migrations/0033 has it in the view of the lookup: of one that lies with the customer
 * or was approved. Null where nothing is to be paid by it: declined, ended, taken over by a warranty, or not repaired after all. Whether one that lies
 * there has run out is for whoever knows what time it is.
 */
export const toPaySql: RawBuilder<{ amount: number; currency: string } | null> = sql`
  case when t.outcome is null or t.outcome in ('repaired', 'replaced')
       then (select case when q.status in ('sent', 'approved') then jsonb_build_object('amount', q.total, 'currency', q.currency) end
               from quotes q where q.brand_id = t.brand_id and q.ticket_id = t.id and q.status <> 'draft'
              order by q.version desc limit 1) end`;
