// How often the public may ask: per address, and per identifier whether or not anything is known under it.
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Problem } from '#problems.ts';
import type { Services } from '#services.ts';

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/** Both throw too_many_requests. `subject` is the keyed hash of what was typed. */
export interface LookupLimits {
  open(address: string, subject: string): Promise<void>;
  owner(address: string, subject: string): Promise<void>;
}

type Take = (key: string) => Promise<void>;

function limiter(name: string, points: number, seconds: number): Take {
  const memory = new RateLimiterMemory({ keyPrefix: name, points, duration: seconds });
  return async (key) => {
    try {
      await memory.consume(key);
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      const wait = Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
      throw new Problem('too_many_requests', `Try again in ${wait} s.`, {
        headers: {
          'retry-after': String(wait),
          'ratelimit-policy': `"${name}";q=${points};w=${seconds}`,
          ratelimit: `"${name}";r=0;t=${wait}`,
        },
      });
    }
  };
}

/** The limits of the public lookup; none where the setting turns them off. */
export function lookupLimits(services: Services): LookupLimits {
  if (!services.config.RATE_LIMITS) return { open: async () => undefined, owner: async () => undefined };
  const addressDay = limiter('lookup-address-day', 200, DAY);
  const openAddress = limiter('lookup-address', 10, MINUTE);
  const openSubject = limiter('lookup-serial', 60, HOUR);
  const ownerAddress = limiter('lookup-proof-address', 20, MINUTE);
  const ownerSubject = limiter('lookup-proof-subject', 10, HOUR);
  return {
    async open(address, subject) {
      await openAddress(address);
      await addressDay(address);
      await openSubject(subject);
    },
    async owner(address, subject) {
      await ownerAddress(address);
      await addressDay(address);
      await ownerSubject(subject);
    },
  };
}
