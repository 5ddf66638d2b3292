// Statements over more rows than one transaction should hold.
import type { RawBuilder } from 'kysely';
import type { Db } from './connect.ts';

/**
 * Runs a statement that changes at most `batch` rows again and again, over all brands, each time in a transaction of its own so that no lock is held long,
 * until it finds fewer; answers how many it changed. Its rows have to be done with once it has changed them.
 */
export async function inBatches(db: Db, batch: number, statement: RawBuilder<unknown>): Promise<number> {
  let total = 0;
  for (;;) {
    const changed = await db
      .of('*')
      .transaction()
      .execute(async (trx) => Number((await statement.execute(trx)).numAffectedRows ?? 0n));
    total += changed;
    if (changed < batch) return total;
  }
}
