// Finds the account behind a push: a carrier sends in bursts, and asking for the same account again and again would be a tenth of the work.
import type { Services } from '#services.ts';
import { accountOnRing, type RingRow } from './accounts-store.ts';

/** So that a changed secret counts within two seconds in every process. */
const FRESH_MS = 1_500;
/** Accounts that do not exist are remembered too; the bound keeps a guesser from filling the memory. */
const MAX_REMEMBERED = 1_000;

/** Answers which account a push names. */
export interface CarrierRing {
  /** Undefined where this carrier has no such account. Throws where the database cannot answer. */
  account(carrier: string, accountId: string): Promise<RingRow | undefined>;
  /** Makes this process read an account anew. */
  forget(accountId: string): void;
}

/** Opens the ring over the services' pool. */
export function openCarrierRing(services: Pick<Services, 'db'>): CarrierRing {
  const remembered = new Map<string, { carrier: string; at: number; row: Promise<RingRow | undefined> }>();
  return {
    account(carrier, accountId) {
      // The machine's monotonic clock: a test that moves time must not keep an old secret alive.
      const at = performance.now();
      const known = remembered.get(accountId);
      if (known !== undefined && known.carrier === carrier && at - known.at < FRESH_MS) return known.row;
      const row = accountOnRing(services.db, carrier, accountId);
      row.catch(() => remembered.delete(accountId));
      if (remembered.size >= MAX_REMEMBERED) remembered.clear();
      remembered.set(accountId, { carrier, at, row });
      return row;
    },
    forget: (accountId) => void remembered.delete(accountId),
  };
}
