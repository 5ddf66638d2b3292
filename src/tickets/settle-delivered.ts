// Closes tickets that were delivered and have been quiet since.
import { asSystem } from '#access/perform.ts';
import { Problem } from '#problems.ts';
import type { Services } from '#services.ts';
import { advanceTicket } from './advance-ticket.ts';
import { deliveredBefore } from './sweep-store.ts';

/** Settles what is due; answers how many. One that cannot be settled does not keep the others. */
export async function settleDelivered(services: Services): Promise<number> {
  const { config, clock, log } = services;
  const before = new Date(clock.now().getTime() - config.SETTLE_AFTER_SECONDS * 1000);
  let settled = 0;
  for (const { brandId, ticketId } of await asSystem(services, '*', (deed) => deliveredBefore(deed, before))) {
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
