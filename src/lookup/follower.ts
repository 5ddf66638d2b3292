// One open page: where it stands in the history of its ticket, and what of the next steps it is shown.
import type { Locale } from '#platform/schema.ts';
import { actions } from '#tickets/lifecycle.ts';
import type { TimelineEntry } from './progress.ts';
import { timelineEntry } from './projection.ts';
import type { Place, Since, StepRow } from './stream-store.ts';

/** `step`: the timeline has grown. `change`: something else that the customer is told of; the status is the one before. */
export interface PublicStep {
  id: number;
  event: 'step' | 'change';
  data: TimelineEntry;
}

/** Whose page it is, and from where it goes on. */
export interface Following extends Place {
  locale: Locale;
  /** The hash of the link it came by; null with a pass. A link that was made anew ends the stream of the old one. */
  linkHash: Buffer | null;
}

/** Sends steps. False: the reader is behind, and no further step is sent before it has caught up. */
export interface Wire {
  send(step: PublicStep): boolean;
  end(): Promise<void>;
}

/** A step shows where the timeline shows it, and where the customer gets a message of it; the center's own business does not. */
function eventOf({ action, from, to }: StepRow): PublicStep['event'] | null {
  if (from !== to) return 'step';
  const rule: { tells: string | null } | undefined = actions[action as keyof typeof actions];
  return rule === undefined || rule.tells === null ? null : 'change';
}

/** Whether the stream may go on with what came back. */
export const mayFollow = ({ linkHash }: Following, since: Since | null): since is Since =>
  since !== null && (linkHash === null || (since.linkHash !== null && linkHash.equals(since.linkHash)));

/**
 * Sends what is new, in order, each once. `seq` moves only past what was sent or is not shown, so that whatever is not sent now
 * is read again from there. Answers false where the reader is behind.
 */
export function catchUp(following: Following, since: Since, wire: Wire): boolean {
  // From a history that is longer than ours (a restored backup): go on from where the ticket stands.
  following.seq = Math.min(following.seq, since.version);
  for (const step of since.steps) {
    if (step.seq <= following.seq) continue;
    following.seq = step.seq;
    const event = eventOf(step);
    if (event === null) continue;
    const data = timelineEntry({ status: step.to, at: step.at }, since, following.locale);
    if (!wire.send({ id: step.seq, event, data })) return false;
  }
  return true;
}
