// Tells a customer of the option that a time of the law gives, where the brand has approved words for it; otherwise nobody is told (design N36).
import type { Deed } from '#access/deed.ts';
import type { Services } from '#services.ts';
import { approvedOption } from '#texts/manage-texts.ts';
import { eachDue } from '#tickets/each-due.ts';
import { tellOption } from '#tickets/tell-option.ts';
import { legalAlertsDue, takeLegalAlert } from './store.ts';

/** Older ones are not looked at: words that are approved later are not about a day long gone. */
const LOOK_BACK_DAYS = 2;

/** Tells all who are due; answers how many. */
export const tellEntitlements = (services: Services): Promise<number> =>
  eachDue(services, {
    what: 'entitlement',
    find: (deed) => legalAlertsDue(deed, LOOK_BACK_DAYS),
    act: tell,
    // It stays due, and is out of sight after two days.
    putOff: () => Promise.resolve(),
  });

async function tell(deed: Deed, ticketId: string): Promise<boolean> {
  const alert = await takeLegalAlert(deed, ticketId, LOOK_BACK_DAYS);
  if (alert === undefined) return false;
  return tellOption(deed, ticketId, new Date(alert.dueAt).toISOString(), (locale) => approvedOption(deed, alert.clock, locale));
}
