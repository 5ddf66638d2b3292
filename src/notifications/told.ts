// What a customer was told already, so that a ticket which comes back to where it was repeats nothing. Pure.
import type { MessageName, TicketFacts } from './event.ts';
import { routeOf } from './routing.ts';

/** By message, what it said that was new; only of messages that are told once. */
export type Told = Partial<Record<MessageName, string>>;

function newsOf(name: MessageName, facts: TicketFacts): string | null {
  const { news } = routeOf(name);
  if (news === 'always') return null;
  return news === 'once' ? '' : news(facts);
}

/** Whether the message says anything that was not told before. */
export function isNews(told: Told, name: MessageName, facts: TicketFacts): boolean {
  const news = newsOf(name, facts);
  return news === null || told[name] !== news;
}

/** What was told once this message is due as well. */
export function toldWith(told: Told, name: MessageName, facts: TicketFacts): Told {
  const news = newsOf(name, facts);
  return { ...without(told, routeOf(name).forgets ?? []), ...(news === null ? {} : { [name]: news }) };
}

/** What was told once these are taken back. */
export const without = (told: Told, names: readonly string[]): Told =>
  Object.fromEntries(Object.entries(told).filter(([name]) => !names.includes(name)));
