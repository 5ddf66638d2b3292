// What a use case gets: one open transaction of one tenant, who acts, and when.
import type { Clock } from '#platform/clock.ts';
import type { Trx } from '#platform/db/connect.ts';
import type { Seal } from '#platform/seal.ts';
import type { StepTaken } from '#tickets/step-taken.ts';
import type { Actor } from './actor.ts';

/** One deed in one transaction. Use cases take it; whoever opened it commits, or rolls back on a throw. */
export interface Deed {
  trx: Trx;
  /** The tenant whose rows are touched: the actor's own, or the one an admin key names. */
  brandId: string;
  actor: Actor;
  now: Date;
  requestId: string;
  traceparent: string | null;
  seal: Seal;
  clock: Clock;
  /** The ways to a telephone for which this installation has a provider. */
  instantWays: readonly ('wechat' | 'sms')[];
  /** Set by `enqueue`: there is something for the relay to pick up after the commit. */
  enqueued: boolean;
  /** The tickets that took a step: open pages are told after the commit. */
  moved: string[];
  /**
   * What a step of a ticket does to its parcels: `mail-in/follow-ticket.ts`, handed in because parcels move tickets as well.
   * Answers whether the ticket has moved on by it.
   */
  follow(deed: Deed, step: StepTaken): Promise<boolean>;
}

/** A part of a deed that somebody else does, or that is done at another time; in the same transaction. */
export async function within<T>(deed: Deed, change: Partial<Pick<Deed, 'actor' | 'now' | 'clock'>>, work: (part: Deed) => Promise<T>): Promise<T> {
  const part = { ...deed, ...change };
  const result = await work(part);
  deed.enqueued ||= part.enqueued;
  return result;
}

/** What follows by itself from what somebody does is done by the system, whoever that was. */
export const bySystem = <T>(deed: Deed, work: (part: Deed) => Promise<T>): Promise<T> =>
  within(deed, { actor: { kind: 'system', id: 'system', brandId: deed.brandId, centerId: null, scopes: new Set() } }, work);
