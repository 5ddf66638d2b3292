// Closes tickets that were delivered and have been quiet since.
import { asSystem } from '#access/perform.ts';
import { Problem } from '#problems.ts';
import { housePolicy } from '#service-centers/policy.ts';
import type { Services } from '#services.ts';
import { advanceTicket } from './advance-ticket.ts';
import { deliveredBefore, undisputed } from './sweep-store.ts';

/**
 * Settles what is due, when it cannot be disputed any more by the policy of its center, or after SETTLE_AFTER_SECONDS where that is set;
 * answers how many. One that cannot be settled does not keep the others.
 */
export async function settleDelivered(services: Services): Promise<number> {
  const { config, log } = services;
  const { SETTLE_AFTER_SECONDS: seconds } = config;
  let settled = 0;
  const due = await asSystem(services, '*', (deed) =>
    seconds === undefined ? undisputed(deed, housePolicy.disputeDays) : deliveredBefore(deed, new Date(deed.now.getTime() - seconds * 1000)),
  );
  for (const { brandId, ticketId } of due) {
    try {
      const command = { action: 'ticket.settle', input: {} } as const;
      await asSystem(services, brandId, (deed) => advanceTicket(deed, { ticketId, expectedVersion: null, command }));
      settled += 1;
    } catch (error) {
      // Somebody moved it in between: then it is not due any more.
      if (!(error instanceof Problem)) log.error({ err: error, brandId, ticketId }, 'a delivered ticket could not be settled');
    }
  }
  return settled;
}
