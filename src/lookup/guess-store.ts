// The SQL that counts wrong proofs of a ticket. Guesses at one ticket pass it one after the other, whichever process compares them.
import { sql } from 'kysely';
import type { Trx } from '#platform/db/connect.ts';
import { executeAlong } from '#platform/db/tenant-driver.ts';

/** A guess at the proof of a ticket. */
export interface Guess {
  brandId: string;
  ticketId: string;
  right: boolean;
}

/** When a guess was made, and how many wrong ones close its ticket. */
export interface Window {
  now: Date;
  /** A window that began before is over, and a new one begins. */
  from: Date;
  most: number;
}

/**
 * Lets a guess pass while its ticket is open to guesses, and counts it where it was wrong. Answers how many were wrong in this window with this one, or
 * null where the ticket is closed. The right and the wrong ones take the same lock first, so that which of several goes first is not decided by what
 * they are; nothing is written for a right one. The statement behind the lock sees what was committed while it waited.
 */
export async function passGuess(trx: Trx, { brandId, ticketId, right }: Guess, { now, from, most }: Window): Promise<number | null> {
  await executeAlong(trx, sql`select pg_advisory_xact_lock(hashtextextended(${`proof\n${brandId}\n${ticketId}`}, 0))`);
  const { rows } = await (right ? standing(brandId, ticketId, from) : counted(brandId, ticketId, { now, from, most })).execute(trx);
  const failures = rows[0]?.failures ?? null;
  if (!right) return failures;
  return (failures ?? 0) < most ? (failures ?? 0) : null;
}

const standing = (brandId: string, ticketId: string, from: Date) => sql<{ failures: number }>`
  select failures from lookup_failures where brand_id = ${brandId} and ticket_id = ${ticketId} and window_start > ${from}`;

const counted = (brandId: string, ticketId: string, { now, from, most }: Window) => sql<{ failures: number }>`
  insert into lookup_failures as f (brand_id, ticket_id, failures, window_start)
  values (${brandId}, ${ticketId}, 1, ${now})
  on conflict (brand_id, ticket_id) do update
     set failures = case when f.window_start > ${from} then f.failures + 1 else 1 end,
         window_start = case when f.window_start > ${from} then f.window_start else excluded.window_start end
   where f.failures < ${most} or f.window_start <= ${from}
  returning failures`;
