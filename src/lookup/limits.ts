// How often the public may ask: per address, and per identifier whether or not anything is known under it.
import { addressKey, createLimiter } from '#platform/http/limiter.ts';
import type { Services } from '#services.ts';

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/** Calls with one customer's link, whatever they ask; far more than a person makes. */
export const perLink = { name: 'link', points: 60, seconds: 60 } as const;

/**
 * Both answer the headers that say what is left, or throw too_many_requests. `subject` is the keyed hash of what was typed; null where it can be
 * nothing's: nobody is kept from a hint by the slips of others.
 */
export interface LookupLimits {
  open(address: string, subject: string | null): Promise<Record<string, string>>;
  owner(address: string, subject: string | null): Promise<Record<string, string>>;
}

/** The limits of the public lookup; they count nothing where the setting turns them off. */
export function lookupLimits(services: Services): LookupLimits {
  const limit = (name: string, points: number, seconds: number) => createLimiter(services, { name, points, seconds });
  const addressDay = limit('lookup-address-day', 200, DAY);
  const openAddress = limit('lookup-address', 10, MINUTE);
  const openSubject = limit('lookup-serial', 60, HOUR);
  const ownerAddress = limit('lookup-proof-address', 20, MINUTE);
  const ownerSubject = limit('lookup-proof-subject', 10, HOUR);
  return {
    async open(address, subject) {
      const from = addressKey(address);
      // The caller's own limits first: an address that is over them takes nothing off what others may ask.
      const left = await openAddress.consume(from);
      await addressDay.consume(from);
      if (subject !== null) await openSubject.consume(subject);
      return left;
    },
    async owner(address, subject) {
      const from = addressKey(address);
      const left = await ownerAddress.consume(from);
      await addressDay.consume(from);
      if (subject !== null) await ownerSubject.consume(subject);
      return left;
    },
  };
}
