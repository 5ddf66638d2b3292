// A device that had left and came back to us: what is left of the day that was promised before, as a rule over what is read of a ticket, and as SQL.
import { sql } from 'kysely';

/**
 * Over `ticket_events e`: the step by which it came back, as migrations/0036 has it in the view of the lookup. Where an administrator says that a status
 * was wrong, it had never left.
 */
export const cameBack = sql`e.action in ('shipment.returned', 'delivery.dispute')`;

/** Whether the day is no promise any more: it had passed when the device came back, and was not given since. */
export const isOver = (promise: { promisedAt: string; madeAt: string }, cameBackAt: string | null): boolean => {
  if (cameBackAt === null) return false;
  const at = Date.parse(cameBackAt);
  return at >= Date.parse(promise.promisedAt) && at > Date.parse(promise.madeAt);
};
