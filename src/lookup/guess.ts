// How often the proof of one ticket may be guessed at: what a comparison found is answered only where the guess has passed the count.
import { asSystem } from '#access/perform.ts';
import type { Services } from '#services.ts';
import { tellNotice } from '#tickets/tell-notice.ts';
import { passGuess } from './guess-store.ts';
import type { OwnerRow } from './store.ts';

const DAY_MS = 86_400_000;
/** Wrong proofs in a day after which a record is answered to its link alone. */
const MAX_FAILURES = 5;

/** Well formed, and no brand's: row-level security shows it nothing. */
const NOBODY = `brd_${'0'.repeat(26)}`;

const windowFrom = (now: Date): Date => new Date(now.getTime() - DAY_MS);

/** Whether enough guesses were wrong already when the row was read: then nothing is compared, and nothing written. */
export const isClosed = (row: OwnerRow, now: Date): boolean =>
  row.proof_failures !== null && row.proof_failures >= MAX_FAILURES && row.proof_window_start !== null && row.proof_window_start > windowFrom(now);

/**
 * Whether what one comparison found may be told: false where five others were wrong before this guess had its turn, in any process. A wrong one is counted. In a
 * transaction of its own; the one that closes the record to guesses is told of to its owner, once a day at most (design N37).
 */
const isPassed = (services: Services, row: OwnerRow, right: boolean, now: Date): Promise<boolean> =>
  asSystem(services, row.brand_id, async (deed) => {
    const guess = { brandId: row.brand_id, ticketId: row.ticket_id, right };
    const failures = await passGuess(deed.trx, guess, { now, from: windowFrom(now), most: MAX_FAILURES });
    if (!right && failures === MAX_FAILURES) await tellNotice(deed, row.ticket_id, 'lookups_blocked');
    return failures !== null;
  });

/** Whether what was found of all of these may be told; of all but `proven` it was that the guess is wrong. */
export async function arePassed(services: Services, rows: readonly OwnerRow[], proven: OwnerRow | null, now: Date): Promise<boolean> {
  const passed = await Promise.all(rows.map((row) => isPassed(services, row, row === proven, now)));
  return passed.every(Boolean);
}

/** Where there is no record to count against, the same way there and back: on a busy machine its time would be seen behind the one that is waited. */
export const passNobody = (services: Services, subject: string, now: Date): Promise<unknown> =>
  asSystem(services, NOBODY, ({ trx }) =>
    passGuess(trx, { brandId: NOBODY, ticketId: subject, right: true }, { now, from: windowFrom(now), most: MAX_FAILURES }),
  );
