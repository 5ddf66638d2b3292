// What the customer is told of a step: the message of the table, or a closer one where the facts of the step call for it.
import type { Clock } from '#clocks/clock.ts';
import { approvedOf, type Facts } from './guards.ts';
import type { Discrepancy, Inputs } from './inputs.ts';
import { actions, type Command, type Telling } from './lifecycle.ts';

/** Whoever has just been told that a repair is agreed needs no second message that it begins (design N19). */
const JUST_AGREED_MS = 3_600_000;

/** What came otherwise than announced; `serialMatches` is that of the scan. */
export const discrepanciesOf = (input: Inputs['device.receive'], serialMatches: boolean | null): Discrepancy[] => [
  ...(serialMatches === false ? (['serial'] as const) : []),
  ...new Set(input.discrepancies),
];

/** Since when the repair is agreed: by the customer's yes, or because it is covered, which starts the clock of the center's own work. */
function agreedAt(facts: Facts, clocks: readonly Clock[]): number {
  const started = clocks.findLast(({ name, stoppedAt }) => name === 'repair' && stoppedAt === null)?.startedAt.getTime() ?? 0;
  return Math.max(started, Date.parse(approvedOf(facts)?.decidedAt ?? '') || 0);
}

/** The message of this step; null where the customer hears nothing of it. `facts` and `clocks` are those before the step. */
export function tellingOf(command: Command, facts: Facts, clocks: readonly Clock[]): Telling | null {
  const { tells } = actions[command.action];
  switch (command.action) {
    case 'device.receive':
      return discrepanciesOf(command.input, facts.serialMatches).length > 0 ? 'received_differently' : tells;
    case 'qc.pass':
      return command.input.swap === undefined ? tells : 'replaced';
    case 'repair.start':
      return facts.now.getTime() - agreedAt(facts, clocks) < JUST_AGREED_MS ? null : tells;
    case 'hold.open':
      // What trouble with a parcel holds up by itself, and lets go on again, is told in words about the parcel (mail-in/watch-parcels.ts).
      return facts.actorKind === 'system' && command.input.reason === 'shipment_problem' ? null : tells;
    case 'hold.resume':
      return facts.actorKind === 'system' ? null : tells;
    default:
      return tells;
  }
}
