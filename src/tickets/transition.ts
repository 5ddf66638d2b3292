// The body of a transition: one variant per action, made from the lifecycle's own input schemas.
import { z } from 'zod';
import { id, int4, text } from '#platform/schema.ts';
import { consentExample } from './consent.ts';
import { inputs } from './inputs.ts';
import type { Action, Command } from './lifecycle.ts';

const why = {
  reason: text(500).optional().meta({ description: 'For the history; ticket.cancel, diagnosis.reopen, admin.reopen and admin.correct need one.' }),
  notify: z.boolean().optional().meta({
    description:
      '`false`: the customer is told nothing of this step, nor the `customerNote`; needs a `reason`. Of `admin.correct` the customer hears only where a message that was wrong has been sent, and with `false` not even then.',
  }),
  customerNote: text(1000).optional().meta({ description: 'A sentence of yours to the customer, sent with the message of this step.' }),
};

/** `quote.send` → `QuoteSend`. */
const componentName = (action: string): string => action.replaceAll(/(?:^|[._])(\w)/g, (_, letter: string) => letter.toUpperCase());

const examples: { [A in Action]?: object } = {
  'intake.open': {
    contactVerified: true,
    backupConsent: { ...consentExample, method: 'signature', textVersion: 'backup-1', phoneCalled: undefined },
  },
  'device.receive': {
    serialScanned: 'C8QH7T2KPL0M',
    accessories: [{ type: 'charger', quantity: 1 }],
    condition: [{ area: 'screen', grade: 'cracked' }],
    powersOn: true,
    receivedBy: 'Chen',
  },
  'diagnosis.start': { technician: 'Zhao' },
};

function variant<A extends Action>(action: A) {
  const input = inputs[action];
  const example = examples[action];
  return z
    .strictObject({ action: z.literal(action), input, ...why })
    .meta({ id: componentName(action), ...(example === undefined ? {} : { example: { action, input: example } }) });
}

const [first, second, ...others] = (Object.keys(inputs) as Action[]).map((action) => variant(action));
if (first === undefined || second === undefined) throw new Error('the lifecycle has no actions');

/** One transition of one ticket. */
export const TransitionInput = z.discriminatedUnion('action', [first, second, ...others]).meta({ id: 'TransitionInput' });
export type TransitionInput = Command & { reason?: string | undefined; notify?: boolean | undefined; customerNote?: string | undefined };

/** One item of a batch: the ticket, the version the caller has seen, and the transition. */
export const BatchItem = z.strictObject({ ticketId: id('ticket'), version: int4(1), transition: TransitionInput }).meta({
  id: 'TransitionItem',
  example: { ticketId: 'tkt_01kazq4m0wf3v8e5s1x7c9b2dn', version: 4, transition: { action: 'diagnosis.start', input: { technician: 'Zhao' } } },
});
