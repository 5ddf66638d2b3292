// What was said in calls to partners, and in what words they answered, is for finding faults, not for keeping.
import { sql } from 'kysely';
import type { Services } from '#services.ts';

/** Days for which the requests and responses of tries are kept; that they were made, when and with which outcome, stays. */
export const EXCHANGE_DAYS = 30;

/** Forgets requests and responses of tries that began before, in batches that hold no long lock; answers how many. */
export async function forgetExchanges(services: Services, batch = 1_000): Promise<number> {
  const before = new Date(services.clock.now().getTime() - EXCHANGE_DAYS * 86_400_000);
  let total = 0;
  for (;;) {
    const gone = await services.db
      .of('*')
      .transaction()
      .execute(async (trx) => {
        const result = await sql`
          update delivery_attempts set exchange = null where ctid in (
            select ctid from delivery_attempts where exchange is not null and started_at < ${before} order by started_at limit ${batch}
               for update skip locked)`.execute(trx);
        return Number(result.numAffectedRows ?? 0n);
      });
    total += gone;
    if (gone < batch) return total;
  }
}
