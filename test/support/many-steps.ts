// A ticket that takes as many steps as a test needs, each of them one that its customer is told of.
import { asSystem } from '#access/perform.ts';
import type { Services } from '#services.ts';
import { advanceTicket } from '#tickets/advance-ticket.ts';

/** Puts the ticket on hold and on again: two steps each time round. Answers the version it is at then. */
export async function takeSteps(services: Services, brandId: string, ticketId: string, steps: number, from = 0): Promise<number> {
  let version = 0;
  for (let n = from; n < from + steps; n += 1) {
    const resumeBy = new Date(Date.now() + 86_400_000).toISOString();
    const command =
      n % 2 === 0
        ? ({ action: 'hold.open', input: { reason: 'maker_decision', resumeBy } } as const)
        : ({ action: 'hold.resume', input: {} } as const);
    ({ version } = await asSystem(services, brandId, (deed) => advanceTicket(deed, { ticketId, expectedVersion: null, command })));
  }
  return version;
}
