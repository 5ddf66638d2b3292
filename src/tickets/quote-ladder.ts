// A quote that is not answered: the customer is reminded by the policy, and waiting ends only after two reminders and the grace.
import type { Deed } from '#access/deed.ts';
import { houseOf } from '#service-centers/house.ts';
import type { Services } from '#services.ts';
import { advanceTicket } from './advance-ticket.ts';
import { eachDue, type Falling } from './each-due.ts';
import { holdFast, putOffQuotes, quoteReminded, quotesDue, waitingQuote } from './ladder-store.ts';
import { climb, quoteLadder, tomorrow } from './ladders.ts';
import { lock } from './store.ts';
import { canBeTold, tellWaiting } from './tell-waiting.ts';

/** What falls due here; stories of a sandbox run it at times of their own. */
export const quoteWaiting: Falling = { what: 'quote-ladder', find: quotesDue, act: climbQuote, putOff: putOffQuotes };

/** Reminds, or lets quotes expire; answers with how many. */
export const climbQuotes = (services: Services): Promise<number> => eachDue(services, quoteWaiting);

async function climbQuote(deed: Deed, ticketId: string): Promise<boolean> {
  await holdFast(deed, ticketId);
  const quote = await waitingQuote(deed, ticketId);
  const row = await lock(deed, ticketId);
  if (quote === undefined || row === undefined) return false;
  const rung = climb(quoteLadder(quote.sentAt, quote.validUntil, houseOf(row.house).policy), quote.reminders, deed.now);
  // A hold speaks for itself, and nothing ends while it is open.
  if (row.hold !== null || (rung.act === 'remind' && !canBeTold(deed, row))) {
    await quoteReminded(deed, quote.id, quote.reminders, tomorrow(deed.now));
    return false;
  }
  if (rung.act === 'expire') {
    await advanceTicket(deed, { ticketId, expectedVersion: null, command: { action: 'quote.expire', input: {} } });
    return true;
  }
  const reminded = rung.act === 'remind';
  await quoteReminded(deed, quote.id, quote.reminders + (reminded ? 1 : 0), rung.alarmAt);
  if (reminded) await tellWaiting(deed, row, 'quote_reminder');
  return reminded;
}
