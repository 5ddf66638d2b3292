// What was said in calls to partners, and in what words they answered, is for finding faults, not for keeping.
import { sql } from 'kysely';
import { inBatches } from '#platform/db/in-batches.ts';
import type { Services } from '#services.ts';

/** Days for which the requests and responses of tries are kept; that they were made, when and with which outcome, stays. */
export const EXCHANGE_DAYS = 30;

/** Forgets requests and responses of tries that began before; answers how many. */
export function forgetExchanges({ db, clock }: Services, batch = 1_000): Promise<number> {
  const before = new Date(clock.now().getTime() - EXCHANGE_DAYS * 86_400_000);
  const statement = sql`
    update delivery_attempts set exchange = null where ctid in (
      select ctid from delivery_attempts where exchange is not null and started_at < ${before} order by started_at limit ${batch}
         for update skip locked)`;
  return inBatches(db, batch, statement);
}
