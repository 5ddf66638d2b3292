// What an action writes beside the step itself, and what of its input the history keeps.
import type { Deed } from '#access/deed.ts';
import { newId } from '#platform/id.ts';
import type { Consent, Inputs } from './inputs.ts';
import { type Action, type Command, quoteTotal } from './lifecycle.ts';
import type { QuoteRow } from './store.ts';

const DAY_MS = 86_400_000;

/** Rows that change together with the step. */
export interface Change {
  offered?: QuoteRow;
  decided?: { quoteId: string; status: 'approved' | 'declined'; consent: Consent };
  ordered?: { id: string; partNo: string; name: string; expectedOn: string }[];
  receivedParts?: string[];
  qcFailures?: number;
  /** What the history keeps; the input itself where absent. */
  recorded?: object;
}

type Effect<A extends Action> = (input: Inputs[A], deed: Deed, facts: { serialMatches: boolean | null }) => Change;

/** The telephone number stays with the decision, which can be erased; the history is for ever. */
const withoutPhone = ({ phoneCalled: _, ...consent }: Consent): object => consent;

const decide =
  (status: 'approved' | 'declined') =>
  ({ consent, ...rest }: Inputs['quote.approve'] | Inputs['quote.decline']): Change => ({
    decided: { quoteId: rest.quoteId, status, consent },
    recorded: { ...rest, consent: withoutPhone(consent) },
  });

const effects: { [A in Action]?: Effect<A> } = {
  'intake.open': ({ backupConsent, ...rest }) => ({ recorded: { ...rest, backupConsent: withoutPhone(backupConsent) } }),
  'device.receive': ({ serialScanned, ...rest }, _deed, { serialMatches }) => ({
    recorded: { ...rest, serialMatches, ...(serialScanned === undefined ? {} : { serialLast4: serialScanned.slice(-4) }) },
  }),
  'quote.send': ({ offer }, deed) => {
    const offered: QuoteRow = {
      id: newId('quote', deed.now.getTime()),
      status: 'sent',
      currency: offer.currency,
      lines: offer.lines,
      total: quoteTotal(offer.lines),
      diagnosisFee: offer.diagnosisFee,
      validUntil: new Date(deed.now.getTime() + offer.validDays * DAY_MS).toISOString(),
      promisedDays: offer.promisedDays,
      sentAt: deed.now.toISOString(),
      decidedAt: null,
    };
    return { offered, recorded: { quoteId: offered.id, total: offered.total, currency: offered.currency, validUntil: offered.validUntil } };
  },
  'quote.approve': decide('approved'),
  'quote.decline': decide('declined'),
  'parts.order': ({ parts }, deed) => {
    const ordered = parts.map((part) => ({ id: newId('part', deed.now.getTime()), ...part }));
    return { ordered, recorded: { parts: ordered } };
  },
  'parts.receive': ({ partIds }) => ({ receivedParts: partIds }),
  'qc.fail': () => ({ qcFailures: 1 }),
};

/** Everything the command changes beside the status. */
export function changeOf(command: Command, deed: Deed, facts: { serialMatches: boolean | null }): Change {
  const effect = effects[command.action] as Effect<Action> | undefined;
  return effect?.(command.input as never, deed, facts) ?? {};
}
