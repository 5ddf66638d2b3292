// A part of a transaction that can fail by itself.
import { sql } from 'kysely';
import type { Trx } from './connect.ts';

/** Runs `work`; what it throws undoes `work` alone, and the transaction goes on with the caller. */
export async function inSavepoint<T>(trx: Trx, work: () => Promise<T>): Promise<T> {
  await sql`savepoint part`.execute(trx);
  try {
    const value = await work();
    await sql`release savepoint part`.execute(trx);
    return value;
  } catch (error) {
    await sql`rollback to savepoint part`.execute(trx);
    throw error;
  }
}
