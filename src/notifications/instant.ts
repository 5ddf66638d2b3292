// By which way a telephone is reached, and when the next one takes over. Pure.
import { takesTexts } from '#contacts/phone.ts';
import type { SendResult } from './channels/channel.ts';
import { delayAfter, type Manner, setAside, type Verdict, verdictOf } from './lane-rules.ts';
import type { InstantWay, Route } from './routing.ts';

/** How long WeChat has to take a message before a text goes out in its place (notifications §5.3). */
export const ACCEPT_SECONDS = 300;
/** From this share of the budget on the center is alarmed. */
const ALARM_SHARE = 0.8;

/** What is known when a message for a telephone is about to go. */
export interface Setting {
  route: Pick<Route, 'instant' | 'night'>;
  /** The addresses of the ways that are open. */
  ways: Partial<Record<InstantWay, string>>;
  /** The ways for which there is a provider. */
  provided: readonly InstantWay[];
  /** Tried for this message, and failed for good. */
  givenUp: readonly string[];
  /** SMS parts of this text, and of the ticket until now. */
  parts: number;
  sms: { budget: number; spent: number };
}

/** The way to try now, its address, and whether there is another behind it; or why there is none. */
export type Choice = { way: InstantWay; to: string; others: boolean } | { none: string };

/** Chooses the way: the first of the message's own that is open and has not failed. */
export function chooseWay(setting: Setting): Choice {
  const { route, ways, provided, givenUp } = setting;
  const candidates = route.instant.filter((way) => provided.includes(way) && ways[way] !== undefined && !givenUp.includes(way));
  const barred = candidates.map((way) => barredBy(way, setting));
  const left = candidates.filter((_, n) => barred[n] === null);
  const [way] = left;
  if (way === undefined) return { none: barred.find((why) => why !== null) ?? (givenUp.length > 0 ? 'every_way_failed' : 'no_way') };
  return { way, to: ways[way] ?? '', others: left.length > 1 };
}

function barredBy(way: InstantWay, { route, ways, parts, sms }: Setting): string | null {
  if (way !== 'sms') return null;
  if (!takesTexts(ways.sms ?? '')) return 'fixed_line';
  // What cannot wait for the morning cannot wait for money either.
  return route.night !== true && sms.spent + parts > sms.budget ? 'sms_budget_spent' : null;
}

/** Whether these parts bring the ticket near its budget. */
export const nearsBudget = ({ budget, spent }: Setting['sms'], parts: number): boolean =>
  spent + parts >= ALARM_SHARE * budget && spent < ALARM_SHARE * budget;

/**
 * Decides about a row after a try by one of several ways. A way that failed for good, or did not take the message in time, is given up
 * and the next one takes the same row: never both for one message that was taken. `waited`: seconds since the first try of this way.
 */
export function instantVerdict(
  result: SendResult,
  tried: number,
  waited: number,
  choice: { way: InstantWay; others: boolean },
  manner: Manner,
): Verdict {
  if (!choice.others || result.outcome === 'sent') return verdictOf(result, tried, manner);
  if (result.outcome === 'dead') return { row: 'pending', reason: result.reason, lane: 'waiting', seconds: 0, giveUp: choice.way };
  const delay = delayAfter(result, tried, manner);
  const left = Math.max(0, ACCEPT_SECONDS - waited);
  if (delay < left) return { row: 'pending', reason: result.reason, lane: 'waiting', seconds: delay };
  return { row: 'pending', reason: result.reason, lane: 'waiting', seconds: left, giveUp: choice.way };
}

/** A row that no way is left for. */
export const noWay = (why: string): Verdict =>
  why === 'every_way_failed' ? setAside(why, false, false) : { row: 'skipped', reason: why, lane: 'on' };
