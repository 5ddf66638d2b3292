// Applies the table of the lifecycle to the facts of one ticket: what an action leads to, and what is possible from here.
import type { Actor } from '#access/actor.ts';
import type { ActionRow } from './action.ts';
import type { Facts } from './guards.ts';
import { type Action, actions, type Command } from './lifecycle.ts';
import type { Refusal } from './refusals.ts';
import type { Outcome, Status } from './status.ts';

/** The answer of `move`: the next status, or the reason why not. */
export type Move = { ok: true; to: Status; outcome: Outcome | null } | { ok: false; refusal: Refusal | 'not_from_here' };

/** Steps for which somebody has the device in hand: not possible while it is between two centers. */
const atTheDevice: ReadonlySet<Action> = new Set([
  ...(['diagnosis.start', 'diagnosis.reopen', 'diagnosis.no_fault', 'diagnosis.unrepairable'] as const),
  ...(['parts.fit', 'repair.start', 'repair.finish', 'qc.fail', 'qc.pass', 'device.hand_over'] as const),
]);

const rowOf = (action: Action): ActionRow<Action> => actions[action] as ActionRow<Action>;

/** Applies one action to a ticket's facts. Total and pure: every status, action and input has an answer. */
export function move(facts: Facts, command: Command): Move {
  const row = rowOf(command.action);
  const step = row.steps.find(({ from }) => from.includes(facts.status));
  if (step === undefined) return { ok: false, refusal: 'not_from_here' };
  if (facts.hold !== null && row.held === undefined) return { ok: false, refusal: 'on_hold' };
  if (facts.hold === null && row.held === 'only') return { ok: false, refusal: 'not_held' };
  if (facts.underWay && atTheDevice.has(command.action)) return { ok: false, refusal: 'device_under_way' };
  const refusal = row.requires?.(facts, command.input as never) ?? null;
  if (refusal !== null) return { ok: false, refusal };
  return { ok: true, to: target(step.to, facts, command), outcome: outcomeOf(step.outcome, command) };
}

function target(to: ActionRow<Action>['steps'][number]['to'], facts: Facts, command: Command): Status {
  if (to === 'same') return facts.status;
  if (to === 'previous') return facts.previousStatus ?? facts.status;
  if (to !== 'named') return to;
  return command.action === 'admin.correct' ? command.input.to : facts.status;
}

function outcomeOf(outcome: Outcome | 'named' | undefined, command: Command): Outcome | null {
  if (outcome !== 'named') return outcome ?? null;
  return command.action === 'qc.pass' ? command.input.outcome : null;
}

/** What this role may do from this status, in the order of the table. */
export const allowedActions = (status: Status, role: Actor['kind'], onHold: boolean): Action[] =>
  (Object.keys(actions) as Action[]).filter((action) => {
    const { by, steps, held, apart } = rowOf(action);
    return apart !== true && by.includes(role) && steps.some(({ from }) => from.includes(status)) && (onHold ? held !== undefined : held !== 'only');
  });
