// The product's view of a ticket, put as the model puts its own.
import type { TicketView } from '#tickets/ticket.ts';
import type { Seen } from './expectation.ts';
import { type Names, nameOf } from './names.ts';

type Shown = Pick<
  TicketView,
  | 'status'
  | 'version'
  | 'outcome'
  | 'stagesReached'
  | 'quote'
  | 'hold'
  | 'parts'
  | 'promises'
  | 'promisedAt'
  | 'qcFailures'
  | 'storage'
  | 'closedAt'
  | 'nextUpdateBy'
  | 'stuckAt'
> & { shipments: readonly { direction: string }[] };

const byNumber = (a: { partNo: string }, b: { partNo: string }): number => Number(a.partNo.slice(2)) - Number(b.partNo.slice(2));

/** What the model compares. */
export function seenIn(view: Shown, names: Names): Seen {
  const { quote, hold, storage } = view;
  return {
    status: view.status,
    version: view.version,
    outcome: view.outcome,
    stages: Object.keys(view.stagesReached).toSorted(),
    quote:
      quote === null
        ? null
        : {
            ref: nameOf(quote.id, names) ?? '',
            version: quote.version,
            status: quote.status,
            total: quote.total.amount,
            currency: quote.total.currency,
            validUntil: quote.validUntil,
            supersedes: nameOf(quote.supersedes, names),
            by: quote.decidedBy,
            wish: quote.wish,
          },
    hold: hold === null ? null : { reason: hold.reason, pauses: hold.pausesClock, openedAt: hold.openedAt, resumeBy: hold.resumeBy },
    parts: view.parts.toSorted(byNumber).map(({ partNo, state, expectedOn }) => `${partNo.replace('P-', 'p#')} ${state} ${expectedOn}`),
    promises: view.promises.length,
    lastPromises: view.promises.slice(-2).map(({ promisedAt, reason, madeAt }) => `${promisedAt} ${reason} ${madeAt}`),
    promisedAt: view.promisedAt,
    qcFailures: view.qcFailures,
    storage: storage === null ? null : { keepUntil: storage.keepUntil, notices: storage.notices.length },
    closedAt: view.closedAt,
    parcels: view.shipments.filter(({ direction }) => direction === 'outbound').length,
    quiet: view.nextUpdateBy === null,
    watched: view.stuckAt !== null,
  };
}

const differing = (expected: unknown, got: unknown, path: string): string[] => {
  if (Object.is(expected, got)) return [];
  if (typeof expected !== 'object' || typeof got !== 'object' || expected === null || got === null) {
    return [`${path}: model ${JSON.stringify(expected)}, product ${JSON.stringify(got)}`];
  }
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(got)])];
  return keys.flatMap((key) => differing((expected as Record<string, unknown>)[key], (got as Record<string, unknown>)[key], `${path}.${key}`));
};

/** Where two of them differ, in words; empty where they do not. */
export const differences = (expected: unknown, got: unknown): string[] => differing(expected, got, '');
