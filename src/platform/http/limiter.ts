// Counts calls per key and per address. Redis shares the counts between processes; without it each process counts for itself.
import { isIP } from 'node:net';
import { Redis } from 'ioredis';
import ipaddr from 'ipaddr.js';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { Problem } from '#problems.ts';

/** Where counts are kept; `on` is the setting RATE_LIMITS. */
export interface LimitStore {
  on: boolean;
  redis: Redis | null;
}

/** A named limit: `points` calls in any window of `seconds`. The name shows in the headers. */
export interface Policy {
  name: string;
  points: number;
  seconds: number;
}

/** Takes one call off a key's count; answers the headers that say what is left. Throws too_many_requests. */
export interface Limiter {
  consume(key: string): Promise<Record<string, string>>;
}

/** A connection for counting only: it never queues and never waits, because the count is not worth a slow answer. */
export function openLimitRedis(url: string): Redis {
  const redis = new Redis(url, {
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
const fields = ({ name, points, seconds }: Policy, left: RateLimiterRes): Record<string, string> => ({
  'ratelimit-policy': `"${name}";q=${points};w=${seconds}`,
  ratelimit: `"${name}";r=${left.remainingPoints};t=${Math.ceil(left.msBeforeNext / 1000)}`,
});

/** Makes a limiter. While Redis is away the process counts by itself, so that no call fails for it. */
export function createLimiter({ limits }: { limits: LimitStore }, policy: Policy): Limiter {
  if (!limits.on) return { consume: async () => ({}) };
  const options = { keyPrefix: `limit:${policy.name}`, points: policy.points, duration: policy.seconds };
  const memory = new RateLimiterMemory(options);
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
        const wait = Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
        throw new Problem('too_many_requests', `At most ${policy.points} calls in ${policy.seconds} s. Try again in ${wait} s.`, {
          headers: { 'retry-after': String(wait), ...fields(policy, refused) },
        });
      }
    },
  };
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
