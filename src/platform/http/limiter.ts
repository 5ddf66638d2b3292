// Counts calls per key and per address. Redis shares the counts between processes; without it each process counts for itself.
import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import type { Redis } from 'ioredis';
import ipaddr from 'ipaddr.js';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { Problem } from '#problems.ts';

/** Where counts are kept; `on` is the setting RATE_LIMITS. */
export interface LimitStore {
  on: boolean;
  redis: Redis | null;
}

const MAX_SPENT = 10_000;

/** A named limit: `points` calls in any window of `seconds`. The name shows in the headers. */
export interface Policy {
  name: string;
  points: number;
  seconds: number;
}

/** Counts calls by key. */
export interface Limiter {
  /** Takes one call off a key's count; answers the headers that say what is left. Throws too_many_requests. */
  consume(key: string): Promise<Record<string, string>>;
  /** Throws too_many_requests where this process has seen the key's calls used up and the window is not over; counts nothing, asks nobody. */
  refuseSpent(key: string): void;
}

/**
 * A connection for counting only: it never queues and never waits, because the count is not worth a slow answer. The client is loaded here: it takes
 * five MiB of a process that has no Redis.
 */
export function openLimitRedis(url: string): Redis {
  const { Redis: Client } = createRequire(import.meta.url)('ioredis') as typeof import('ioredis');
  const redis = new Client(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 1_000,
    commandTimeout: 250,
    retryStrategy: (times) => Math.min(times * 200, 2_000),
  });
  redis.on('error', () => undefined);
  return redis;
}

/** Header fields of draft-ietf-httpapi-ratelimit-headers-10. */
const fields = ({ name, points, seconds }: Policy, left: Pick<RateLimiterRes, 'remainingPoints' | 'msBeforeNext'>): Record<string, string> => ({
  'ratelimit-policy': `"${name}";q=${points};w=${seconds}`,
  ratelimit: `"${name}";r=${left.remainingPoints};t=${Math.ceil(left.msBeforeNext / 1000)}`,
});

/** Makes a limiter. While Redis is away the process counts by itself, so that no call fails for it. */
export function createLimiter({ limits }: { limits: LimitStore }, policy: Policy): Limiter {
  if (!limits.on) return { consume: async () => ({}), refuseSpent: () => undefined };
  const options = { keyPrefix: `limit:${policy.name}`, points: policy.points, duration: policy.seconds };
  const memory = new RateLimiterMemory(options);
  /** When the windows end of keys that were refused; the bound keeps many addresses from filling the memory. */
  const spent = new Map<string, number>();
  const counter =
    limits.redis === null
      ? memory
      : new RateLimiterRedis({ ...options, storeClient: limits.redis, insuranceLimiter: memory, rejectIfRedisNotReady: true });
  return {
    async consume(key) {
      try {
        return fields(policy, await counter.consume(key));
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        if (spent.size >= MAX_SPENT) spent.clear();
        spent.set(key, performance.now() + refused.msBeforeNext);
        throw tooMany(policy, refused.msBeforeNext);
      }
    },
    refuseSpent(key) {
      const left = (spent.get(key) ?? 0) - performance.now();
      if (left > 0) throw tooMany(policy, left);
      spent.delete(key);
    },
  };
}

function tooMany(policy: Policy, msBeforeNext: number): Problem {
  const wait = Math.max(1, Math.ceil(msBeforeNext / 1000));
  return new Problem('too_many_requests', `At most ${policy.points} calls in ${policy.seconds} s. Try again in ${wait} s.`, {
    headers: { 'retry-after': String(wait), ...fields(policy, { remainingPoints: 0, msBeforeNext }) },
  });
}

/** The address calls are counted under: IPv4 whole, IPv6 by its /64, which is what one customer is given. */
export function addressKey(ip: string): string {
  if (isIP(ip) === 0) return 'unknown';
  const address = ipaddr.process(ip);
  if (address.kind() === 'ipv4') return address.toString();
  return `${(address as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
