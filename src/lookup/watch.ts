// What somebody who walks through serial numbers looks like from here: many different ones from one address, and most of them unknown (design
// public-lookup §6.3). No address is kept: it is counted under a keyed hash, and so is every number.
import { Counter } from '@prometheus-io/client';
import { addressKey } from '#platform/http/limiter.ts';
import { metrics } from '#platform/metrics.ts';
import type { Services } from '#services.ts';

const HOUR_MS = 3_600_000;
/** Different numbers that one address may ask for in any hour before somebody is told. */
const MANY = 20;
/** Addresses that are counted at once where there is no Redis; the bound keeps many of them from filling the memory. */
const MOST_ADDRESSES = 5_000;

/** How a lookup can end. */
export type Outcome = 'found' | 'not_found' | 'wrong_proof' | 'blocked' | 'proof_needed' | 'mistyped';

const lookups = new Counter({
  name: 'glassbench_lookups_total',
  help: 'Public lookups by tier and outcome.',
  labelNames: ['tier', 'outcome'] as const,
  registers: [metrics],
});

const walkers = new Counter({
  name: 'glassbench_lookup_walkers_total',
  help: `Addresses that asked for more than ${MANY} different numbers within an hour, once an hour each.`,
  registers: [metrics],
});

/** Watches lookups; nobody waits for it, and nothing is refused because of it. */
export interface Watch {
  /** Some address has asked for a number; `tag` is its keyed hash. */
  asked(address: string, tag: string): void;
  ended(tier: 0 | 1, outcome: Outcome): void;
}

/** Counts for this process alone, by address: when it asked for which number last, and until when it was told of. */
function countHere(): (who: string, tag: string, now: number) => number {
  const seen = new Map<string, Map<string, number>>();
  return (who, tag, now) => {
    const tags = seen.get(who) ?? new Map<string, number>();
    // Newest last, both the addresses and the numbers of one.
    seen.delete(who);
    tags.delete(tag);
    seen.set(who, tags.set(tag, now));
    for (const [old, at] of tags) if (at <= now - HOUR_MS || tags.size > 2 * MANY) tags.delete(old);
    const [oldest] = seen.keys();
    if (seen.size > MOST_ADDRESSES && oldest !== undefined) seen.delete(oldest);
    return tags.size;
  };
}

/** Opens the watch. With Redis all processes count together. */
export function openWatch({ seal, limits: { redis }, clock, log }: Services): Watch {
  const here = countHere();
  const told = new Map<string, number>();

  async function countTogether(who: string, tag: string, now: number): Promise<number> {
    if (redis === null) return here(who, tag, now);
    const key = `lookup-watch:${who}`;
    const answers = await redis
      .multi()
      .zadd(key, now, tag)
      .zremrangebyscore(key, 0, now - HOUR_MS)
      .zcard(key)
      .pexpire(key, HOUR_MS)
      .exec();
    const [failed, count] = answers?.[2] ?? [new Error('no answer'), null];
    if (failed !== null || typeof count !== 'number') throw failed ?? new Error('no count');
    return count;
  }

  /** Every process says it once an hour of an address; that two say the same does no harm. */
  function tell(who: string, count: number, now: number): void {
    if (count <= MANY || (told.get(who) ?? 0) > now) return;
    for (const [one, until] of told) if (until <= now || told.size >= MOST_ADDRESSES) told.delete(one);
    told.set(who, now + HOUR_MS);
    walkers.inc();
    log.warn({ from: who, count }, 'one address asks for many serial numbers');
  }

  return {
    asked(address, tag) {
      const now = clock.now().getTime();
      const who = seal.hash('address', addressKey(address)).toString('hex', 0, 8);
      void countTogether(who, tag, now)
        .catch(() => here(who, tag, now))
        .then((count) => tell(who, count, now));
    },
    ended: (tier, outcome) => lookups.labels({ tier: String(tier), outcome }).inc(),
  };
}
