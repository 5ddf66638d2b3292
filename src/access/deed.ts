// What a use case gets: one open transaction of one tenant, who acts, and when.
import type { Clock } from '#platform/clock.ts';
import type { Trx } from '#platform/db/connect.ts';
import type { Seal } from '#platform/seal.ts';
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
}
